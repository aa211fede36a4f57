"""``gpucheck run`` on a real Podman with CDI."""

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.beds.expected import UUIDS
from tests.beds.podman import PodmanBed, podman_bed
from tests.e2e.runs import COMMAND, ROOT, Ran, host_of, run, until


@pytest.fixture(scope="module")
def podman() -> Iterator[PodmanBed]:
    with podman_bed("h100x8") as bed:
        bed.cli.import_images(bed.folder)
        yield bed


@pytest.fixture
def bed(podman: PodmanBed) -> Iterator[PodmanBed]:
    podman.specs.write("h100x8")
    yield podman
    until(lambda: podman.cli.said("ps", "--all", "--quiet") == "", 10.0)


def env_of(bed: PodmanBed) -> dict[str, str]:
    return host_of("h100x8", bed.folder, DOCKER_HOST="unix:///nonexistent.sock")


def at(bed: PodmanBed, *arguments: str) -> Ran:
    return run(env_of(bed), "--image", "localhost/cuda", *arguments, prefix=bed.prefix)


def test_podman_is_found_where_docker_is_not(bed: PodmanBed) -> None:
    ran = at(bed)
    assert ran.told == (0, "works", "match", "ok")
    assert (ran.document["engine"], ran.document["injection_path"]) == ("podman", "cdi")
    assert sorted(ran.document["seen"]) == UUIDS


@pytest.mark.parametrize(
    ("asked", "indices"),
    [
        (("--device", "nvidia.com/gpu=0"), [0]),
        (("--device", "nvidia.com/gpu=3", "--device", "nvidia.com/gpu=1"), [1, 3]),
        (("--gpus", "2"), [2]),  # the GPU of index 2, not two of them
        (("--gpus", UUIDS[5]), [5]),
    ],
)
def test_the_devices_named_are_seen_and_compute(
    bed: PodmanBed, asked: tuple[str, ...], indices: list[int]
) -> None:
    ran = at(bed, "--engine", "podman", *asked)
    assert ran.told == (0, "works", "match", "ok")
    assert sorted(ran.document["seen"]) == [UUIDS[index] for index in indices]


def test_dockers_words_are_refused_with_podmans(bed: PodmanBed) -> None:
    ran = at(bed, "--gpus", "device=0")
    assert ran.code == 2
    assert "write --gpus 0" in ran.stderr


def test_no_spec(bed: PodmanBed) -> None:
    bed.specs.remove()
    ran = at(bed)
    assert ran.told == (1, "fails", "unknown", "not_run")
    assert "unresolvable CDI devices nvidia.com/gpu=all" in ran.document["engine_said"]
    assert ran.document["cause"] == "cdi_spec_not_found"


def test_a_spec_of_a_driver_that_is_gone(bed: PodmanBed) -> None:
    bed.specs.make_stale()
    ran = at(bed, "--device", "nvidia.com/gpu=0")
    assert ran.told == (1, "fails", "unknown", "not_run")
    assert ran.document["cause"] == "cdi_spec_stale"


def test_the_users_own_command(bed: PodmanBed) -> None:
    ran = at(bed, "--gpus", "1", "--env", "A=b", "--", "sh", "-c", "echo $A; exit 7")
    assert (ran.told, ran.document["exit_code"]) == ((1, "fails", "match", "ok"), 7)
    assert ran.document["command"]["stdout_tail"] == "b\n"


def test_images_that_are_not_there(bed: PodmanBed) -> None:
    ran = run(env_of(bed), "--image", "127.0.0.1:1/nosuch:1", prefix=bed.prefix)
    assert (ran.code, ran.document["verdict"]) == (3, "unknown")
    assert "connection refused" in ran.document["engine_said"]


def test_an_interrupted_run_leaves_no_container(bed: PodmanBed) -> None:
    argv = [*bed.prefix, *COMMAND, "--image", "localhost/cuda", "--gpus", "1", "--", "sleep", "60"]
    child = subprocess.Popen(argv, env=env_of(bed), cwd=ROOT, stderr=subprocess.PIPE, text=True)
    try:
        until(lambda: "sleep" in bed.cli.said("ps", "--format={{.Command}}", "--no-trunc"), 20.0)
        own = Path(f"/proc/{child.pid}/task/{child.pid}/children").read_text()  # child is nsenter
        os.kill(int(own), signal.SIGTERM)
        _, err = child.communicate(timeout=30)
    finally:
        child.kill()
    assert (child.returncode, err) == (143, "gpucheck: interrupted; the test container is removed\n")
    assert bed.cli.said("ps", "--all", "--quiet") == ""
