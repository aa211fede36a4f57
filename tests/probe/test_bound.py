"""The helper that bounds a command in a container: compiled here, and as it is shipped."""

import os
import platform
import signal
import subprocess
import time
from pathlib import Path

import pytest

from gpucheck.probe import bound_bytes, bound_path
from tests.fakes.compute_probe import STRICT, cross_compiled
from tests.fakes.requirement import program

SOURCE = Path(__file__).parents[2] / "gpucheck" / "probe" / "bound" / "bound.c"


def shipped() -> str:
    cross_compiled()  # or the test ends
    path = bound_path(platform.machine())
    assert path is not None
    return path


@pytest.fixture(scope="module", params=["compiled", "shipped"])
def bound(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    if request.param == "shipped":
        return shipped()
    path = tmp_path_factory.mktemp("bound") / "bound"
    subprocess.run([program("cc"), *STRICT, "-O1", "-o", path, str(SOURCE)], check=True)
    return str(path)


def run(*argv: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(argv, capture_output=True, text=True, timeout=30, check=False)


@pytest.mark.parametrize(
    ("command", "code", "out", "err"),
    [
        (("true",), 0, "", ""),
        (("sh", "-c", "echo out; echo err >&2; exit 7"), 7, "out\n", "err\n"),
        (("sh", "-c", "kill -9 $$"), 137, "", ""),
        (("/nonexistent",), 127, "", "exec /nonexistent: No such file or directory\n"),
        (("/etc/passwd",), 126, "", "exec /etc/passwd: Permission denied\n"),
    ],
)
def test_the_commands_own_end(bound: str, command: tuple[str, ...], code: int, out: str, err: str) -> None:
    done = run(bound, "20", *command)
    assert (done.returncode, done.stdout, done.stderr) == (code, out, err)


def test_its_time_is_over(bound: str) -> None:
    begun = time.monotonic()
    done = run(bound, "1", "sh", "-c", "sleep 20 & wait")
    assert (done.returncode, done.stdout) == (124, "")
    assert 0.9 < time.monotonic() - begun < 5


def test_as_first_process_it_takes_all_others_with_it(bound: str, as_root: None) -> None:
    # one that has left its group, and nobody waits for
    script = "setsid sleep 12345 & sleep 12345"
    done = run(program("unshare"), "--pid", "--fork", "--mount-proc", bound, "1", "sh", "-c", script)
    assert done.returncode == 124
    assert run("pgrep", "-f", "sleep 12345").stdout == ""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_reaches_the_command(bound: str, number: int) -> None:
    script = f"trap 'echo got; exit 3' {number}; echo ready; while :; do sleep 0.05; done"
    with subprocess.Popen([bound, "20", "sh", "-c", script], stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        os.kill(child.pid, number)
        assert (child.stdout.read(), child.wait()) == ("got\n", 3)


@pytest.mark.parametrize(
    "arguments", [(), ("5",), ("0", "true"), ("x", "true"), ("99999999999999999999", "true"), ("1s", "true")]
)
def test_usage(bound: str, arguments: tuple[str, ...]) -> None:
    assert run(bound, *arguments).returncode == 64


@pytest.mark.parametrize("architecture", ["x86_64", "aarch64"])
def test_as_shipped_it_is_static_and_small(architecture: str) -> None:
    cross_compiled(architecture)
    data = bound_bytes(architecture)
    assert data is not None
    assert len(data) < 100_000
    assert b"/ld-" not in data
