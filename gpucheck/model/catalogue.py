"""A check as the catalogue shows it: data only, so that rendering needs no check."""

from dataclasses import dataclass

from gpucheck.model.finding import Remedy
from gpucheck.model.rows import Proof


@dataclass(frozen=True, slots=True)
class CauseEntry:
    """A root cause a check can name."""

    label: str
    meaning: str
    shows: str
    fix: str


@dataclass(frozen=True, slots=True)
class CheckEntry:
    """One check: what it decides, why it matters, what it can find."""

    id: str
    slug: str
    category: str
    title: str
    meaning: str
    decides: bool
    because_of: tuple[str, ...]
    causes: tuple[CauseEntry, ...]
    url: str


@dataclass(frozen=True, slots=True)
class CausePage:
    """All that is known of a root cause."""

    cause: CauseEntry
    checks: tuple[str, ...]  # that can name it
    proof: tuple[Proof, ...]
    remedy: Remedy
