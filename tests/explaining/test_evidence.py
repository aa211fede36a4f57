"""What counts for which cause, with rows made up."""

from gpucheck.explaining.evidence import Candidate, candidates
from gpucheck.explaining.observed import Observed
from gpucheck.model.rows import CauseRow
from gpucheck.model.signature_rows import SignatureRow
from tests.explaining.texts import a_cause, a_row

CAUSES = {label: a_cause(label) for label in ("one", "two", "nouveau_loaded")}
COMPLAINT = {"failure_told": "it fails", "subject_told": "gpu"}


def counted(
    rows: list[SignatureRow],
    seen: dict[str, str],
    whole: str = "it fails",
    causes: dict[str, CauseRow] = CAUSES,
) -> dict[str, Candidate]:
    found = candidates(rows, Observed(dict(seen), {}, whole), causes)
    return {candidate.cause: candidate for candidate in found}


def test_rows_add_up_and_the_strongest_is_shown_first() -> None:
    rows = [
        a_row("a", {"one": 2, "two": 1}, phrases=("a",)),
        a_row("b", {"one": 5, "two": -3}, phrases=("b",)),
        a_row("c", {"one": 9}, phrases=("c",)),
    ]
    found = counted(rows, {"a": "line a", "b": "line b"})
    assert (found["one"].points, found["two"].points) == (7, -2)
    assert [row.signature for row in found["one"].rows] == ["b", "a"]


def test_needs_must_hold_and_combinations_see_what_was_counted() -> None:
    rows = [
        a_row("a", {"one": 2}, phrases=("a",), needs=("!b",)),
        a_row("b", {"two": 1}, phrases=("b",)),
        a_row("both", {"two": 3}, needs=("b", "toolkit<2")),
        a_row("after", {"two": 10}, needs=("both",)),
    ]
    said = Observed({"a": "x", "b": "y"}, {"toolkit": "1.5"}, "")
    found = {c.cause: c.points for c in candidates(rows, said, CAUSES)}
    assert found == {"two": 14}
    assert "a" not in said.signatures


def test_a_row_that_decides_adds_and_is_remembered() -> None:
    rows = [a_row("a", {"one": 5}, phrases=("a",), decides="one")]
    found = counted(rows, {"a": "x"})
    assert found["one"].decided
    assert found["one"].points > 5


def test_background_alone_names_nothing() -> None:
    rows = [a_row("a", {"one": 9}, phrases=("a",), kind="background")]
    assert counted(rows, COMPLAINT | {"a": "x"}) == {}


def test_circumstances_name_causes_in_complaints_only() -> None:
    rows = [a_row("a", {"one": 6}, phrases=("a",), kind="circumstance")]
    assert counted(rows, COMPLAINT | {"a": "x"})["one"].points == 6
    assert counted(rows, {"a": "x"}) == {}
    assert counted(rows, COMPLAINT | {"a": "x"}, whole="") == {}, "a log is no complaint"


def test_beside_a_message_circumstances_are_worth_half() -> None:
    rows = [
        a_row("a", {"one": 6}, phrases=("a",), kind="circumstance"),
        a_row("b", {"two": 6}, phrases=("b",)),
    ]
    found = counted(rows, COMPLAINT | {"a": "x", "b": "y"})
    assert (found["one"].points, found["two"].points) == (3, 6)


def test_beside_a_weak_message_circumstances_keep_their_worth() -> None:
    rows = [
        a_row("a", {"one": 6}, phrases=("a",), kind="circumstance"),
        a_row("weak_message", {"two": 5}, phrases=("b",)),
    ]
    found = counted(rows, COMPLAINT | {"a": "x", "weak_message": "y"})
    assert (found["one"].points, found["two"].points) == (6, 5)


def test_wording_names_causes_where_nothing_is_clear() -> None:
    causes = CAUSES | {label: a_cause(label) for label in ("c", "d", "e", "f", "g", "h")}
    causes["nouveau_loaded"] = a_cause("nouveau_loaded", words=("blacklist",))
    found = counted([], COMPLAINT, "nouveau is loaded, no blacklist, it fails", causes)
    assert found["nouveau_loaded"].kind == "wording"
    assert "nouveau_loaded" not in counted([], COMPLAINT, "nouveau is loaded, it fails", causes), "two words"
    rows = [a_row("a", {"one": 8}, phrases=("a",))]
    assert set(counted(rows, COMPLAINT | {"a": "x"}, "nouveau is loaded, it fails", causes)) == {"one"}
