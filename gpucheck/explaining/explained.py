"""Text -> causes. Pure: reads the text once, the tables, and a snapshot where there is one."""

from gpucheck.compat.host_remedies import daemon_json_path, fitted_to
from gpucheck.compat.remedies import Places, distribution, fitted
from gpucheck.explaining.blocks import Text
from gpucheck.explaining.derived import complete
from gpucheck.explaining.evidence import Candidate, candidates
from gpucheck.explaining.observed import Observed, observe
from gpucheck.explaining.proving import proven
from gpucheck.explaining.ranking import ranked
from gpucheck.explaining.table_rows import all_signatures
from gpucheck.explaining.why import clues, why
from gpucheck.model.explanation import Confidence, Explanation, Match
from gpucheck.model.finding import Remedy
from gpucheck.model.host import HostSnapshot
from gpucheck.model.rows import CauseRow
from gpucheck.tables import Tables


def explain(text: Text, snapshot: HostSnapshot | None, tables: Tables) -> Explanation:
    """Name the causes of a text, best first.

    ``text`` may be any size: a string, or an iterable of lines (``str``) or of pieces of a stream
    (``bytes``); it is read once, in bounded memory. A snapshot is that of the host the text comes from.
    """
    rows = all_signatures(tables)
    said = observe(text, rows, tables.readings)
    complete(said, snapshot, tables)
    found = proven(candidates(rows, said, tables.causes), snapshot, said.readings, tables.causes)
    precedence = {label: row.explains for label, row in tables.causes.items() if row.explains}
    matches = tuple(
        _match(candidate, confidence, said, snapshot, tables)
        for candidate, confidence in ranked(found, precedence)
    )
    return Explanation(matches, snapshot is not None, tables.version)


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
    """Return the remedy of a cause for the host, or for the distribution that the text speaks of."""
    names = distribution(snapshot) if snapshot else ()
    names = names or tuple(filter(None, [said.readings.get("distribution", "")]))
    key = next((row.remedies[name] for name in names if name in row.remedies), row.remedy)
    if not key:
        return Remedy(row.fix)
    values = Places(said.readings)
    if snapshot is None:
        return fitted(tables.remedies[key], names, values, wsl="wsl_told" in said.signatures)
    values.setdefault("daemon_json", daemon_json_path(snapshot))
    return fitted_to(snapshot, key, tables.remedies, values)
