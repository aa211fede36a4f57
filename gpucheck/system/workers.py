"""Runs each probe in a forked child with a deadline, and never waits for one that will not end.

A hung driver holds whoever asks it in uninterruptible sleep, where no signal helps, and a
process with one such thread cannot exit. So whoever asks is a child that can be abandoned. What it
had said until then is kept: children stream their parts, one JSON line each.
"""

import json
import os
import selectors
import signal
import sys
import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from typing import Any, NoReturn

_CHUNK = 1 << 16
_LONGEST = 3600.0  # seconds; the bound of a task without a limit, should its parent be killed
_MAX_STREAM = 32 << 20  # bytes of one probe; a real one has far below 1 MiB


@dataclass(slots=True)
class Task:
    """Something to run in a child: yields JSON-ready parts."""

    name: str
    run: Callable[[], Iterator[Any]]
    timeout: float  # seconds without a part; each part gives the child as much again
    limit: float = float("inf")  # seconds in all
    has_children: bool = False  # runs tasks of its own, and gets a moment to end them
    heard: Callable[[Any], object] | None = None  # called with each part as soon as it is there


@dataclass(slots=True)
class Outcome:
    """What a child said and how it ended."""

    parts: list[Any] = field(default_factory=list)
    ended: str = ""  # done | timeout | crashed
    detail: str = ""


@dataclass(slots=True)
class _Child:
    task: Task
    pid: int
    begun: float  # on the monotonic clock, as the next
    deadline: float
    pending: bytearray
    outcome: Outcome
    received: int = 0


def run_all(tasks: list[Task], meanwhile: Callable[[], object] | None = None) -> dict[str, Outcome]:
    """Run all tasks at once, each in a child of its own, and return what each said.

    ``meanwhile`` is called once after all have started. Returns no later than the longest timeout
    (plus the time to kill). Must be called while this process has a single thread: the children
    are forked.
    """
    children: dict[int, _Child] = {}
    outcomes: dict[str, Outcome] = {}
    with selectors.DefaultSelector() as selector:
        try:
            for task in tasks:
                try:
                    reader, child = _start(task)
                except OSError as error:  # no process or descriptor to be had: a full pids cgroup
                    detail = f"could not be started: {error.strerror}"
                    outcomes[task.name] = Outcome(ended="crashed", detail=detail)
                    continue
                children[reader] = child
                outcomes[task.name] = child.outcome
                selector.register(reader, selectors.EVENT_READ)
            if meanwhile is not None:
                meanwhile()
            while children:
                _step(selector, children)
            return outcomes
        finally:
            for reader, child in children.items():
                _kill(child)
                os.close(reader)


def _start(task: Task) -> tuple[int, _Child]:
    reader, writer = os.pipe()
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:  # the shell closed it: gpucheck ... >&-
            stream.flush()
    try:
        pid = os.fork()
    except OSError:
        os.close(reader)
        os.close(writer)
        raise
    if pid == 0:
        os.close(reader)
        _child_main(task, writer)
    os.close(writer)
    os.set_blocking(reader, False)
    now = time.monotonic()
    return reader, _Child(task, pid, now, now + min(task.timeout, task.limit), bytearray(), Outcome())


def _child_main(task: Task, writer: int) -> NoReturn:
    """Run in the child: say the parts, then a last line that tells how it ended."""
    try:
        _detach(task)
        _say_parts(task.run(), writer)
        _say(writer, {"end": "done"})
    except BrokenPipeError:
        pass
    except BaseException as error:  # contained here for collect, which names it in the facts
        _say(writer, {"end": "crashed", "detail": f"{type(error).__name__}: {error}"[:500]})
    finally:
        os._exit(0)  # no atexit handlers, no flushing of our parent's buffers


def _say_parts(parts: Iterator[Any], writer: int) -> None:
    try:
        for part in parts:
            _say(writer, {"part": part})
    finally:
        if isinstance(parts, Generator):
            parts.close()  # it lets go of what it holds, also where nobody listens any more


