"""Programs of the host: argv lists, absolute paths, LC_ALL=C, a deadline, bounded output."""

import os
import selectors
import signal
import subprocess
import time
from collections.abc import Mapping

from gpucheck.model.fact import Absent, Fact, Known, Reason, Unavailable
from gpucheck.system.ports import CommandResult, not_live

MAX_OUTPUT = 1 << 20  # bytes of each stream that are kept
# searched after PATH: Slurm and cron start programs with next to no PATH
_USUAL = ("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin")


class HostCommands:
    """Runs programs of the live host."""

    def find(self, name: str) -> Fact[str]:
        """Return the absolute path of an executable."""
        places = dict.fromkeys([*filter(os.path.isabs, os.environ.get("PATH", "").split(":")), *_USUAL])
        for place in places:
            path = os.path.join(place, name)
            if os.path.isfile(path) and os.access(path, os.X_OK):
                return Known(path, path)
        return Absent(tuple(os.path.join(place, name) for place in places))

    def run(self, argv: tuple[str, ...], timeout: float = 3.0) -> Fact[CommandResult]:
        """Return what the command printed; it is killed at the deadline."""
        return ended(argv, timeout, os.environ)


class NoCommands:
    """Stands in where only a filesystem is at hand: its programs may not even run here."""

    def find(self, name: str) -> Fact[str]:  # noqa: ARG002 - the port's shape
        """Return that only a live host can tell."""
        return not_live()

    def run(self, argv: tuple[str, ...], timeout: float = 3.0) -> Fact[CommandResult]:  # noqa: ARG002
        """Return that only a live host can tell."""
        return not_live()


def ended(
    argv: tuple[str, ...], timeout: float, settings: Mapping[str, str], stdin: int = subprocess.DEVNULL
) -> Fact[CommandResult]:
    """Return what a command printed that has ended; it is killed at the deadline.

    It stays in the process group of the probe that runs it, which workers kill as a whole.
    """
    try:
        child = subprocess.Popen(
            argv, stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env={**settings, "LC_ALL": "C"},
            # a timer survives execve: the command ends even if all of gpucheck is killed first
            preexec_fn=lambda: signal.setitimer(signal.ITIMER_REAL, timeout + 1.0),  # noqa: PLW1509 - single-threaded
        )  # fmt: skip
    except OSError as error:
        return Unavailable(Reason.FAILED, f"{argv[0]}: {error.strerror}")
    streams = _read_until(child, time.monotonic() + timeout)
    if streams is None:
        return Unavailable(Reason.TIMEOUT, f"{' '.join(argv)}: no end within {timeout:g} s")
    out, err = (stream.decode("utf-8", "replace") for stream in streams)
    result = CommandResult(argv, child.returncode, out, err)
    return Known(result, result.source)


def _read_until(child: "subprocess.Popen[bytes]", deadline: float) -> tuple[bytes, bytes] | None:
    """Read both streams until the child ends; None, and the child killed, after the deadline."""
    assert child.stdout is not None
    assert child.stderr is not None
    kept = {child.stdout: bytearray(), child.stderr: bytearray()}
    with selectors.DefaultSelector() as selector, child.stdout, child.stderr:
        for stream in kept:
            selector.register(stream, selectors.EVENT_READ)
        while selector.get_map():
            ready = selector.select(max(0.0, deadline - time.monotonic()))
            if not ready:
                _kill(child)
                return None
            for key, _ in ready:
                chunk = os.read(key.fd, 65_536)
                if not chunk:
                    selector.unregister(key.fileobj)
                stream_kept = kept[key.fileobj]  # type: ignore[index]
                stream_kept += chunk[: MAX_OUTPUT - len(stream_kept)]
    try:
        child.wait(max(0.0, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        _kill(child)
        return None
    return bytes(kept[child.stdout]), bytes(kept[child.stderr])


def _kill(child: "subprocess.Popen[bytes]") -> None:
    child.kill()
    try:
        child.wait(0.5)
    except subprocess.TimeoutExpired:
        child.returncode = -signal.SIGKILL  # uninterruptible: abandoned, so that nobody waits for it
