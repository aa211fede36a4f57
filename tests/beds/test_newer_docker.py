"""Newer Docker and its CDI: the devices named, and what is said where there is none."""

import subprocess
from collections.abc import Iterator

import pytest

from tests.beds.expected import CONFINED, NO_LOADER, UUIDS, seen
from tests.beds.newer_docker import STABLE, TESTING, WITH_CDI, NewerDocker, newer_docker
from tests.beds.recorded import assert_told

ALL = "nvidia.com/gpu=all"


@pytest.fixture(scope="module", params=[STABLE, TESTING])
def docker(request: pytest.FixtureRequest) -> Iterator[NewerDocker]:
    # CDI is on in the newest without being asked for
    with newer_docker(suite=request.param, daemon_json=WITH_CDI if request.param == STABLE else {}) as bed:
        bed.cli.import_images(bed.folder)
        yield bed


@pytest.fixture
def bed(docker: NewerDocker) -> Iterator[NewerDocker]:
    docker.specs.write("h100x8")
    yield docker
    assert docker.cli.said("ps", "--all", "--quiet") == ""


@pytest.mark.parametrize(
    ("devices", "indices"),
    [(["all"], range(8)), (["0"], [0]), (["3", "1"], [1, 3]), ([UUIDS[5]], [5])],
)
def test_the_devices_named_are_seen(bed: NewerDocker, devices: list[str], indices: list[int]) -> None:
    done = bed.cli.list_gpus(*(f"--device=nvidia.com/gpu={name}" for name in devices), image="cuda")
    assert (done.returncode, done.stdout) == (0, seen(*indices)), done.stderr


def test_a_confined_container_sees_them_too(bed: NewerDocker) -> None:
    assert bed.cli.list_gpus("--device=nvidia.com/gpu=1", *CONFINED).stdout == seen(1)


def test_a_request_for_devices_of_driver_cdi(bed: NewerDocker) -> None:
    assert bed.cli.list_gpus("--gpus", "driver=cdi,device=nvidia.com/gpu=2").stdout == seen(2)


def test_a_program_outside_may_see_the_specs_where_docker_has_them(bed: NewerDocker) -> None:
    listed = subprocess.run(
        [*bed.specs.shown(), "ls", "/etc/cdi"], capture_output=True, text=True, check=True
    )
    assert listed.stdout == "nvidia.json\n"


def test_mig_devices(bed: NewerDocker) -> None:
    bed.specs.write("a100_mig")
    done = bed.cli.list_gpus("--device=nvidia.com/gpu=0:0")
    assert done.stdout.splitlines()[:2] == [UUIDS[0], "MIG-5be13d5e-3d6e-5b2e-a7f0-1c1d5f9b0a10"]


def test_gpus_are_not_given_by_the_spec(bed: NewerDocker) -> None:
    done = bed.cli.list_gpus("--gpus", "all")
    assert_told(
        bed.cli,
        bed.folder,
        done.stderr,
        "gpus_cdi_only",
        'could not select device driver "" with capabilities: [[gpu]]',
    )


def test_a_device_that_is_not_in_the_spec(bed: NewerDocker) -> None:
    done = bed.cli.list_gpus("--device=nvidia.com/gpu=8")
    assert done.returncode == 125
    assert_told(
        bed.cli, bed.folder, done.stderr, "unknown_cdi_device", "unresolvable CDI devices nvidia.com/gpu=8"
    )


def test_no_spec(bed: NewerDocker) -> None:
    bed.specs.remove()
    assert f"unresolvable CDI devices {ALL}" in bed.cli.list_gpus(f"--device={ALL}").stderr


def test_a_stale_spec(bed: NewerDocker) -> None:
    bed.specs.make_stale()
    done = bed.cli.list_gpus(f"--device={ALL}")
    assert done.returncode == 127
    assert_told(
        bed.cli,
        bed.folder,
        done.stderr,
        "stale_cdi_spec",
        "/usr/lib/libcuda.so.570.86.15: no such file or directory",
    )


def test_no_dynamic_program_runs_in_the_static_image(bed: NewerDocker) -> None:
    done = bed.cli.list_gpus(f"--device={ALL}", image="static")
    assert (done.stdout, done.stderr) == ("", NO_LOADER)
    assert done.returncode in {1, 255}  # runc 1.1, runc 1.3
