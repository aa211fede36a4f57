"""Text -> causes. Pure: reads the text once, the tables, and a snapshot where there is one."""

from gpucheck.compat.remedies import Places, distribution, fitted
from gpucheck.explain.blocks import Text
from gpucheck.explain.derived import complete
from gpucheck.explain.evidence import Candidate, candidates
from gpucheck.explain.observed import Observed, observe
from gpucheck.explain.proof import proofs
from gpucheck.explain.ranking import ranked
from gpucheck.explain.table_rows import all_signatures
from gpucheck.explain.why import clues, why
from gpucheck.model.explanation import Confidence, Explanation, Match, Outcome
from gpucheck.model.finding import Remedy
from gpucheck.model.host import HostSnapshot
from gpucheck.model.rows import CauseRow
from gpucheck.tables import Tables

_PROVEN, _REFUTED = 8, -8  # points


def explain(text: Text, snapshot: HostSnapshot | None, tables: Tables) -> Explanation:
    """Name the causes of a text, best first.

    ``text`` may be any size: a string, or an iterable of lines (``str``) or of pieces of a stream
    (``bytes``); it is read once, in bounded memory. A snapshot is that of the host the text comes from.
    """
    rows = all_signatures(tables)
    said = observe(text, rows, tables.readings)
    complete(said, snapshot, tables)
    found = candidates(rows, said, tables.causes)
    for candidate in found:
        _prove(candidate, snapshot, said, tables)
    precedence = {label: row.explains for label, row in tables.causes.items() if row.explains}
    matches = tuple(
        _match(candidate, confidence, said, snapshot, tables)
        for candidate, confidence in ranked(found, precedence)
    )
    return Explanation(matches, snapshot is not None, tables.version)


def _prove(candidate: Candidate, snapshot: HostSnapshot | None, said: Observed, tables: Tables) -> None:
    candidate.proof = proofs(tables.causes[candidate.cause], snapshot, said.readings)
    if candidate.has(Outcome.REFUTES):
        candidate.points += _REFUTED
    elif candidate.has(Outcome.PROVES):
        candidate.points += _PROVEN


def _match(
    candidate: Candidate,
    confidence: Confidence,
    said: Observed,
    snapshot: HostSnapshot | None,
    tables: Tables,
) -> Match:
    row = tables.causes[candidate.cause]
    shown = clues(candidate, said)
    return Match(
        cause=row.label,
        confidence=confidence,
        why=why(candidate, shown),
        meaning=row.meaning,
        proof=candidate.proof,
        shows=row.shows,
        remedy=remedy_of(row, said, snapshot, tables),
        clues=shown,
    )


def remedy_of(row: CauseRow, said: Observed, snapshot: HostSnapshot | None, tables: Tables) -> Remedy:
    """Return the remedy of a cause for the distribution of the host, or of the one the text speaks of."""
    names = distribution(snapshot) if snapshot else ()
    names = names or tuple(filter(None, [said.readings.get("distribution", "")]))
    key = next((row.remedies[name] for name in names if name in row.remedies), row.remedy)
    if not key:
        return Remedy(row.fix)
    wsl = snapshot.is_wsl if snapshot else "is_wsl" in said.signatures
    return fitted(tables.remedies[key], names, Places(said.readings), wsl=wsl)
