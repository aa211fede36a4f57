"""What the host adds to what a text says: it proves causes, refutes them, and shows what lies behind them."""

from collections.abc import Mapping

from gpucheck.explaining.evidence import Candidate
from gpucheck.explaining.proof import proofs
from gpucheck.model.explanation import Outcome
from gpucheck.model.host import HostSnapshot
from gpucheck.model.rows import CauseRow

_PROVEN = 8  # points
_REFUTED = 0.25  # of its points
_BEHIND = 2  # points of a proven cause over what it explains


def proven(
    found: list[Candidate],
    host: HostSnapshot | None,
    readings: Mapping[str, str],
    causes: Mapping[str, CauseRow],
) -> list[Candidate]:
    """Weigh the causes that a text names by the host's facts; add those that explain them and are proven."""
    for candidate in found:
        candidate.proof = proofs(causes[candidate.cause], host, readings)
        if candidate.has(Outcome.REFUTES):
            candidate.points = max(1, candidate.points * _REFUTED)
        elif candidate.has(Outcome.PROVES):
            candidate.points += _PROVEN
    if host is None:
        return found
    named = {candidate.cause: candidate for candidate in found}
    behind = [_behind(row, named, host, readings) for row in causes.values() if row.label not in named]
    return found + [candidate for candidate in behind if candidate]


def _behind(
    row: CauseRow, named: Mapping[str, Candidate], host: HostSnapshot, readings: Mapping[str, str]
) -> Candidate | None:
    explained = [named[label].points for label in row.explains if label in named]
    if not explained:
        return None
    candidate = Candidate(row.label, max(explained) + _BEHIND, proof=proofs(row, host, readings))
    is_proven = candidate.has(Outcome.PROVES) and not candidate.has(Outcome.REFUTES)
    return candidate if is_proven else None
