"""Why a cause is named: the lines that speak for it, quoted short."""

import re

from gpucheck.explaining.evidence import Candidate
from gpucheck.explaining.observed import Observed
from gpucheck.model.explanation import Clue, Outcome
from gpucheck.model.signature_rows import SignatureRow

_LONGEST = 120  # characters of a quoted line
_BEFORE = 30  # of these, so many before what was recognised
_MOST = 3  # lines that are quoted
_MOST_WORDS = 5


def clues(candidate: Candidate, said: Observed) -> tuple[Clue, ...]:
    """Return the rows that speak for a cause, strongest first, with the lines they were seen in."""
    return tuple(Clue(row.signature, _quote(row, said.signatures[row.signature])) for row in candidate.rows)


def why(candidate: Candidate, shown: tuple[Clue, ...]) -> str:
    """Return the sentence: what the text says, and what the host's facts add."""
    said = list(dict.fromkeys(f'"{clue.quote}"' for clue in shown if clue.quote))[:_MOST]
    parts = [f"the text says {'; '.join(said)}"] * bool(said)
    if candidate.words and not said:
        parts = [f"the text speaks of {', '.join(candidate.words[:_MOST_WORDS])}"]
    facts = {Outcome.PROVES: "this host shows", Outcome.REFUTES: "this host speaks against it:"}
    for outcome, words in facts.items():
        named = [result for result in candidate.proof if result.outcome is outcome][:1]
        parts += [f"{words} {result.fact} = {result.observed or 'absent'}" for result in named]
    return "; ".join(parts)


def _quote(row: SignatureRow, line: str) -> str:
    bare = " ".join(line.split())
    if len(bare) <= _LONGEST:
        return bare
    known = row.patterns or tuple(r"\W+".join(phrase.split()) for phrase in row.phrases)
    found = (re.search(pattern, bare, re.IGNORECASE) for pattern in known)
    places = [match.start() for match in found if match and match.group()]  # a bare look-ahead is no place
    return quoted(bare, min(places, default=0))


def quoted(line: str, place: int = 0) -> str:
    """Return a line without the blanks around it, clipped around a place in it."""
    bare = " ".join(line.split())
    start = place - _BEFORE if place + _LONGEST // 2 > _LONGEST else 0
    start = max(0, min(start, len(bare) - _LONGEST))
    if start:
        start = bare.find(" ", start, start + _BEFORE) + 1 or start  # no word begins in its middle
    end = start + _LONGEST
    return f"{'…' * bool(start)}{bare[start:end].strip()}{'…' * (end < len(bare))}"
