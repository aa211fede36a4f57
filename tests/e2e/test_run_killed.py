"""``kill -9`` on ``gpucheck run`` at random moments: nothing stays that does not end by itself.

GPUCHECK_KILLS says how often (scripts/kill_test: 200 times), GPUCHECK_KILL_SEED where the moments come from.
"""

import contextlib
import os
import random
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.beds.hook import HookDocker, hook_docker
from tests.e2e.runs import COMMAND, ROOT, host_of, until

KILLS = int(os.environ.get("GPUCHECK_KILLS", "20"))
SEED = int(os.environ.get("GPUCHECK_KILL_SEED", "20261125"))
TIMEOUT = 8  # seconds that each run has
LONGEST = 1.3  # seconds after which the latest is killed; a run takes about one
GONE = TIMEOUT + 12.0  # seconds until all is gone: the bound of what runs inside, and a busy machine


@pytest.fixture(scope="module")
def bed() -> Iterator[HookDocker]:
    with hook_docker("h100x8") as docker:
        docker.cli.import_images(docker.folder)
        yield docker


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Return a folder for temporary files, of which none may stay."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    return folder


def started(bed: HookDocker, place: Path, mark: str, *command: str) -> "subprocess.Popen[bytes]":
    env = host_of("h100x8", bed.folder, DOCKER_HOST=bed.endpoint) | {"TMPDIR": str(place)}
    arguments = ("--image", "cuda", "--gpus", "2", "--timeout", str(TIMEOUT), "--env", mark, *command)
    return subprocess.Popen(
        [*COMMAND, *arguments], env=env, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def processes(mark: str) -> list[int]:
    """Return the processes that were started, or forked, with a mark among their arguments."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            if mark in path.read_text(errors="replace").split("\0"):
                found.append(int(path.parent.name))
    return found


def containers(bed: HookDocker, *options: str) -> list[str]:
    words = ("ps", "--all", "--filter=label=io.gpucheck.run", "--format={{.ID}} {{.State}}", *options)
    return bed.cli.said(*words).splitlines()


def test_killed_at_any_moment_it_leaves_nothing(bed: HookDocker, place: Path) -> None:
    rng, mark = random.Random(SEED), "MARK=killed"
    for number in range(KILLS):
        command = () if number % 2 else ("--", "sleep", "60")
        child = started(bed, place, mark, *command)
        time.sleep(rng.uniform(0.0, LONGEST))
        child.kill()
        child.wait()
    # its children see that they are orphans, remove the container and end
    until(lambda: not processes(mark), GONE)
    until(lambda: not containers(bed), GONE)
    assert list(place.iterdir()) == []


def test_killed_with_all_its_children_the_container_ends_by_itself(bed: HookDocker, place: Path) -> None:
    mark = "MARK=all_killed"
    for _ in range(3):
        child = started(bed, place, mark, "--", "sleep", "60")
        until(lambda: any("sleep 60" in line for line in _commands(bed)), 20.0)
        for pid in processes(mark):
            os.kill(pid, signal.SIGKILL)
        child.wait()
        until(lambda: not containers(bed), GONE)
    assert (processes(mark), list(place.iterdir())) == ([], [])


def _commands(bed: HookDocker) -> list[str]:
    return bed.cli.said("ps", "--no-trunc", "--format={{.Command}}").splitlines()
