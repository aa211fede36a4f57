"""The time a container test has: one bound for all but the pull, which has its own."""

from gpucheck.system.process import monotonic_ms

# seconds that a container may be there beyond what it may run: to be started, killed and removed
GRACE = 20.0
# seconds a child gets beyond its own bound, to kill, to remove and to tell
CHILD_GRACE = 12.0
_LEAST = 2.0  # seconds that a container gets whatever was spent before


class Clock:
    """Counts what is left of ``seconds``."""

    def __init__(self, seconds: float) -> None:
        self._begun_ms = monotonic_ms()
        self._seconds = seconds
        self._paused_ms = 0

    def pause(self, milliseconds: int) -> None:
        """Leave out what a pull took."""
        self._paused_ms += milliseconds

    @property
    def spent_ms(self) -> int:
        """Milliseconds since the beginning, pauses left out."""
        return monotonic_ms() - self._begun_ms - self._paused_ms

    @property
    def left(self) -> float:
        """Seconds that are left; a little always is, so that whoever comes last can tell anything."""
        return max(_LEAST, self._seconds - self.spent_ms / 1000)
