"""``gpucheck run`` where the engine's disk is full: no fault of a GPU, whether it pulls or starts."""

import contextlib
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.beds.bed_dockerd import folder_of_dockerd
from tests.beds.hook import HookDocker
from tests.e2e.runs import host_of, run, until
from tests.fakes.registry import RunningRegistry
from tests.fakes.requirement import program

SIZE = "64m"


@pytest.fixture(scope="module")
def docker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[HookDocker, str]]:
    """Run a Docker whose data directory is small, and a registry that has the image ``cuda``."""
    with RunningRegistry(tmp_path_factory.mktemp("registry")) as registry, folder_of_dockerd() as folder:
        data = folder / "data"
        data.mkdir()
        subprocess.run(
            [program("mount"), "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(data)], check=True
        )
        with HookDocker(folder, "h100x8") as bed:  # as it ends it takes away what is mounted below its folder
            assert isinstance(bed, HookDocker)
            bed.cli.import_images(folder)
            image = f"{registry.host}/team/cuda:1"
            for words in (("tag", "cuda", image), ("push", image), ("rmi", image)):
                bed.cli.said(*words)
            yield bed, image


@pytest.fixture
def full(docker: tuple[HookDocker, str]) -> Iterator[tuple[HookDocker, str]]:
    """Fill what is left of the disk."""
    bed, _ = docker
    ballast = Path(bed.folder / "data" / "ballast")
    with ballast.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(b"\0" * (1 << 20))
    yield docker
    ballast.unlink()
    until(lambda: bed.cli.said("ps", "--all", "--quiet") == "", 15.0)


def test_a_container_that_finds_no_room(full: tuple[HookDocker, str]) -> None:
    bed, _ = full
    ran = run(host_of("h100x8", bed.folder, DOCKER_HOST=bed.endpoint), "--image", "cuda", "--gpus", "1")
    assert (ran.told, ran.document["cause"]) == ((1, "fails", "unknown", "not_run"), "disk_full")
    assert "no space left on device" in ran.document["reason"]


def test_an_image_that_finds_no_room(full: tuple[HookDocker, str]) -> None:
    bed, image = full
    for name in ("cuda", "glibc"):
        bed.cli("rmi", name)  # they have the same layer
    ran = run(host_of("h100x8", bed.folder, DOCKER_HOST=bed.endpoint), "--image", image, "--gpus", "1")
    assert (ran.told, ran.document["cause"]) == ((3, "unknown", "unknown", "not_run"), "disk_full")
    assert "no space left on device" in ran.document["engine_said"]
