"""How causes of a text are put into words; shared by the formats made for people."""

from collections.abc import Iterator

from gpucheck.model.explanation import Confidence, Explanation, Match, Outcome, ProofResult

NOTHING = "Nothing in the text is known to gpucheck."
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
    return title(best) if best else NOTHING


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
    return f"{result.expected} ({result.fact}{seen})"
