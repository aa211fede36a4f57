"""Which row of the injection tables holds: by releases and by facts, some of which may not be known.

Pure: the facts are given by name. A row of which it is not known whether it holds does not decide; those
after it are still looked at, so that "one of these two" can be told from "anything".
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from gpucheck.model.versions import Version

ENGINE_VERSION = "engine_version"
TOOLKIT = "toolkit"


class Ruled(Protocol):
    """A row that holds for some releases and facts."""

    @property
    def since(self) -> str:
        """First release of the engine."""

    @property
    def below(self) -> str:
        """First release of the engine that is none of them; empty: no end."""

    @property
    def toolkit_since(self) -> str:
        """First release of the toolkit."""

    @property
    def toolkit_below(self) -> str:
        """First release of the toolkit that is none of them."""

    @property
    def when(self) -> dict[str, str]:
        """Facts by name, and the value each must have."""


R = TypeVar("R", bound=Ruled)


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What is known where a row is looked for; None: not known."""

    version: Version | None
    toolkit: Version | None
    fact: Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class Holds:
    """Whether a row holds (None: not known), and the facts that say so, or that are missing."""

    answer: bool | None
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision(Generic[R]):
    """What the rows come to: one that decides, or several that may."""

    possible: tuple[R, ...]  # one that decides, or more, the last of which would decide if no other did
    missing: tuple[str, ...] = ()  # the facts that leave it open
    facts: tuple[str, ...] = ()  # those that were asked for: they decide

    @property
    def row(self) -> R | None:
        """The row that decides; None where it is not known, or no row holds."""
        return self.possible[0] if len(self.possible) == 1 and not self.missing else None


def decide(rows: Iterable[R], at: Circumstances) -> Decision[R]:
    """Return the first row that holds, with those before it that may."""
    possible: list[R] = []
    missing: list[str] = []
    asked: list[str] = []
    for row in rows:
        holds = holds_for(row, at)
        asked += holds.facts
        if holds.answer is False:
            continue
        possible.append(row)
        if holds.answer:
            break
        missing += holds.facts
    return Decision(tuple(possible), _once(missing), _once(asked))


def holding(rows: Iterable[R], at: Circumstances) -> Iterator[R]:
    """Yield the rows that certainly hold."""
    return (row for row in rows if holds_for(row, at).answer)


def holds_for(row: Ruled, at: Circumstances) -> Holds:
    """Return whether a row holds. A fact that speaks against it decides, whatever else is not known."""
    ranges = (
        (ENGINE_VERSION, row.since, row.below, at.version),
        (TOOLKIT, row.toolkit_since, row.toolkit_below, at.toolkit),
    )
    missing: list[str] = []
    asked: list[str] = []
    for name, since, below, version in ranges:
        if not (since or below):
            continue
        asked.append(name)
        if version is None:
            missing.append(name)
        elif not within(version, since, below):
            return Holds(answer=False, facts=(name,))
    for name, wanted in row.when.items():
        value = at.fact(name)
        asked.append(name)
        if value is None:
            missing.append(name)
        elif value != wanted:
            return Holds(answer=False, facts=(name,))
    return Holds(None, tuple(missing)) if missing else Holds(answer=True, facts=tuple(asked))


def within(version: Version, since: str, below: str) -> bool:
    """Return whether a release is in a range; an empty end is none."""
    return not (since and version < Version(since)) and not (below and version >= Version(below))


def _once(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))
