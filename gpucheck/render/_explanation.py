"""How causes of a text are put into words; shared by the formats made for people."""

from collections.abc import Iterator

from gpucheck.model.explanation import Confidence, Explanation, Match, Outcome, ProofResult

NOTHING = "Could not tell: the text has no sign of a fault that gpucheck knows."
NO_CAUSE = "No cause is named."
_LEADS = {
    Confidence.CERTAIN: "Certain",
    Confidence.LIKELY: "Likely",
    Confidence.POSSIBLE: "Possible",
}
_OUTCOMES = {
    Outcome.PROVES: "proved",
    Outcome.REFUTES: "refuted",
    Outcome.NEITHER: "open",
    Outcome.UNKNOWN: "look",
}


def opening(explanation: Explanation) -> str:
    """Return the sentence that answers."""
    best = explanation.best
    if best:
        return title(best)
    return NO_CAUSE if explanation.notes else NOTHING


def title(match: Match) -> str:
    """Return how sure a cause is, and what it means."""
    return f"{_LEADS[match.confidence]}: {match.meaning}"


def rows(match: Match) -> Iterator[tuple[str, str]]:
    """Yield (word, text) of why a cause is named and what would prove or refute it."""
    yield "why", match.why
    for result in match.proof:
        yield _OUTCOMES[result.outcome], _of_proof(result)
    if not any(result.outcome is Outcome.PROVES for result in match.proof):
        yield "shows", match.shows


def _of_proof(result: ProofResult) -> str:
    seen = f"; here it is {result.observed}" if result.observed else ""
    weight = told(result.if_so, result.if_not) if result.outcome is Outcome.UNKNOWN else ""
    return f"{result.expected} ({result.fact}{seen}){weight}"


def told(if_so: str, if_not: str) -> str:
    """Return what a fact says of a cause: ``if_so`` where it is as expected, ``if_not`` where it is not."""
    ends = ["this proves it"] * bool(if_so) + ["if it is not so, the cause is ruled out"] * bool(if_not)
    return f": {'; '.join(ends)}" if ends else ""
