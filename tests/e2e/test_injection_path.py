"""What is foretold of Docker's ``--gpus``, against a real dockerd with a stand-in for NVIDIA's hook."""

from collections.abc import Iterator
from typing import Any

import pytest

from gpucheck.checks._path import explain_path
from gpucheck.compat.asked import asked_by
from gpucheck.compat.gpus_option import parse_gpus
from gpucheck.model.engine import EngineRuntime
from gpucheck.model.injection import AskBy, Asked, PathExplanation
from gpucheck.model.target import Path
from gpucheck.tables import load_tables
from tests.beds.expected import UUIDS, seen
from tests.beds.hook import HookDocker, hook_docker
from tests.builders import a_binary, a_host, absent, engine_info

TABLES = load_tables()
NO_GPU = "no libnvidia-ml.so.1\nno libcuda.so.1\n"


@pytest.fixture(scope="module")
def bed() -> Iterator[HookDocker]:
    with hook_docker("h100x8", runtime=True) as docker:
        docker.cli.import_images(docker.folder)
        yield docker


def explained(bed: HookDocker, asked: Asked) -> PathExplanation:
    """Explain the path on a host whose engine is that of the bed, toolkit 1.17."""
    told = bed.cli.said(
        "info", "--format={{.ServerVersion}} {{.DefaultRuntime}} {{range $k, $v := .Runtimes}}{{$k}},{{end}}"
    )
    version, default, runtimes = told.split()
    info = engine_info(
        server_version=version, default_runtime=default, discovered_devices=(), cdi_spec_dirs=(),
        runtimes=tuple(EngineRuntime(name, name) for name in runtimes.split(",") if name),
    )  # fmt: skip
    facts: dict[str, Any] = {
        "docker.info": info,
        "toolkit.nvidia_container_runtime": a_binary("nvidia-container-runtime", "1.17.8"),
        "toolkit.nvidia_cdi_hook": absent("/usr/bin"),
    }
    return explain_path(a_host(facts), TABLES, asked)


def variable(bed: HookDocker, *options: str, image: str = "glibc") -> str:
    """Return NVIDIA_VISIBLE_DEVICES as a container finds it; '' where it is not set."""
    lines = bed.cli.said("run", "--rm", "--network=none", *options, image, "env").splitlines()
    values = dict(line.partition("=")[::2] for line in lines)
    return values.get("NVIDIA_VISIBLE_DEVICES", "")


@pytest.mark.parametrize("spec", ["all", "2", '"device=0,2"', f"device={UUIDS[5]}"])
def test_the_variable_reads_as_foretold(bed: HookDocker, spec: str) -> None:
    found = explained(bed, asked_by(parse_gpus(spec)))
    assert (found.path, found.rows) == (Path.LEGACY, ("docker_gpus_hook",))
    assert variable(bed, "--gpus", spec) == found.visible_devices


def test_asking_for_no_gpu_gives_all_of_them_to_an_image_that_asks_for_all(bed: HookDocker) -> None:
    found = explained(bed, Asked(devices=(), image_devices="all"))
    assert (found.path, found.visible_devices) == (Path.LEGACY, "all")
    assert found.warnings == (
        "--gpus 0 gives all GPUs to an image that says NVIDIA_VISIBLE_DEVICES=all, as CUDA images do: set void instead.",
    )
    assert bed.cli.list_gpus("--gpus=0", image="cuda").stdout == seen(*range(8))


def test_asking_for_no_gpu_gives_none_to_an_image_that_asks_for_none(bed: HookDocker) -> None:
    found = explained(bed, Asked(devices=(), image_devices=""))
    assert (found.path, found.known, found.rows) == (None, True, ("docker_gpus_zero_image",))
    assert bed.cli.list_gpus("--gpus=0").stdout == NO_GPU
    assert variable(bed, "--gpus=0") == found.visible_devices


def test_the_nvidia_runtime(bed: HookDocker) -> None:
    asked = Asked(by=AskBy.RUNTIME, runtime="nvidia", devices=("4",))
    found = explained(bed, asked)
    assert (found.path, found.visible_devices) == (Path.LEGACY, "4")
    options = ("--runtime=nvidia", "--env=NVIDIA_VISIBLE_DEVICES=4")
    assert variable(bed, *options) == "4"
    assert bed.cli.list_gpus(*options).stdout == seen(4)
    nothing = explained(bed, Asked(by=AskBy.RUNTIME, runtime="nvidia", devices=("void",)))
    assert (nothing.path, nothing.known) == (None, True)
    assert bed.cli.list_gpus("--runtime=nvidia", "--env=NVIDIA_VISIBLE_DEVICES=void").stdout == NO_GPU


def test_another_runtime_reads_no_variable(bed: HookDocker) -> None:
    found = explained(bed, Asked(by=AskBy.RUNTIME, devices=("all",)))
    assert (found.path, found.rows) == (None, ("docker_runtime_other",))
    assert bed.cli.list_gpus(image="cuda").stdout == NO_GPU


def test_a_runtime_that_docker_does_not_know(bed: HookDocker) -> None:
    found = explained(bed, Asked(by=AskBy.RUNTIME, runtime="kata", devices=("all",)))
    assert found.rows == ("docker_runtime_unknown",)
    assert bed.cli.list_gpus("--runtime=kata").returncode != 0


def test_a_cdi_device_of_a_docker_without_cdi(bed: HookDocker) -> None:
    found = explained(bed, Asked(by=AskBy.DEVICE, devices=("0",)))
    assert found.rows == ("docker_device_before",)
    assert bed.cli.list_gpus("--device=nvidia.com/gpu=0").returncode != 0


def test_a_requirement_is_enforced(bed: HookDocker) -> None:
    follows = explained(bed, Asked(devices=("all",))).of("requirement")
    assert follows is not None
    assert follows.effect == "enforced"
    refused = bed.cli.list_gpus("--gpus=all", "--env=NVIDIA_REQUIRE_CUDA=cuda>=99.0", image="cuda")
    assert "requirement error: unsatisfied condition: cuda>=99.0" in refused.stderr
