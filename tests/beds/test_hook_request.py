"""What the hook makes of a container's environment, as the real one does."""

import pytest

from tests.beds.hook_request import CAPABILITIES, CapabilitiesError, Request
from tests.beds.hook_requirements import unsatisfied
from tests.beds.pieces import Machine

LEGACY = {"CUDA_VERSION": "9.0.176"}
MODERN = {"CUDA_VERSION": "12.4.1", "NVIDIA_REQUIRE_CUDA": "cuda>=12.4"}


@pytest.mark.parametrize(
    ("env", "devices"),
    [
        ({}, []),
        (MODERN, []),
        (LEGACY, ["all"]),
        ({"NVIDIA_VISIBLE_DEVICES": ""}, []),
        ({"NVIDIA_VISIBLE_DEVICES": "void"}, []),
        ({"NVIDIA_VISIBLE_DEVICES": "0,void"}, []),
        ({"NVIDIA_VISIBLE_DEVICES": "none"}, ["none"]),
        ({"NVIDIA_VISIBLE_DEVICES": "0, 2,"}, ["0", "2"]),
    ],
)
def test_devices(env: dict[str, str], devices: list[str]) -> None:
    assert Request(env).devices() == devices


@pytest.mark.parametrize(
    ("env", "capabilities"),
    [
        ({}, {"utility", "compute"}),
        ({"NVIDIA_DRIVER_CAPABILITIES": ""}, {"utility", "compute"}),
        ({"NVIDIA_DRIVER_CAPABILITIES": "utility"}, {"utility"}),
        ({"NVIDIA_DRIVER_CAPABILITIES": "all"}, CAPABILITIES),
        (LEGACY, CAPABILITIES),
    ],
)
def test_capabilities(env: dict[str, str], capabilities: set[str]) -> None:
    assert Request(env).capabilities() == capabilities


def test_capabilities_that_do_not_exist() -> None:
    with pytest.raises(CapabilitiesError, match=r"unsupported capabilities found in 'compute,gpu'"):
        Request({"NVIDIA_DRIVER_CAPABILITIES": "compute,gpu"}).capabilities()


@pytest.mark.parametrize(
    ("env", "requirements"),
    [
        ({}, []),
        (LEGACY, ["cuda>=9.0"]),
        (MODERN, ["cuda>=12.4"]),
        (MODERN | {"NVIDIA_DISABLE_REQUIRE": "true"}, []),
        ({"NVIDIA_REQUIRE_JETPACK": "csv"}, []),
    ],
)
def test_requirements(env: dict[str, str], requirements: list[str]) -> None:
    assert Request(env).requirements() == requirements


@pytest.mark.parametrize(
    ("requirement", "complaint"),
    [
        ("cuda>=13.0", None),
        ("cuda>=13.0.0 ", None),
        ("cuda>=12.4 brand=tesla,driver>=470,driver<471", None),
        ("cuda>=13.1 brand=nvidia,driver>=580,driver<581", None),
        (
            "cuda>=13.1",
            "cuda>=13.1, please update your driver to a newer version, or use an earlier cuda container",
        ),
        ("driver>=590 cuda>=13.1", "driver>=590"),
        ("arch>=9.0,brand!=nvidia", "arch>=9.0,brand!=nvidia"),
    ],
)
def test_a_requirement_is_met_or_complained_about(requirement: str, complaint: str | None) -> None:
    said = unsatisfied([requirement], Machine("h100x8"), [0])
    assert said == (complaint and f"requirement error: unsatisfied condition: {complaint}")
