"""What a container asks for, in words of the tables and of a command line."""

import pytest

from gpucheck.compat.asked import asked_by, cdi_name, command_of
from gpucheck.compat.gpus_option import parse_gpus
from gpucheck.model.device_request import DeviceRequest
from gpucheck.model.injection import AskBy, Asked, Engine


@pytest.mark.parametrize(
    ("spec", "devices"),
    [
        ("all", ("all",)),
        ("2", ("0", "1")),
        ("0", ()),
        ('"device=0,2"', ("0", "2")),
        ("device=GPU-1", ("GPU-1",)),
    ],
)
def test_the_gpus_option(spec: str, devices: tuple[str, ...]) -> None:
    assert asked_by(parse_gpus(spec)) == Asked(devices=devices)


def test_a_cdi_device_of_podman() -> None:
    request = DeviceRequest("cdi", 0, ("nvidia.com/gpu=0",))
    assert asked_by(request, Engine.PODMAN) == Asked(
        Engine.PODMAN, AskBy.DEVICE, devices=("nvidia.com/gpu=0",)
    )
    assert asked_by(parse_gpus("all"), runtime="nvidia").runtime == "nvidia"


def test_names() -> None:
    assert [cdi_name(text) for text in ("0", "all", "example.com/gpu=x")] == [
        "nvidia.com/gpu=0", "nvidia.com/gpu=all", "example.com/gpu=x",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "command"),
    [
        (Asked(), "docker run --gpus"),
        (Asked(devices=("all",)), "docker run --gpus all"),
        (Asked(devices=()), "docker run --gpus 0"),
        (Asked(devices=("2",)), "docker run --gpus device=2"),
        (Asked(devices=("0", "2")), "docker run --gpus '\"device=0,2\"'"),
        (Asked(runtime="nvidia", devices=("all",)), "docker run --runtime=nvidia --gpus all"),
        (
            Asked(by=AskBy.DEVICE, devices=("0", "example.com/gpu=x")),
            "docker run --device nvidia.com/gpu=0 --device example.com/gpu=x",
        ),
        (Asked(by=AskBy.DEVICE), "docker run --device nvidia.com/gpu=…"),
        (
            Asked(by=AskBy.RUNTIME, runtime="nvidia", devices=("0", "1")),
            "docker run --runtime=nvidia --env NVIDIA_VISIBLE_DEVICES=0,1",
        ),
        (Asked(by=AskBy.RUNTIME), "docker run --env NVIDIA_VISIBLE_DEVICES=…"),
        (Asked(Engine.PODMAN, devices=("0", "1")), "podman run --gpus 0,1"),
        (Asked(Engine.CONTAINERD, devices=("0",)), "ctr run --gpus 0"),
        (Asked(Engine.NERDCTL, devices=("all",)), "nerdctl run --gpus all"),
        (
            Asked(Engine.CONTAINERD, AskBy.DEVICE, devices=("0",)),
            "a pod with the CDI device nvidia.com/gpu=0",
        ),
    ],
)
def test_commands(asked: Asked, command: str) -> None:
    assert command_of(asked) == command