def _detach(task: Task) -> None:
    """Leave the parent's group, signals and streams, and set the time of our own death."""
    os.setsid()  # a group of its own, so that its commands can be killed with it
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # an exception unwinds run_all, which ends the children of this child
    signal.signal(signal.SIGTERM, _end if task.has_children else signal.SIG_DFL)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)  # ignored, it would hide how commands end
    # ends an orphan whose parent was killed before it could kill us
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, min(task.limit, _LONGEST) + 1.0)
    _silence()


def _end(*_: object) -> NoReturn:
    raise SystemExit


def _silence() -> None:
    """Point standard streams at /dev/null: vendor libraries print where they like."""
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(null, descriptor)


def _say(writer: int, message: dict[str, Any]) -> None:
    data = memoryview(json.dumps(message).encode() + b"\n")
    while data:
        data = data[os.write(writer, data) :]


def _step(selector: selectors.BaseSelector, children: dict[int, _Child]) -> None:
    """Wait for the next data or deadline, and deal with it."""
    nearest = min(child.deadline for child in children.values())
    for key, _ in selector.select(max(0.0, nearest - time.monotonic())):
        _receive(selector, children, key.fd)
    now = time.monotonic()
    for reader in [r for r, child in children.items() if child.deadline <= now]:
        child = children[reader]
        state = _state(child.pid)
        _finish(selector, children, reader)
        seconds = f"no answer within {child.task.timeout:g} s"
        stuck = f"; process {child.pid} is stuck in the kernel (state D)" if state == "D" else ""
        child.outcome.ended, child.outcome.detail = "timeout", seconds + stuck


def _receive(selector: selectors.BaseSelector, children: dict[int, _Child], reader: int) -> None:
    child = children[reader]
    try:
        chunk = os.read(reader, _CHUNK)
    except BlockingIOError:
        return
    child.received += len(chunk)
    child.pending += chunk
    *lines, rest = child.pending.split(b"\n")
    child.pending = bytearray(rest)
    for line in lines:
        _take(child, json.loads(line))
        # whoever makes progress is slow, not stuck: eight GPUs that have to be woken one by one
        child.deadline = min(time.monotonic() + child.task.timeout, child.begun + child.task.limit)
    # a process the probe started may hold the pipe open longer than the probe has anything to say
    if child.outcome.ended or not chunk or child.received > _MAX_STREAM:
        _finish(selector, children, reader)
        if not child.outcome.ended:
            child.outcome.ended = "crashed"
            child.outcome.detail = "the probe's process was killed" if not chunk else "said too much"


def _take(child: _Child, message: dict[str, Any]) -> None:
    outcome = child.outcome
    if "part" in message:
        outcome.parts.append(message["part"])
        if child.task.heard is not None:
            child.task.heard(message["part"])
    else:
        outcome.ended, outcome.detail = message["end"], message.get("detail", "")


def _finish(selector: selectors.BaseSelector, children: dict[int, _Child], reader: int) -> None:
    child = children.pop(reader)
    selector.unregister(reader)
    os.close(reader)
    _kill(child)


def _kill(child: _Child) -> None:
    """Kill a child and its group; reap it if it goes within a moment, abandon it if not."""
    pid = child.pid
    if child.task.has_children and not child.outcome.ended:
        os.kill(pid, signal.SIGTERM)
        if _reaped(pid, 1.0):
            return
    for kill in (os.killpg, os.kill):
        try:
            kill(pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            continue
    _reaped(pid, 0.2)


def _reaped(pid: int, seconds: float) -> bool:
    """Return whether the child ended within ``seconds``."""
    limit = time.monotonic() + seconds
    try:
        while os.waitpid(pid, os.WNOHANG)[0] == 0:
            if time.monotonic() >= limit:
                return False
            time.sleep(0.001)
    except ChildProcessError:
        pass  # whoever started us ignores SIGCHLD: the kernel reaps, and there is nothing to wait for
    return True


def _state(pid: int) -> str:
    """Return the one-letter scheduler state of a process, or ''."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
            return file.read().rpartition(")")[2].split()[0]
    except (OSError, IndexError):
        return ""
