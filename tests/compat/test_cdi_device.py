"""Devices by name: --device, and what Podman makes of --gpus."""

import pytest

from gpucheck.compat.cdi_device import parse_cdi_device, podman_gpus
from gpucheck.errors import GpusOptionError
from gpucheck.model.device_request import DeviceRequest


@pytest.mark.parametrize(
    "name",
    [
        "nvidia.com/gpu=0", "nvidia.com/gpu=0:1", "nvidia.com/gpu=all", "k8s.device-plugin.nvidia.com/gpu=GPU-1",
        "Ab/c_d-e.F=x.y-z_1:2", "aa/bb=c", "runtime.nvidia.com/gpu=MIG-0a1b2c3d-1111-2222-3333-444455556666",
    ],
)  # fmt: skip
def test_a_qualified_name_becomes_what_docker_sends(name: str) -> None:
    assert parse_cdi_device(name) == DeviceRequest("cdi", 0, (name,), (), {})


FORM = "a name is vendor/class=device"
KIND = "has two letters, digits or more, between them _ . and -, and begins with a letter"
NAME = "has letters and digits, and between them _ . : and -"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("0", f"{FORM}; write nvidia.com/gpu=0"),
        ("all", f"{FORM}; write nvidia.com/gpu=all"),
        ("GPU-1", f"{FORM}; write nvidia.com/gpu=GPU-1"),
        ("", FORM),
        ("nvidia.com/gpu", FORM),
        ("nvidia.com/gpu=", FORM),
        ("gpu=0", FORM),
        ("/gpu=0", "it is a path"),
        ("/dev/nvidia0", "it is a path"),
        ("nvidia.com/=0", FORM),
        ("1nvidia/gpu=0", f"'1nvidia' is no vendor, which {KIND}"),
        ("nvidia./gpu=0", f"'nvidia.' is no vendor, which {KIND}"),
        ("v/gpu=0", f"'v' is no vendor, which {KIND}"),
        ("nvidia.com/g=0", f"'g' is no class, which {KIND}"),
        ("nvidia.com/gpu/x=0", f"'gpu/x' is no class, which {KIND}"),
        ("nvidia.com/gpu=:0", f"':0' is no device, which {NAME}"),
        ("nvidia.com/gpu=0:", f"'0:' is no device, which {NAME}"),
        ("nvidia.com/gpu=device=0", f"'device=0' is no device, which {NAME}"),
        ("nvidia.com/gpu=é", f"'é' is no device, which {NAME}"),
    ],
)
def test_no_qualified_name(text: str, why: str) -> None:
    with pytest.raises(GpusOptionError) as caught:
        parse_cdi_device(text)
    assert str(caught.value) == f"'{text}' names no CDI device: {why}"


def test_to_podman_each_entry_is_a_device() -> None:
    assert podman_gpus(["all"]) == ("nvidia.com/gpu=all",)
    assert podman_gpus(["2"]) == ("nvidia.com/gpu=2",)  # the third GPU
    assert podman_gpus(["0,1", "GPU-1"]) == ("nvidia.com/gpu=0", "nvidia.com/gpu=1", "nvidia.com/gpu=GPU-1")
    assert podman_gpus([""]) == podman_gpus([]) == ()


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("device=0", "'device=0' is no GPU to Podman: Podman knows no key 'device', an entry is the name of a device; write --gpus 0"),
        ('"device=0,1"', "'device=0,1' is no GPU to Podman: Podman knows no key 'device', an entry is the name of a device; write --gpus 0,1"),
        ("device=0,2", "'device=0' is no GPU to Podman: Podman knows no key 'device', an entry is the name of a device; write --gpus 0,2"),
        ("driver=nvidia,device=0", "'driver=nvidia' is no GPU to Podman: Podman knows no key 'driver', an entry is the name of a device"),
        ("count=2", "'count=2' is no GPU to Podman: Podman knows no key 'count', an entry is the name of a device"),
        ("0,", f"'' is no GPU to Podman: {FORM}"),
        ("-1", f"'-1' is no GPU to Podman: '-1' is no device, which {NAME}"),
        ('0"', "'0\"' is no list of GPUs: parse error on line 1, column 2: bare \" in non-quoted-field"),
    ],
)  # fmt: skip
def test_what_podman_does_not_take(entry: str, said: str) -> None:
    with pytest.raises(GpusOptionError) as caught:
        podman_gpus([entry])
    assert str(caught.value) == said


def test_a_long_name_is_read_in_no_time() -> None:
    for text in ("a" * 1_000_000, "a/" * 500_000, f"aa/bb={'a:' * 500_000}", f"a{'.' * 1_000_000}/bb=0"):
        with pytest.raises(GpusOptionError):
            parse_cdi_device(text)
