"""A fact is known, absent (we looked, it is not there) or unavailable (we could not look).

Checks never see ``None``: they call ``require()``, and the evaluator turns an absent fact into
a skipped finding and an unavailable one into an unknown finding that names fact and reason.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Any, Generic, NoReturn, TypeVar, Union

T = TypeVar("T")
D = TypeVar("D")
_SHOWN = 3  # places of an absent fact; a snapshot has them all


class Reason(str, Enum):
    """Why a fact could not be had; every vendor error is folded into one of these."""

    NOT_PERMITTED = "not_permitted"  # this user may not read it
    TIMEOUT = "timeout"  # no answer before the deadline
    CRASHED = "crashed"  # the probe ended by an exception or a signal
    MALFORMED = "malformed"  # it was read, and makes no sense
    TOO_LARGE = "too_large"  # larger than anything real; not read to the end
    UNREADABLE = "unreadable"  # a directory, a loop of links, an I/O error
    UNSUPPORTED = "unsupported"  # this GPU, driver or kernel does not offer it
    DRIVER_NOT_LOADED = "driver_not_loaded"
    LIBRARY_MISMATCH = "library_mismatch"  # user-space library and kernel module disagree
    LIBRARY_MISSING = "library_missing"
    GPU_LOST = "gpu_lost"
    NEEDS_RESET = "needs_reset"
    FAILED = "failed"  # a vendor call failed in a way that has no better name
    UNREACHABLE = "unreachable"  # nobody answers at the other end of a socket
    RATE_LIMITED = "rate_limited"  # asked too often; a later try will be answered
    NOT_LIVE = "not_live"  # only a running host can tell; we look at files (--root)
    NOT_COLLECTED = "not_collected"  # the snapshot does not carry it
    REDACTED = "redacted"  # removed by --redact


@dataclass(frozen=True, slots=True)
class Known(Generic[T]):
    """A value, and where it was read: a path, a command line or a library call."""

    value: T
    source: str

    def require(self) -> T:
        """Return the value."""
        return self.value

    def get(self, default: D) -> T | D:  # noqa: ARG002 - same shape as the other two kinds
        """Return the value."""
        return self.value


@dataclass(frozen=True, slots=True)
class Absent:
    """Looked for in each of ``searched``, and not there."""

    searched: tuple[str, ...]

    @property
    def source(self) -> str:
        """Return the places that were searched, for display; of many, the first and how many more."""
        shown = " · ".join(self.searched[:_SHOWN])
        more = len(self.searched) - _SHOWN
        return f"{shown} · and {more} more places" if more > 1 else " · ".join(self.searched)

    def require(self) -> NoReturn:
        """Raise FactAbsent."""
        raise FactAbsent(self)

    def get(self, default: D) -> D:
        """Return ``default``."""
        return default


@dataclass(frozen=True, slots=True)
class Unavailable:
    """Could not be looked at, or not understood: ``reason``, and ``detail`` in words."""

    reason: Reason
    detail: str = ""

    @property
    def source(self) -> str:
        """Return what went wrong, for display."""
        return self.detail

    def require(self) -> NoReturn:
        """Raise FactUnavailable."""
        raise FactUnavailable(self)

    def get(self, default: D) -> D:
        """Return ``default``."""
        return default


Fact = Union[Known[T], Absent, Unavailable]
AnyFact = Union[Known[Any], Absent, Unavailable]


class FactAbsent(Exception):  # noqa: N818 - a signal to the evaluator, not an error
    """A check required a fact that is not there."""

    def __init__(self, fact: Absent) -> None:
        super().__init__(fact.source)
        self.fact = fact


class FactUnavailable(Exception):  # noqa: N818 - a signal to the evaluator, not an error
    """A check required a fact that could not be had."""

    def __init__(self, fact: Unavailable) -> None:
        super().__init__(f"{fact.reason.value}: {fact.detail}")
        self.fact = fact


def not_collected() -> Unavailable:
    """Return the default of every fact field: a fresh object, so that identity names the field."""
    return Unavailable(Reason.NOT_COLLECTED)
