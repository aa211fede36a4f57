import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from gpucheck.system import workers
from gpucheck.system.workers import Outcome, Task, run_all

LONG = 20.0  # more than any child that ends needs on the slowest machine
SHORT = 0.3


def one(run: Callable[[], Iterator[Any]], timeout: float = LONG) -> Outcome:
    return run_all([Task("probe", run, timeout)])["probe"]


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # a zombie that waits for its own parent is gone for our purpose
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"


def ends(pid: int) -> bool:
    """Wait for the end of a process that is not our child."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    gone, _, _ = select.select([descriptor], [], [], LONG)
    os.close(descriptor)
    return bool(gone)


def descriptors() -> list[str]:
    return sorted(entry.name for entry in Path("/proc/self/fd").iterdir())


def test_parts_arrive_in_order() -> None:
    outcome = one(lambda: iter([["a", 1], {"b": None}, "c"]))
    assert outcome == Outcome([["a", 1], {"b": None}, "c"], "done", "")


def test_no_tasks_no_outcomes() -> None:
    assert run_all([]) == {}


def test_a_part_larger_than_a_pipe_arrives_whole() -> None:
    text = "x" * 1_000_000
    assert one(lambda: iter([text])).parts == [text]


def test_every_child_is_a_process_of_its_own() -> None:
    def run() -> Iterator[Any]:
        yield [os.getpid(), os.getppid(), os.getsid(0)]

    outcomes = run_all([Task(name, run, LONG) for name in ("a", "b")])
    (pid_a, parent_a, session_a), (pid_b, parent_b, _) = (outcomes[n].parts[0] for n in ("a", "b"))
    assert parent_a == parent_b == os.getpid()
    assert len({pid_a, pid_b, os.getpid()}) == 3
    assert session_a == pid_a


def test_a_hung_child_is_killed_and_what_it_said_is_kept() -> None:
    def run() -> Iterator[Any]:
        yield os.getpid()
        signal.pause()

    outcome = one(run, SHORT)
    assert (outcome.ended, outcome.detail) == ("timeout", "no answer within 0.3 s")
    assert not alive(outcome.parts[0])


def test_a_child_that_will_not_be_interrupted_is_killed() -> None:
    def run() -> Iterator[Any]:
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGALRM):
            signal.signal(number, signal.SIG_IGN)
        yield os.getpid()
        while True:
            signal.pause()

    outcome = one(run, SHORT)
    assert outcome.ended == "timeout"
    assert not alive(outcome.parts[0])


def test_the_commands_of_a_hung_child_are_killed_with_it() -> None:
    def run() -> Iterator[Any]:
        command = subprocess.Popen(["/bin/sleep", "1000"])
        yield command.pid
        command.wait()

    outcome = one(run, SHORT)
    assert outcome.ended == "timeout"
    # the kill is sent to the group; init or the sub-reaper collects the command
    assert ends(outcome.parts[0])


def test_one_hung_child_does_not_hold_up_the_others() -> None:
    def hang() -> Iterator[Any]:
        yield "before"
        signal.pause()

    outcomes = run_all([Task("hung", hang, SHORT), Task("good", lambda: iter(["x"]), LONG)])
    assert outcomes == {
        "hung": Outcome(["before"], "timeout", "no answer within 0.3 s"),
        "good": Outcome(["x"], "done", ""),
    }


def test_a_crashed_child_names_its_exception() -> None:
    def run() -> Iterator[Any]:
        yield "before"
        raise KeyError("device")

    assert one(run) == Outcome(["before"], "crashed", "KeyError: 'device'")


def test_a_part_that_is_not_json_is_a_crash() -> None:
    outcome = one(lambda: iter([b"bytes"]))
    assert outcome == Outcome([], "crashed", "TypeError: Object of type bytes is not JSON serializable")


def test_a_child_that_a_signal_ends_is_a_crash() -> None:
    def run() -> Iterator[Any]:
        yield "before"
        os.kill(os.getpid(), signal.SIGKILL)

    assert one(run) == Outcome(["before"], "crashed", "the probe's process was killed")


def test_a_library_that_exits_the_process_is_a_crash() -> None:
    def run() -> Iterator[Any]:
        yield "before"
        sys.exit(3)

    assert one(run) == Outcome(["before"], "crashed", "SystemExit: 3")


def test_half_a_line_of_a_killed_child_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    def half(writer: int, message: dict[str, Any]) -> None:
        os.write(writer, json.dumps(message).encode()[:-1])
        os.kill(os.getpid(), signal.SIGKILL)

    monkeypatch.setattr(workers, "_say", half)
    assert one(lambda: iter(["x"])) == Outcome([], "crashed", "the probe's process was killed")


def test_a_child_that_says_without_end_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "_MAX_STREAM", 100_000)

    def run() -> Iterator[Any]:
        while True:
            yield "x" * 1000

    outcome = one(run)
    assert (outcome.ended, outcome.detail) == ("crashed", "said too much")


def test_what_a_child_prints_is_lost(capfd: pytest.CaptureFixture[str]) -> None:
    def run() -> Iterator[Any]:
        os.write(1, b"from a vendor library")
        os.write(2, b"from a vendor library")
        yield "x"

    assert one(run).parts == ["x"]
    assert capfd.readouterr() == ("", "")


def test_a_grandchild_that_holds_the_pipe_does_not_delay_the_end() -> None:
    def run() -> Iterator[Any]:
        if os.fork() == 0:
            signal.pause()
            os._exit(0)
        yield "x"

    assert one(run) == Outcome(["x"], "done", "")


def test_a_task_that_cannot_be_started_is_a_crash(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_fork() -> int:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    before = descriptors()
    monkeypatch.setattr(os, "fork", no_fork)
    outcome = one(lambda: iter(["x"]))
    assert outcome == Outcome([], "crashed", "could not be started: Resource temporarily unavailable")
    assert descriptors() == before


def test_a_parent_that_ignores_its_children_can_run_them() -> None:
    previous = signal.signal(signal.SIGCHLD, signal.SIG_IGN)

    def run() -> Iterator[Any]:
        yield subprocess.run(["/bin/false"], check=False).returncode

    try:
        assert one(run) == Outcome([1], "done", "")
    finally:
        signal.signal(signal.SIGCHLD, previous)


def test_meanwhile_runs_once_while_the_children_do(tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    calls = []

    def run() -> Iterator[Any]:
        yield fifo.read_text()  # waits for the parent

    def meanwhile() -> None:
        calls.append(1)
        fifo.write_text("from the parent")  # waits for the child

    outcome = run_all([Task("probe", run, LONG)], meanwhile)["probe"]
    assert (outcome.parts, calls) == (["from the parent"], [1])


def test_a_failing_meanwhile_leaves_no_child_behind(tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)

    def run() -> Iterator[Any]:
        fifo.write_text(str(os.getpid()))
        signal.pause()
        yield

    def fail() -> None:
        (tmp_path / "pid").write_text(fifo.read_text())
        raise ValueError("tables")

    with pytest.raises(ValueError, match="tables"):
        run_all([Task("probe", run, LONG)], fail)
    assert not alive(int((tmp_path / "pid").read_text()))


def test_no_descriptor_is_left_open() -> None:
    before = descriptors()
    run_all([Task(str(number), lambda: iter(["x"]), LONG) for number in range(5)])
    assert descriptors() == before


def test_whoever_makes_progress_gets_more_time_up_to_the_limit() -> None:
    """Without the extension the slow one would end at SHORT with far fewer parts than it has."""

    def slow() -> Iterator[int]:
        for number in range(6):
            select.select([], [], [], SHORT * 0.4)
            yield number

    def endless() -> Iterator[int]:
        while True:
            select.select([], [], [], SHORT / 10)
            yield 0

    outcomes = run_all(
        [Task("slow", slow, SHORT, limit=LONG), Task("endless", endless, SHORT, limit=SHORT * 4)]
    )
    assert (outcomes["slow"].ended, outcomes["slow"].parts) == ("done", list(range(6)))
    assert outcomes["endless"].ended == "timeout"
    assert outcomes["endless"].parts


def test_a_child_with_children_of_its_own_ends_them_when_it_is_ended(tmp_path: Path) -> None:
    """Interrupted while its own tasks hang, it gets the moment it needs to kill them."""
    told = tmp_path / "pid"

    def hang() -> Iterator[int]:
        told.write_text(str(os.getpid()))
        yield 1
        signal.pause()

    def outer() -> Iterator[str]:
        outcome = run_all([Task("inner", hang, LONG)])["inner"]
        yield outcome.ended

    def interrupted() -> None:
        while not told.exists() or not told.read_text():
            select.select([], [], [], 0.01)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_all([Task("outer", outer, LONG, has_children=True)], interrupted)
    assert not Path(f"/proc/{told.read_text()}").exists()


def test_each_part_is_heard_as_soon_as_it_is_there() -> None:
    """The child goes on only when its first part has been heard: otherwise its deadline ends it."""
    reader, writer = os.pipe()
    heard: list[Any] = []

    def run() -> Iterator[Any]:
        yield "first"
        yield os.read(reader, 1).decode()

    def hear(part: Any) -> None:
        heard.append(part)
        os.write(writer, b"2")

    outcome = run_all([Task("probe", run, LONG, heard=hear)])["probe"]
    os.close(reader)
    os.close(writer)
    assert (outcome.ended, outcome.parts) == ("done", ["first", "2"])
    assert heard == ["first", "2"]


def test_a_probe_lets_go_of_what_it_holds_when_its_parent_is_killed(tmp_path: Path) -> None:
    let_go = tmp_path / "let go"

    def run() -> Iterator[Any]:
        try:
            for number in range(1000):
                yield number
                time.sleep(0.05)
        finally:
            let_go.write_text("yes")

    pid = os.fork()
    if pid == 0:
        run_all([Task("probe", run, LONG)])
        os._exit(0)
    time.sleep(0.3)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    limit = time.monotonic() + 10
    while not let_go.exists() and time.monotonic() < limit:
        time.sleep(0.05)
    assert let_go.read_text() == "yes"
