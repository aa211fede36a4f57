"""Faults with the same remedy gathered, and its commands sorted by when they are run."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from gpucheck.model.finding import Category, Finding, Remedy, Status
from gpucheck.model.plan import Command, CommandKind
from gpucheck.planning.commands import command_of, needs_driver
from gpucheck.planning.faults import Fault

_LATER = {CommandKind.RESTART, CommandKind.REBOOT}
_FOR_A_PERSON = {CommandKind.ASKS, CommandKind.EXAMPLE}
_PHASES = {CommandKind.INSTALL: 0, CommandKind.CONFIGURE: 1, CommandKind.BUILD: 2, CommandKind.LOAD: 3}
_RANKS = {category: rank for rank, category in enumerate(Category)}


@dataclass
class Draft:
    """One remedy and the faults that it mends."""

    remedy: Remedy
    findings: list[Finding] = field(default_factory=list)
    ends: list[Finding] = field(default_factory=list)
    after: set[str] = field(default_factory=set)  # checks whose drafts come first
    joined: bool = False  # another draft is expected to end its findings

    @cached_property
    def commands(self) -> tuple[Command, ...]:
        """All commands of the remedy."""
        return tuple(command_of(argv) for argv in self.remedy.commands if argv)

    @property
    def doing(self) -> tuple[Command, ...]:
        """What the step itself runs."""
        return tuple(c for c in self.commands if c.kind not in _LATER and c.kind is not CommandKind.LOOK)

    @property
    def looks(self) -> tuple[Command, ...]:
        """What tells more."""
        return tuple(c for c in self.commands if c.kind is CommandKind.LOOK)

    @property
    def restarts(self) -> tuple[Command, ...]:
        """What is restarted once all steps that need it are done."""
        return tuple(c for c in self.commands if c.kind is CommandKind.RESTART)

    @property
    def reboots(self) -> bool:
        """Whether the fault ends with a reboot only."""
        return self.remedy.needs_reboot or any(c.kind is CommandKind.REBOOT for c in self.commands)

    @property
    def is_by_hand(self) -> bool:
        """Whether a person has to do it, or something before it."""
        steps = [command for command in self.commands if command.kind is not CommandKind.LOOK]
        return (
            self.remedy.by_hand
            or not steps
            or any(command.kind in _FOR_A_PERSON for command in steps)
            or any(_is_left_open(word) for command in steps for word in command.argv)
        )

    @property
    def mends_failure(self) -> bool:
        """Whether one of its findings is a failure."""
        return any(finding.status is Status.FAIL for finding in self.findings)

    @property
    def needs_driver(self) -> bool:
        """Whether it is of use only with the driver that shall run in the end."""
        return any(needs_driver(command) for command in (*self.doing, *self.restarts))

    def place(self) -> tuple[int, int, int, str]:
        """Return what drafts are sorted by: failures, areas from the hardware up, installs first."""
        first = min(self.findings, key=lambda f: (f.status is not Status.FAIL, f.check))
        phase = min((_PHASES.get(command.kind, 0) for command in self.doing), default=4)
        return (int(first.status is not Status.FAIL), _RANKS[first.category], phase, first.check)


def drafts_of(faults: Iterable[Fault]) -> list[Draft]:
    """Return one draft per remedy, in the order of their faults; faults without remedy are left out."""
    drafts: dict[tuple[object, ...], Draft] = {}
    for fault in faults:
        remedy = fault.finding.remedy
        if remedy is not None:
            draft = drafts.setdefault((remedy.summary, remedy.commands), Draft(remedy))
            draft.findings.append(fault.finding)
            draft.ends.extend(fault.consequences)
            draft.after |= fault.after
    return list(drafts.values())


def in_order(drafts: list[Draft]) -> list[Draft]:
    """Return drafts as they are to be done; one that follows from a fault comes after that fault's."""
    waiting = sorted(drafts, key=Draft.place)
    done: list[Draft] = []
    while waiting:
        checks = {finding.check for draft in waiting for finding in draft.findings}
        ready = next((d for d in waiting if not d.after & (checks - _checks(d))), waiting[0])
        waiting.remove(ready)
        done.append(ready)
    return done


def _checks(draft: Draft) -> set[str]:
    return {finding.check for finding in draft.findings}


def _is_left_open(word: str) -> bool:
    """Return whether a word is the reader's to fill in (<name>, USER), or is no text that can be shown."""
    return word == "USER" or (word.startswith("<") and word.endswith(">")) or not word.isprintable()
