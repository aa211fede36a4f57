"""Docker's own ``--gpus`` with the stand-in for NVIDIA's hook: the GPUs asked for, or the failure played."""

import subprocess
import time
from collections.abc import Iterator

import pytest

from tests.beds.expected import CONFINED, NO_LIBRARIES, NO_LOADER, UUIDS, seen
from tests.beds.hook import HookDocker, hook_docker
from tests.beds.hook_failures import FAILURES
from tests.beds.recorded import assert_told


@pytest.fixture(scope="module")
def docker() -> Iterator[HookDocker]:
    with hook_docker("h100x8", runtime=True) as bed:
        bed.cli.import_images(bed.folder)
        yield bed


@pytest.fixture
def bed(docker: HookDocker) -> Iterator[HookDocker]:
    yield docker
    docker.show("h100x8")
    docker.play("normal")
    assert docker.cli.said("ps", "--all", "--quiet") == ""


@pytest.mark.parametrize(
    ("gpus", "indices"),
    [
        ("all", range(8)),
        ("1", [0]),
        ("count=3", [0, 1, 2]),
        ('"device=0,2"', [0, 2]),
        (f"device={UUIDS[5]}", [5]),
        ("device=00000000:DB:00.0", [7]),
    ],
)
@pytest.mark.parametrize("image", ["glibc", "cuda"])
def test_the_gpus_asked_for_are_seen(bed: HookDocker, gpus: str, indices: list[int], image: str) -> None:
    done = bed.cli.list_gpus("--gpus", gpus, image=image)
    assert (done.returncode, done.stdout) == (0, seen(*indices)), done.stderr


def test_a_confined_container_sees_them_too(bed: HookDocker) -> None:
    assert bed.cli.list_gpus("--gpus", "device=1", *CONFINED).stdout == seen(1)


def test_mig_devices(bed: HookDocker) -> None:
    bed.show("a100_mig")
    done = bed.cli.list_gpus("--gpus", "device=0:0")
    assert done.stdout.splitlines()[:2] == [UUIDS[0], "MIG-5be13d5e-3d6e-5b2e-a7f0-1c1d5f9b0a10"]


@pytest.mark.parametrize("name", ["0:1", "0:2", "MIG-0f4a8f0b-6f0c-5c7e-9a55-0d1f0b1c2a11"])
def test_no_mig_device_behind_a_gap(bed: HookDocker, name: str) -> None:
    bed.show("a100_mig")
    done = bed.cli.list_gpus("--gpus", f"device={name}")
    assert f"nvidia-container-cli: device error: {name}: unknown device" in done.stderr


def test_no_gpus_without_asking(bed: HookDocker) -> None:
    assert bed.cli.list_gpus(image="cuda").stdout == NO_LIBRARIES


def test_the_nvidia_runtime_gives_what_the_image_asks_for(bed: HookDocker) -> None:
    assert bed.cli.list_gpus("--runtime=nvidia", image="cuda").stdout == seen(*range(8))
    assert bed.cli.list_gpus("--runtime=nvidia", "--env=NVIDIA_VISIBLE_DEVICES=4").stdout == seen(4)
    assert bed.cli.list_gpus("--runtime=nvidia").stdout == NO_LIBRARIES


def test_capabilities_decide_which_libraries_come(bed: HookDocker) -> None:
    done = bed.cli.list_gpus("--gpus", "device=1", "--env=NVIDIA_DRIVER_CAPABILITIES=utility")
    assert done.stdout == f"{UUIDS[1]}\nno libcuda.so.1\n"


def test_other_gpus_than_asked_for(bed: HookDocker) -> None:
    bed.play("wrong")
    assert bed.cli.list_gpus("--gpus", "device=1").stdout == seen(0)
    assert bed.cli.list_gpus("--gpus", "all").stdout == seen(*range(7))


def test_no_dynamic_program_runs_in_the_static_image(bed: HookDocker) -> None:
    done = bed.cli.list_gpus("--gpus", "all", image="static")
    assert (done.returncode, done.stdout, done.stderr) == (1, "", NO_LOADER)
    assert bed.cli("run", "--rm", "--gpus", "all", "static", "true").returncode == 0


@pytest.mark.parametrize("mode", FAILURES)
def test_a_failure_is_told_as_docker_tells_it(bed: HookDocker, mode: str) -> None:
    bed.play(mode)
    done = bed.cli("run", "--rm", "--gpus", "all", "glibc", "true")
    # the client takes the text of this error for that of a missing command
    assert done.returncode == (127 if "no such file" in FAILURES[mode] else 125)
    assert_told(bed.cli, bed.folder, done.stderr, f"hook_{mode}", FAILURES[mode].partition("{")[0])


def test_a_requirement_of_the_image_is_checked(bed: HookDocker) -> None:
    bed.show("gpus=1\ndriver_version=535.1\ncuda_version=12020\ngpu.0.uuid=GPU-1\ngpu.0.brand=5\n")
    done = bed.cli.list_gpus("--gpus", "all", image="cuda")
    assert "nvidia-container-cli: requirement error: unsatisfied condition: cuda>=12.4, please" in done.stderr
    assert bed.cli.list_gpus("--gpus=all", "--env=NVIDIA_DISABLE_REQUIRE=1", image="cuda").returncode == 0


@pytest.mark.parametrize("name", ["8", "GPU-none"])
def test_a_device_that_is_not_there(bed: HookDocker, name: str) -> None:
    done = bed.cli.list_gpus("--gpus", f"device={name}")
    assert f"nvidia-container-cli: device error: {name}: unknown device: unknown" in done.stderr


def test_a_hook_that_hangs_holds_the_container(bed: HookDocker) -> None:
    bed.play("hang")
    with pytest.raises(subprocess.TimeoutExpired):
        bed.cli("run", "--rm", "--gpus", "all", "glibc", "true", timeout=1)
    with pytest.raises(subprocess.TimeoutExpired):
        bed.cli("rm", "--force", bed.cli.said("ps", "--all", "--quiet").strip(), timeout=1)
    bed.play("driver_timeout")
    deadline = time.monotonic() + 20
    while bed.cli.said("ps", "--all", "--quiet") and time.monotonic() < deadline:
        time.sleep(0.05)  # both clients are gone; dockerd does what they asked for
