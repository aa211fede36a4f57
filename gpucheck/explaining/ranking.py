"""Points -> causes in their order, and how sure each is."""

from collections.abc import Mapping, Sequence

from gpucheck.explaining.evidence import Candidate
from gpucheck.model.explanation import Confidence, Outcome

_WORTH_NAMING = 1  # points
_SURE = 5  # points from which a cause alone in front is likely
_AHEAD = 2  # points before the next one
_OWN = 5  # points of a row that speaks for a cause and not for its consequence
_MOST = 6  # causes that are named


def ranked(
    found: Sequence[Candidate], precedence: Mapping[str, tuple[str, ...]]
) -> list[tuple[Candidate, Confidence]]:
    """Return the causes worth naming, best first; ``precedence`` puts causes before their consequences."""
    best = sorted(found, key=lambda c: (not _is_decided(c), -c.points, -len(c.rows), c.cause))
    best = _causes_first([c for c in best if c.points >= _WORTH_NAMING][:_MOST], precedence)
    return [(candidate, _confidence(candidate, best, precedence)) for candidate in best]


def _is_decided(candidate: Candidate) -> bool:
    """Return whether a message decides for it; not where the host speaks against it."""
    return candidate.decided and not candidate.has(Outcome.REFUTES)


def _causes_first(best: list[Candidate], precedence: Mapping[str, tuple[str, ...]]) -> list[Candidate]:
    """Move a cause before the consequences that it explains, if something speaks for it and not for them."""
    for candidate in list(best):
        explained = [c for c in best if c.cause in precedence.get(candidate.cause, ())]
        explained = [c for c in explained if _has_own_evidence(candidate, c)]
        first = min(explained, key=best.index, default=candidate)
        if best.index(first) < best.index(candidate):
            best.remove(candidate)
            best.insert(best.index(first), candidate)
    return best


def _has_own_evidence(candidate: Candidate, other: Candidate) -> bool:
    if candidate.has(Outcome.PROVES):
        return not candidate.has(Outcome.REFUTES)
    own = (row.causes[candidate.cause] for row in candidate.rows if other.cause not in row.causes)
    return candidate.points * 2 >= other.points and max(own, default=0) >= _OWN


def _confidence(
    candidate: Candidate, best: list[Candidate], precedence: Mapping[str, tuple[str, ...]]
) -> Confidence:
    if candidate is not best[0]:
        return Confidence.POSSIBLE
    others = best[1:]
    consequences = precedence.get(candidate.cause, ())
    rivals = [other for other in others if other.cause not in consequences]
    if _is_certain(candidate, rivals, others):
        return Confidence.CERTAIN
    next_points = max((other.points for other in rivals), default=0)
    if candidate.points >= _SURE and candidate.points >= next_points + _AHEAD:
        return Confidence.LIKELY
    return Confidence.POSSIBLE


def _is_certain(candidate: Candidate, rivals: list[Candidate], others: list[Candidate]) -> bool:
    """Return whether nothing else explains the text, or what does is refuted by the host.

    What follows from a cause is no rival of it where the host proves the cause.
    """
    if candidate.has(Outcome.REFUTES) or any(other.decided for other in others):
        return False
    if any(rival.has(Outcome.PROVES) for rival in rivals):
        return False
    if candidate.decided:
        return all(other.points * 2 <= candidate.points for other in others)
    near = [rival for rival in rivals if rival.points * 3 >= candidate.points]
    return candidate.has(Outcome.PROVES) and all(rival.has(Outcome.REFUTES) for rival in near)
