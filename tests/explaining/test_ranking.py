"""The order of causes, and how sure each is."""

from typing import Any

from gpucheck.explaining.evidence import Candidate
from gpucheck.explaining.ranking import ranked
from gpucheck.model.explanation import Outcome, ProofResult
from tests.explaining.texts import a_row


def a_candidate(cause: str, points: float, *outcomes: Outcome, **values: Any) -> Candidate:
    proof = tuple(ProofResult("a.fact", "", "", outcome) for outcome in outcomes)
    return Candidate(cause, points, "message", proof=proof, **values)


def order(*found: Candidate, **precedence: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(candidate.cause, confidence.value) for candidate, confidence in ranked(found, precedence)]


def test_points_order_and_a_lead_is_likely() -> None:
    assert order(a_candidate("b", 4), a_candidate("a", 8)) == [("a", "likely"), ("b", "possible")]
    assert order(a_candidate("b", 7), a_candidate("a", 8)) == [("a", "possible"), ("b", "possible")]
    assert order(a_candidate("a", 3)) == [("a", "possible")]
    assert order(a_candidate("a", 0)) == []


def test_a_row_that_decides_makes_certain_unless_others_come_near() -> None:
    assert order(a_candidate("a", 9, decided=True))[0] == ("a", "certain")
    assert order(a_candidate("a", 9, decided=True), a_candidate("b", 5))[0] == ("a", "likely")
    both = (a_candidate("a", 9, decided=True), a_candidate("b", 4, decided=True))
    assert order(*both)[0] == ("a", "likely")


def test_what_a_message_decides_goes_first_unless_the_host_objects() -> None:
    decided = a_candidate("a", 6, decided=True)
    assert order(a_candidate("b", 9), decided)[0] == ("a", "possible")
    refuted = a_candidate("a", 6, Outcome.REFUTES, decided=True)
    assert order(a_candidate("b", 9), refuted)[0] == ("b", "likely")


def test_the_host_makes_certain_if_it_refutes_the_others() -> None:
    proven = a_candidate("a", 9, Outcome.PROVES)
    assert order(proven, a_candidate("b", 5))[0] == ("a", "likely")
    assert order(proven, a_candidate("b", 5, Outcome.REFUTES))[0] == ("a", "certain")
    assert order(proven, a_candidate("b", 2))[0] == ("a", "certain")
    assert order(proven, a_candidate("b", 2, Outcome.PROVES))[0] == ("a", "likely")


def test_a_refuted_cause_is_never_certain() -> None:
    assert order(a_candidate("a", 9, Outcome.REFUTES, decided=True))[0] == ("a", "likely")


def test_a_cause_goes_before_its_consequences_if_something_speaks_for_it_alone() -> None:
    own, shared = a_row("own", {"cause": 5}), a_row("shared", {"cause": 5, "consequence": 8})
    consequence = a_candidate("consequence", 8)
    assert order(a_candidate("cause", 5, rows=[own]), consequence, cause=("consequence",))[0][0] == "cause"
    assert order(a_candidate("cause", 5, rows=[shared]), consequence, cause=("consequence",))[0][0] != "cause"
    assert order(a_candidate("cause", 3, rows=[own]), consequence, cause=("consequence",))[0][0] != "cause"
    proven = a_candidate("cause", 3, Outcome.PROVES)
    assert order(proven, consequence, cause=("consequence",))[0][0] == "cause"


def test_consequences_are_no_rivals() -> None:
    found = (a_candidate("cause", 9, Outcome.PROVES), a_candidate("consequence", 9, Outcome.PROVES))
    assert order(*found, cause=("consequence",)) == [("cause", "certain"), ("consequence", "possible")]


def test_no_more_than_six_are_named() -> None:
    assert len(order(*(a_candidate(f"c{number}", number + 2) for number in range(12)))) == 6
