"""What ``gpucheck fix`` answers: the steps that would mend this host, in order. Nothing of it is executed."""

from dataclasses import dataclass
from enum import Enum

from gpucheck.model.finding import Status
from gpucheck.model.report import HostSummary

SCHEMA = "gpucheck.plan/1"


class CommandKind(str, Enum):
    """What a command does; it decides where in a plan it stands, and whether it may be automated."""

    INSTALL = "install"  # packages come or go
    CONFIGURE = "configure"  # a file, a setting, what starts at boot
    BUILD = "build"  # a kernel module or an initramfs
    LOAD = "load"  # what runs or is loaded now
    RESTART = "restart"  # of a service that runs
    REBOOT = "reboot"  # of the host, or of WSL
    LOOK = "look"  # only reads
    ASKS = "asks"  # waits for a person: an editor, a pager, a password
    EXAMPLE = "example"  # shows how something is asked for


class Action(str, Enum):
    """What a step is: a remedy, or what several remedies need once."""

    REMEDY = "remedy"
    RESTART = "restart"
    REBOOT = "reboot"


@dataclass(frozen=True, slots=True)
class Command:
    """One command as an argv list, without sudo."""

    argv: tuple[str, ...]
    as_root: bool  # false: by the user whose engine or context it is about
    kind: CommandKind


@dataclass(frozen=True, slots=True)
class PlanFinding:
    """Findings of one check that say the same of several subjects."""

    check: str
    status: Status
    title: str
    subjects: tuple[str, ...]
    detail: str = ""
    cause: str = ""  # label of causes.json
    decides: bool = True  # not knowing it leaves readiness undetermined


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do, what it is for, and how to take it back."""

    number: int  # from 1 on in the order of doing; 0: by hand, at no place in the order
    action: Action
    summary: str
    reasons: tuple[PlanFinding, ...]  # what it mends; empty where only other steps need it
    commands: tuple[Command, ...]  # of one by hand: all that its remedy names, for the reader
    changes: str
    undo: tuple[Command, ...]
    undo_note: str
    interrupts: str  # what running work it ends or holds up; empty: none
    needs_reboot: bool
    looks: tuple[Command, ...] = ()  # what tells more where it fails; change nothing
    needed_by: tuple[int, ...] = ()  # of a restart or reboot: the steps before it that need it
    ends: tuple[PlanFinding, ...] = ()  # consequences that are expected to end with it
    url: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """What would mend a host, and what is not known of it."""

    data_version: str
    taken_at: int
    root: str
    redacted: bool
    host: HostSummary | None
    steps: tuple[Step, ...]  # those behind a reboot need what it brings
    by_hand: tuple[Step, ...]  # what no script can do or decide
    without_remedy: tuple[PlanFinding, ...]
    postponed: tuple[PlanFinding, ...]  # for a plan of their own, once this one is done
    unknown: tuple[PlanFinding, ...]  # not looked at: it may be sound or not
    undetermined: bool = False  # something that decides is not known, or nothing could be judged
    overrides: tuple[str, ...] = ()


def exit_code(plan: Plan) -> int:
    """Return 0 nothing to fix, 1 there is something, 3 could not determine, 4 a check crashed."""
    broken = any(finding.status is Status.FAIL for finding in plan.without_remedy)
    if plan.steps or plan.by_hand or broken:
        return 1
    if any(finding.status is Status.ERROR for finding in plan.unknown):
        return 4
    return 3 if plan.undetermined else 0
