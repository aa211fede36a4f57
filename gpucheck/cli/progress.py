"""How far a pull is, on stderr: one line that is written over at a terminal, a few lines elsewhere."""

import sys

from gpucheck.model.container import PullProgress
from gpucheck.system.process import monotonic_ms
from gpucheck.system.screen import errors_to_terminal

_EVERY_MS = {True: 200, False: 10_000}
_MIB = 1 << 20


class PullProgressLine:
    """Called with what is known, None where a pull begins."""

    def __init__(self) -> None:
        self._terminal = errors_to_terminal()
        self._told_ms = 0
        self._width = 0

    def __call__(self, progress: PullProgress | None) -> None:
        """Tell, unless that was done a moment ago."""
        now = monotonic_ms()
        if progress is None:
            self._told_ms = now
            self._say("gpucheck: getting the image")
            return
        if now - self._told_ms >= _EVERY_MS[self._terminal]:
            self._told_ms = now
            self._say(f"gpucheck: getting the image{_far(progress)}")

    def end(self) -> None:
        """Leave the line free for what comes next."""
        if self._terminal and self._width:
            sys.stderr.write("\r" + " " * self._width + "\r")
            self._width = 0

    def _say(self, line: str) -> None:
        if self._terminal:
            sys.stderr.write("\r" + line.ljust(self._width))
            self._width = len(line)
        else:
            sys.stderr.write(line + "\n")
        sys.stderr.flush()


def _far(progress: PullProgress) -> str:
    if not progress.total_bytes:
        return ""
    done, total = progress.done_bytes / _MIB, progress.total_bytes / _MIB
    return f": {done:.0f} of {total:.0f} MiB"
