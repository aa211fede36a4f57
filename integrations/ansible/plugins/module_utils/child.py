"""Runs a command in a child, with a deadline and a bound on what it may print; waits for nothing else."""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import tempfile
import time
from contextlib import suppress

MAX_OUTPUT = 64 * 1024 * 1024  # bytes; a report has some hundred kilobytes
KEPT_OF_STDERR = 4000  # bytes, the last ones
_CHUNK = 65536
_GRACE = 2.0  # seconds in which gpucheck ends its own children


class Ended:
    """How a child ended.

    ``how`` is ``exited``, ``timeout``, ``too_much`` or ``not_started``; ``rc`` is as subprocess has it:
    negative for a signal, None where the child was not started or is still there.
    """

    def __init__(self, how: str, rc: int | None, stdout: bytes, stderr: bytes) -> None:
        self.how, self.rc, self.stdout, self.stderr = how, rc, stdout, stderr


def run(words: list[str], stdin: str | None, deadline: float, folder: str) -> Ended:
    """Run a command in ``folder`` for at most ``deadline`` seconds and tell how that ended."""
    with tempfile.TemporaryFile() as given:  # not a pipe: nobody has to feed it
        given.write((stdin or "").encode("utf-8", "surrogateescape"))
        given.seek(0)
        try:
            child = subprocess.Popen(
                words, stdin=given, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=folder,
                start_new_session=True,
            )  # fmt: skip
        except (OSError, ValueError) as error:
            said = getattr(error, "strerror", None) or str(error)
            return Ended("not_started", None, b"", said.encode("utf-8", "replace"))
    try:
        how, stdout, stderr = _listen(child, time.monotonic() + deadline)
        return Ended(how, _end(child, how), stdout, stderr)
    finally:
        for stream in (child.stdout, child.stderr):
            if stream is not None:
                stream.close()


def _listen(child: subprocess.Popen[bytes], until: float) -> tuple[str, bytes, bytes]:
    """Read until the child closes both streams, says too much, or the time is over."""
    said = {"stdout": bytearray(), "stderr": bytearray()}
    with selectors.DefaultSelector() as selector:
        for name in said:
            selector.register(getattr(child, name), selectors.EVENT_READ, name)
        while selector.get_map():
            left = until - time.monotonic()
            ready = selector.select(left) if left > 0 else []
            if not ready:
                return "timeout", bytes(said["stdout"]), bytes(said["stderr"])
            for key, _event in ready:
                chunk = os.read(key.fd, _CHUNK)
                if not chunk:
                    selector.unregister(key.fileobj)
                said[key.data] += chunk
            del said["stderr"][:-KEPT_OF_STDERR]
            if len(said["stdout"]) > MAX_OUTPUT:
                return "too_much", b"", bytes(said["stderr"])
    with suppress(subprocess.TimeoutExpired):
        child.wait(max(until - time.monotonic(), 0.0))
    how = "exited" if child.returncode is not None else "timeout"
    return how, bytes(said["stdout"]), bytes(said["stderr"])


def _end(child: subprocess.Popen[bytes], how: str) -> int | None:
    """End the child and its group where it has not ended; one that no signal ends is abandoned."""
    if how == "exited":
        return child.returncode
    for sign, seconds in ((signal.SIGTERM, _GRACE), (signal.SIGKILL, 1.0)):
        with suppress(OSError):
            os.killpg(child.pid, sign)
        with suppress(subprocess.TimeoutExpired):
            child.wait(seconds)
    with suppress(OSError):  # what the child had started and left behind
        os.killpg(child.pid, signal.SIGKILL)
    return child.returncode
