"""What a child does whose parent is killed: it looks, or it ends with it."""

import ctypes
import os
import signal

_PDEATHSIG = 1  # PR_SET_PDEATHSIG of prctl(2)


def end_with_parent() -> None:
    """Have the kernel end this process when its parent ends."""
    ctypes.CDLL(None).prctl(_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


class Parent:
    """The parent of this process, as it is now."""

    def __init__(self) -> None:
        self._pid = os.getppid()

    @property
    def is_gone(self) -> bool:
        """Return whether it has ended; somebody else is the parent then."""
        return os.getppid() != self._pid
