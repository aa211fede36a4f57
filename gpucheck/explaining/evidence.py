"""What speaks for each cause: the signatures of a text, what they need, and its wording."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from gpucheck.explaining.conditions import holds
from gpucheck.explaining.observed import Observed
from gpucheck.explaining.table_rows import OWN_WORDS
from gpucheck.explaining.wording import likenesses
from gpucheck.model.explanation import Outcome, ProofResult
from gpucheck.model.rows import CauseRow
from gpucheck.model.signature_rows import SignatureRow

# signatures of any failure, in any words, and of the subject: without them there is nothing to explain
_FAILURE, _SUBJECT = "failure_told", "subject_told"
KINDS = ("message", "circumstance", "wording", "background")  # the most telling first; the last names nothing
_DECIDED = 4  # points for a text that nothing else explains
_WORDING, _MOST_WORDING = 0.5, 3.0  # points per degree of likeness, and at most
_CLEAR_MESSAGE = 6  # points of one message row that names its cause so plainly that circumstances count less
_LEAST_WORDS = 3  # that likeness alone must rest on
_LIKE = 2.0  # degree from which likeness alone may name a cause
_CLEAR = 6  # points of a cause beside which likeness alone names none
_PRINTED = re.compile(r"^[|+\s]|\s{2}: |^$")  # a line of what a tool prints, in a table or indented
_MOST_LIKE = 2  # causes that likeness alone names


@dataclass(slots=True)
class Candidate:
    """A cause with what speaks for and against it."""

    cause: str
    points: float = 0
    kind: str = "background"  # the most telling kind of what speaks for it
    decided: bool = False
    rows: list[SignatureRow] = field(default_factory=list)  # that speak for it, strongest first
    words: tuple[str, ...] = ()  # that the text shares with its description
    proof: tuple[ProofResult, ...] = ()

    @property
    def told(self) -> int:
        """The points of the strongest message that speaks for it."""
        return max((row.causes[self.cause] for row in self.rows if row.kind == "message"), default=0)

    def has(self, outcome: Outcome) -> bool:
        """Return whether a fact of the snapshot says this of it."""
        return any(result.outcome is outcome for result in self.proof)

    def add(self, row: SignatureRow) -> None:
        """Count a row for or against this cause."""
        points = row.causes[self.cause]
        self.points += points
        if points > 0:
            self.rows.append(row)
            self.kind = min(self.kind, row.kind, key=KINDS.index)
        if row.decides == self.cause:
            self.decided = True
            self.points += _DECIDED


def candidates(
    rows: Sequence[SignatureRow], said: Observed, causes: Mapping[str, CauseRow]
) -> list[Candidate]:
    """Return the causes that what a text says speaks for, with their points."""
    found: dict[str, Candidate] = {}
    for row in rows:
        if _counts(row, said):
            said.signatures.setdefault(row.signature, "")
            for cause in row.causes:
                found.setdefault(cause, Candidate(cause)).add(row)
    for candidate in found.values():
        candidate.rows.sort(key=lambda row: -row.causes[candidate.cause])
    is_complaint = bool(said.whole) and {_FAILURE, _SUBJECT} <= said.signatures.keys()
    named = _named(found, is_complaint=is_complaint)
    return _with_wording(named, _described(rows, said), causes) if is_complaint else list(named.values())


def _counts(row: SignatureRow, said: Observed) -> bool:
    there = row.signature in said.signatures if row.phrases else True
    if there and all(holds(condition, said) for condition in row.needs):
        return True
    said.signatures.pop(row.signature, None)  # its line is there, but does not mean that here
    return False


def _named(found: dict[str, Candidate], *, is_complaint: bool) -> dict[str, Candidate]:
    """Return the causes that a message names; in a complaint, which is short, circumstances do too.

    Beside a message that names a cause plainly, circumstances alone are worth half.
    """
    by_message = any(candidate.told >= _CLEAR_MESSAGE for candidate in found.values())
    for candidate in found.values():
        if candidate.kind == "circumstance" and by_message:
            candidate.points /= 2
    wanted = {"message", "circumstance"} if is_complaint else {"message"}
    return {cause: candidate for cause, candidate in found.items() if candidate.kind in wanted}


def _described(rows: Iterable[SignatureRow], said: Observed) -> str:
    """Return what people wrote: a short text without what tools print, as far as that shows."""
    known = (row.signature for row in rows if row.kind == "message" and row.source != OWN_WORDS)
    messages = {said.signatures.get(signature) for signature in known}
    lines = said.whole.split("\n")
    return "\n".join(line for line in lines if line not in messages and not _PRINTED.search(line))


def _with_wording(
    found: dict[str, Candidate], described: str, causes: Mapping[str, CauseRow]
) -> list[Candidate]:
    """Add what the wording of a text says; where nothing is clear, it may name causes itself."""
    like = likenesses(described, causes)
    for cause, candidate in found.items():
        if cause in like:
            candidate.points += min(_MOST_WORDING, _WORDING * like[cause].degree)
    if all(candidate.points < _CLEAR for candidate in found.values()):
        several = (c for c in like if c not in found and len(like[c].words) >= _LEAST_WORDS)
        near = sorted(several, key=lambda c: -like[c].degree)[:_MOST_LIKE]
        for cause in (cause for cause in near if like[cause].degree >= _LIKE):
            points = min(_MOST_WORDING, _WORDING * like[cause].degree)
            found[cause] = Candidate(cause, points, "wording", words=like[cause].words)
    return list(found.values())
