"""Why a cause is named: the lines that speak for it, quoted short."""

from gpucheck.explaining.evidence import Candidate
from gpucheck.explaining.observed import Observed
from gpucheck.model.explanation import Clue, Outcome

_LONGEST = 120  # characters of a quoted line
_MOST = 3  # lines that are quoted
_MOST_WORDS = 5


def clues(candidate: Candidate, said: Observed) -> tuple[Clue, ...]:
    """Return the rows that speak for a cause, strongest first, with the lines they were seen in."""
    return tuple(Clue(row.signature, quoted(said.signatures[row.signature])) for row in candidate.rows)


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


def quoted(line: str) -> str:
    """Return a line without the blanks around it, clipped."""
    bare = " ".join(line.split())
    return bare if len(bare) <= _LONGEST else f"{bare[:_LONGEST]}…"
