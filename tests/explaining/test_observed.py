"""What a text says, with rows made up: signatures with their first lines, readings, and bounds."""

from gpucheck.explaining.table_rows import OWN_WORDS
from tests.explaining.texts import a_reading, a_row, said

LOG = "x" * 99 + "\n"


def test_a_signature_is_a_phrase_and_all_its_patterns_in_one_line() -> None:
    row = a_row("both", phrases=("bad thing",), patterns=(r"code \d", r"fatal"))
    assert said("bad thing fatal\nbad thing code 7", [row]).signatures == {}
    assert said("a bad thing: FATAL, Code 7", [row]).signatures == {"both": "a bad thing: FATAL, Code 7"}


def test_the_first_line_that_fits_is_kept() -> None:
    row = a_row("it", phrases=("bad",), patterns=(r"\d",))
    assert said("bad\nbad 1\nbad 2", [row]).signatures == {"it": "bad 1"}


def test_a_reading_is_the_group_or_the_value_and_the_first_row_goes_before() -> None:
    readings = [
        a_reading("toolkit", r"toolkit (?:version )?(\d+\.\d+)", "toolkit"),
        a_reading("toolkit", r"(\d+)", "toolkit"),
        a_reading("arch", r"hopper|H100", "hopper", "h", value="9.0"),
    ]
    assert said("H100\ntoolkit version 1.17", (), readings).readings == {"toolkit": "1.17", "arch": "9.0"}
    assert said("toolkit of 1999", (), readings).readings == {"toolkit": "1999"}


def test_only_a_short_text_is_kept_whole() -> None:
    assert said("one\ntwo").whole == "one\ntwo"
    assert said("one\n" * 2000).whole == ""


def test_in_a_log_descriptions_are_forgotten_and_messages_found_to_the_end() -> None:
    rows = [
        a_row("message", phrases=("bad thing",)),
        a_row("described", phrases=("broken card",), source=OWN_WORDS),
        a_row("background", phrases=("podman",), source=OWN_WORDS, kind="background"),
    ]
    text = "broken card\npodman\n" + LOG * 9000 + "broken card\nbad thing"
    assert set(said(text, rows).signatures) == {"message", "background"}
    assert set(said("broken card\npodman\nbad thing", rows).signatures) == {row.signature for row in rows}


def test_a_row_that_never_fits_its_lines_is_given_up() -> None:
    row = a_row("it", phrases=("bad",), patterns=(r"^good",))
    lines = [f"bad {number}" for number in range(60_000)]
    assert said([*lines, "good and bad"], [row]).signatures == {}
    assert said([*lines[:20_000], "good and bad"], [row]).signatures == {"it": "good and bad"}


def test_a_phrase_that_is_everywhere_does_not_cost_the_row_its_others() -> None:
    row = a_row("it", phrases=("error", "system not ready"), patterns=(r"error 802|not ready: 802",))
    noise = [f"error in request {number} of many others" for number in range(30_000)]
    assert said([*noise, "system not ready: 802"], [row]).signatures == {"it": "system not ready: 802"}


def test_what_a_message_needs_counts_in_a_log_too() -> None:
    rows = [
        a_row("subject", phrases=("nvidia",), source=OWN_WORDS, kind="background"),
        a_row("other", phrases=("podman",), source=OWN_WORDS, kind="background"),
        a_row("message", phrases=("bad thing",), needs=("subject",)),
    ]
    text = LOG * 9000 + "nvidia\npodman\nbad thing"
    assert set(said(text, rows).signatures) == {"subject", "message"}


def test_xids_are_seen_without_phrases() -> None:
    assert said("NVRM: Xid (PCI:0000:01:00): 79, gone").signatures == {
        "xid_79": "NVRM: Xid (PCI:0000:01:00): 79, gone"
    }
