"""Podman and its CDI: the devices named, and what is said where there is none."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.beds.expected import CONFINED, NO_LIBRARIES, NO_LOADER, SLEEP, UUIDS, seen, sleepers
from tests.beds.podman import PodmanBed, podman_bed
from tests.beds.recorded import assert_told

ALL = "nvidia.com/gpu=all"


@pytest.fixture(scope="module")
def podman() -> Iterator[PodmanBed]:
    with podman_bed("h100x8") as bed:
        bed.cli.import_images(bed.folder)
        yield bed


@pytest.fixture
def bed(podman: PodmanBed) -> Iterator[PodmanBed]:
    podman.specs.write("h100x8")
    yield podman
    podman.cli.said("rm", "--all")  # one whose start failed stays there, --rm or not


@pytest.mark.parametrize(
    ("devices", "indices"),
    [(["all"], range(8)), (["0"], [0]), (["3", "1"], [1, 3]), ([UUIDS[5]], [5])],
)
def test_the_devices_named_are_seen(bed: PodmanBed, devices: list[str], indices: list[int]) -> None:
    done = bed.cli.list_gpus(*(f"--device=nvidia.com/gpu={name}" for name in devices), image="cuda")
    assert (done.returncode, done.stdout) == (0, seen(*indices)), done.stderr


def test_a_confined_container_sees_them_too(bed: PodmanBed) -> None:
    assert bed.cli.list_gpus("--device=nvidia.com/gpu=1", *CONFINED).stdout == seen(1)


def test_mig_devices(bed: PodmanBed) -> None:
    bed.specs.write("a100_mig")
    done = bed.cli.list_gpus("--device=nvidia.com/gpu=0:0")
    assert done.stdout.splitlines()[:2] == [UUIDS[0], "MIG-5be13d5e-3d6e-5b2e-a7f0-1c1d5f9b0a10"]


def test_gpus_is_taken_and_does_nothing(bed: PodmanBed) -> None:
    done = bed.cli.list_gpus("--gpus", "all")
    assert (done.returncode, done.stdout) == (0, NO_LIBRARIES)


def test_a_device_that_is_not_in_the_spec(bed: PodmanBed) -> None:
    done = bed.cli.list_gpus("--device=nvidia.com/gpu=8")
    assert done.returncode == 126
    words = "setting up CDI devices: unresolvable CDI devices nvidia.com/gpu=8"
    assert_told(bed.cli, bed.folder, done.stderr, "unknown_cdi_device", words)


def test_no_spec(bed: PodmanBed) -> None:
    bed.specs.remove()
    assert f"unresolvable CDI devices {ALL}" in bed.cli.list_gpus(f"--device={ALL}").stderr


def test_a_stale_spec(bed: PodmanBed) -> None:
    bed.specs.make_stale()
    done = bed.cli.list_gpus(f"--device={ALL}")
    assert done.returncode == 127
    words = "/usr/lib/libcuda.so.570.86.15: no such file or directory"
    assert_told(bed.cli, bed.folder, done.stderr, "stale_cdi_spec", words)


def test_no_dynamic_program_runs_in_the_static_image(bed: PodmanBed) -> None:
    done = bed.cli.list_gpus(f"--device={ALL}", image="static")
    assert (done.returncode, done.stdout, done.stderr) == (1, "", NO_LOADER)


def test_the_machine_keeps_its_own_specs_and_a_bed_takes_its_containers_along() -> None:
    before = sorted(Path("/etc").glob("cdi/*"))
    with podman_bed("t4") as bed:
        bed.cli.import_images(bed.folder)
        bed.cli.said("run", "--detach", *SLEEP)
        assert sleepers()
        assert sorted(Path("/etc").glob("cdi/*")) == before
    assert not sleepers()
    assert not bed.folder.exists()
