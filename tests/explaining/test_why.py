"""Why a cause is named, in a sentence."""

from gpucheck.explaining.evidence import Candidate
from gpucheck.explaining.observed import Observed
from gpucheck.explaining.why import clues, quoted, why
from gpucheck.model.explanation import Outcome, ProofResult
from tests.explaining.texts import a_row


def sentence(candidate: Candidate, signatures: dict[str, str]) -> str:
    return why(candidate, clues(candidate, Observed(signatures)))


def test_lines_are_quoted_once_and_combinations_are_not() -> None:
    rows = [a_row("a"), a_row("b"), a_row("both")]
    text = sentence(Candidate("it", rows=rows), {"a": "  bad   thing ", "b": "bad thing", "both": ""})
    assert text == 'the text says "bad thing"'


def test_words_and_facts_are_told() -> None:
    proof = (ProofResult("a.fact", "", "7", Outcome.PROVES), ProofResult("b.fact", "", "", Outcome.REFUTES))
    text = sentence(Candidate("it", words=("nouveau", "loaded"), proof=proof), {})
    assert text == (
        "the text speaks of nouveau, loaded; this host shows a.fact = 7; "
        "this host speaks against it: b.fact = absent"
    )


def test_quotes_are_short() -> None:
    assert len(quoted("x" * 5000)) < 130


def test_of_a_long_line_what_was_recognised_is_quoted() -> None:
    line = "time=2026 level=error msg=" + "noise " * 40 + "driver/library version mismatch " + "more " * 40
    for row in (a_row("a", phrases=("version mismatch",)), a_row("a", patterns=("^(?!x)", "version mis"))):
        (clue,) = clues(Candidate("it", rows=[row]), Observed({"a": line}))
        assert "driver/library version mismatch more" in clue.quote
        assert clue.quote.startswith("…noise ")
        assert clue.quote.endswith("…")
        assert len(clue.quote) <= 122


def test_a_line_that_begins_with_what_was_recognised_is_quoted_from_its_start() -> None:
    (clue,) = clues(
        Candidate("it", rows=[a_row("a", phrases=("bad thing",))]),
        Observed({"a": "a bad thing " + "x " * 99}),
    )
    assert clue.quote.startswith("a bad thing x")
