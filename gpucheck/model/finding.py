"""A finding: what was judged, how it stands, why, and what to do. Data only; wording is rendered last."""

from dataclasses import dataclass
from enum import Enum


class Status(str, Enum):
    """How a subject stands. ``unknown`` means could not look; ``error`` means gpucheck itself broke."""

    PASS = "pass"  # noqa: S105 - not a password
    WARN = "warn"
    FAIL = "fail"
    UNKNOWN = "unknown"
    SKIP = "skip"
    ERROR = "error"


class Category(str, Enum):
    """The area of a check; the hundreds of its id."""

    HARDWARE = "hardware"  # GC1xx
    DRIVER = "driver"  # GC2xx
    GPU = "gpu"  # GC3xx
    TOOLKIT = "toolkit"  # GC4xx
    ENGINE = "engine"  # GC5xx
    IMAGE = "image"  # GC6xx
    RUN = "run"  # GC7xx
    CONTRACT = "contract"  # GC9xx


@dataclass(frozen=True, slots=True)
class Evidence:
    """One fact that led to the finding: its dotted name, what was seen, what would be right, where."""

    fact: str
    observed: str
    expected: str
    source: str


@dataclass(frozen=True, slots=True)
class Remedy:
    """What ends the fault. Commands are argv lists to be printed, never run by gpucheck."""

    summary: str
    commands: tuple[tuple[str, ...], ...] = ()
    needs_root: bool = False
    needs_reboot: bool = False
    url: str = ""
    changes: str = ""  # what it changes on the host
    undo: tuple[tuple[str, ...], ...] = ()  # argv lists, as of commands
    undo_note: str = ""  # what no command undoes, or what the commands leave
    interrupts: str = ""  # what running work it ends or holds up; empty: none
    by_hand: bool = False  # the commands do not suffice: something is to be done, or decided, before them
    replaces: str = ""  # driver | driver_flavour: of several remedies that do, a plan holds one
    leaves: tuple[str, ...] = ()  # causes that come to light with this fault and that it does not end


@dataclass(frozen=True, slots=True)
class Finding:
    """One judgement about one subject (``host``, ``gpu 0``, a path, an image)."""

    check: str
    slug: str
    category: Category
    status: Status
    title: str
    subject: str = "host"
    detail: str = ""
    cause: str = ""  # label of compat_data/causes.json; empty unless something is wrong
    because_of: tuple[str, ...] = ()  # ids of failed checks that explain this one
    evidence: tuple[Evidence, ...] = ()
    remedy: Remedy | None = None
    headline: bool = False  # a pass is worth a line in the short report
    decides: bool = True  # not knowing it leaves readiness undetermined
    tolerated: str = ""  # why the contract tolerates it, and until when; empty: it does not
