"""Beds that a single test starts, of engines that were not set up; and that none leaves anything behind."""

import pytest

from tests.beds.bed_dockerd import BedDockerd, folder_of_dockerd
from tests.beds.expected import SLEEP, sleepers
from tests.beds.hook import hook_docker
from tests.beds.newer_docker import newer_docker
from tests.beds.recorded import assert_told

DETACHED = ("run", "--detach", "--stop-signal=KILL")  # or dockerd waits ten seconds for it to end


def test_docker_without_the_hook_and_the_runtime() -> None:
    with folder_of_dockerd() as folder, BedDockerd(folder) as docker:
        docker.cli.import_images(folder)
        done = docker.cli.list_gpus("--gpus", "all")
        words = 'could not select device driver "" with capabilities: [[gpu]]'
        assert_told(docker.cli, folder, done.stderr, "gpus_without_toolkit", words)
        done = docker.cli.list_gpus("--runtime=nvidia")
        assert_told(docker.cli, folder, done.stderr, "runtime_missing", "runtime")


def test_docker_26_with_cdi_off() -> None:
    with newer_docker(daemon_json={}) as bed:
        bed.cli.import_images(bed.folder)
        done = bed.cli.list_gpus("--device=nvidia.com/gpu=all")
        assert done.returncode == 125
        words = 'could not select device driver "cdi" with capabilities: []'
        assert_told(bed.cli, bed.folder, done.stderr, "cdi_off", words)


def test_docker_with_the_hook_takes_its_containers_along() -> None:
    with hook_docker("t4") as bed:
        bed.cli.import_images(bed.folder)
        bed.cli.said(*DETACHED, "--gpus", "all", *SLEEP)
        assert sleepers()
    assert not sleepers()
    assert not bed.folder.exists()


def test_newer_docker_takes_its_containers_along() -> None:
    with newer_docker("t4") as bed:
        bed.cli.import_images(bed.folder)
        bed.cli.said(*DETACHED, "--device=nvidia.com/gpu=all", *SLEEP)
        assert sleepers()
    assert not sleepers()
    assert not bed.folder.exists()


def test_two_beds_at_once_are_refused() -> None:
    with folder_of_dockerd(), pytest.raises(AssertionError, match="still there"), hook_docker():
        pass
