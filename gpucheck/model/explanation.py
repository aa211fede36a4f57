"""What ``gpucheck explain`` answers: causes of a text, best first, how sure, why, and what would prove it."""

from dataclasses import dataclass
from enum import Enum

from gpucheck.model.finding import Remedy

SCHEMA = "gpucheck.explain/1"


class Confidence(str, Enum):
    """How sure a cause is."""

    CERTAIN = "certain"  # nothing else explains the text
    LIKELY = "likely"
    POSSIBLE = "possible"


class Outcome(str, Enum):
    """What a fact of the host says of a cause."""

    PROVES = "proves"
    REFUTES = "refutes"
    NEITHER = "neither"
    UNKNOWN = "unknown"  # not looked at, or could not be


@dataclass(frozen=True, slots=True)
class ProofResult:
    """One fact that would prove or refute a cause, and what it said where a snapshot was given."""

    fact: str  # its dotted name in a snapshot
    expected: str  # what it is where the cause is there
    observed: str = ""
    outcome: Outcome = Outcome.UNKNOWN
    source: str = ""
    if_so: str = ""  # proves: where it is as expected, the cause is proved
    if_not: str = ""  # refutes: where it is not, the cause is refuted


@dataclass(frozen=True, slots=True)
class Clue:
    """A line that speaks for a cause: what it is called, and the line, clipped; empty for a combination."""

    signature: str
    quote: str


@dataclass(frozen=True, slots=True)
class Match:
    """One cause that explains the text."""

    cause: str  # label of causes.json
    confidence: Confidence
    why: str
    meaning: str = ""
    proof: tuple[ProofResult, ...] = ()
    shows: str = ""  # in words: the evidence that names this cause and no other
    remedy: Remedy | None = None
    clues: tuple[Clue, ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """The causes of one text, best first; none: no sign of a fault in it is known."""

    matches: tuple[Match, ...] = ()
    host_looked_at: bool = False  # a snapshot was given
    data_version: str = ""
    notes: tuple[str, ...] = ()  # what the text says beside, and what of it was not read

    @property
    def best(self) -> Match | None:
        """Return the first cause, if any was named."""
        return self.matches[0] if self.matches else None
