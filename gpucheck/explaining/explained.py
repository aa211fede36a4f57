"""Text -> causes. Pure: reads the text once, the tables, and a snapshot where there is one."""

from dataclasses import replace

from gpucheck.compat.host_remedies import daemon_json_path, fitted_to
from gpucheck.compat.remedies import Places, distribution, fitted
from gpucheck.explaining.blocks import Text
from gpucheck.explaining.derived import complete
from gpucheck.explaining.evidence import Candidate, candidates
from gpucheck.explaining.hearsay import no_surer, surest
from gpucheck.explaining.notes import notes
from gpucheck.explaining.observed import Observed, observe
from gpucheck.explaining.own_reports import OwnReports
from gpucheck.explaining.own_words import OwnWord, own_words
from gpucheck.explaining.proof import proofs
from gpucheck.explaining.proving import proven
from gpucheck.explaining.ranking import ranked
from gpucheck.explaining.shown_json import look_at_shown_json
from gpucheck.explaining.table_rows import all_signatures
from gpucheck.explaining.why import clues, why
from gpucheck.model.explanation import Confidence, Explanation, Match, Outcome
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
    reports = OwnReports()
    said = observe(text, rows, tables.readings, reports.sifted)
    look_at_shown_json(said)
    complete(said, snapshot, tables)
    found = proven(candidates(rows, said, tables.causes), snapshot, said.readings, tables.causes)
    precedence = {label: row.explains for label, row in tables.causes.items() if row.explains}
    matches = tuple(
        _match(candidate, no_surer(confidence, surest(candidate, said, rows)), said, snapshot, tables)
        for candidate, confidence in ranked(found, precedence)
    )
    matches = _behind_own(own_words(reports.told, said, tables), matches, said, snapshot, tables)
    return Explanation(matches, snapshot is not None, tables.version, notes(said, tables))


def _behind_own(
    own: list[OwnWord],
    others: tuple[Match, ...],
    said: Observed,
    snapshot: HostSnapshot | None,
    tables: Tables,
) -> tuple[Match, ...]:
    """Put what gpucheck itself has found first; no other cause is certain beside it."""
    found = []
    for word in own:
        row = tables.causes[word.cause]
        proof = proofs(row, snapshot, said.readings)
        is_refuted = any(result.outcome is Outcome.REFUTES for result in proof)
        confidence = no_surer(word.confidence, Confidence.LIKELY if is_refuted else Confidence.CERTAIN)
        remedy = remedy_of(row, said, snapshot, tables)
        found.append(Match(word.cause, confidence, word.why, row.meaning, proof, row.shows, remedy))
    named = {match.cause for match in found}
    less_sure = Confidence.LIKELY if found else Confidence.CERTAIN
    rest = (match for match in others if match.cause not in named)
    return (*found, *(replace(match, confidence=no_surer(match.confidence, less_sure)) for match in rest))


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
