"""GC401: any part of the toolkit."""

from typing import Any

import pytest

from gpucheck.model.driver import LibraryFile
from gpucheck.model.engine import Binary
from gpucheck.model.fact import Known
from gpucheck.model.platform import OsRelease
from tests.builders import DRIVER, a_binary, absent, unavailable
from tests.checks.engine.kinds import SNAP, WSL_DESKTOP
from tests.checks.judge import judge, outcome

SLUG = "toolkit_installed"
NOTHING = {
    f"toolkit.{name}": absent(f"/usr/bin/{name}")
    for name in (
        "nvidia_ctk",
        "nvidia_container_cli",
        "nvidia_cdi_hook",
        "nvidia_container_runtime",
        "nvidia_container_runtime_hook",
    )
}
FAIL = ("fail", "host", "toolkit_not_installed")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, ("pass", "host", "")),
        (NOTHING, FAIL),
        (NOTHING | {"toolkit.nvidia_ctk": a_binary("nvidia-ctk")}, ("pass", "host", "")),
        (NOTHING | {"toolkit.nvidia_cdi_hook": a_binary("nvidia-cdi-hook")}, ("pass", "host", "")),
        (NOTHING | {"toolkit.nvidia_container_cli": unavailable()}, ("unknown", "host", "")),
        (NOTHING | {"pci.devices": ()}, ("skip", "host", "")),
        (NOTHING | {"pci.devices": (), "platform.tegra_release": "R36"}, FAIL),
    ],
)
def test_parts(changes: dict[str, Any], expected: tuple[str, str, str]) -> None:
    assert outcome("toolkit", SLUG, changes) == [expected]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        (SNAP, "the Docker snap brings its own toolkit (GC506)"),
        (WSL_DESKTOP, "Docker Desktop brings its own toolkit"),
        (
            {
                "libraries.libcuda": LibraryFile(
                    "/home/kubernetes/bin/nvidia/lib64/libcuda.so.1",
                    f"/home/kubernetes/bin/nvidia/lib64/libcuda.so.{DRIVER}",
                    Known(DRIVER, "t"),
                    "driver-root",
                )
            },
            "on GKE's Container-Optimized OS the device plugin mounts the driver itself",
        ),
        (
            {"platform.container": "docker"},
            "gpucheck runs inside a container; the toolkit is outside",
        ),
    ],
)
def test_hosts_that_do_without(changes: dict[str, Any], reason: str) -> None:
    (finding,) = judge("toolkit", SLUG, changes | NOTHING)
    assert (finding.status.value, finding.title) == ("skip", reason)


def test_hosts_that_do_not() -> None:
    # a native Docker in WSL, and a container that is set up like a host
    assert outcome("toolkit", SLUG, NOTHING | {"platform.wsl_dxg": True}) == [FAIL]
    assert outcome("toolkit", SLUG, NOTHING | {"platform.container": "lxc"}) == [FAIL]


@pytest.mark.parametrize(
    ("changes", "title"),
    [
        ({}, "NVIDIA Container Toolkit 1.19.1"),
        ({"toolkit.nvidia_ctk": absent("/usr/bin")}, "NVIDIA Container Toolkit 1.19.1"),
        (
            NOTHING | {"toolkit.nvidia_ctk": Binary("/usr/bin/nvidia-ctk", unavailable())},
            "NVIDIA Container Toolkit, release unknown",
        ),
    ],
)
def test_pass_names_the_release(changes: dict[str, Any], title: str) -> None:
    assert [finding.title for finding in judge("toolkit", SLUG, changes)] == [title]


def test_whole_complaint() -> None:
    (finding,) = judge("toolkit", SLUG, NOTHING)
    assert finding.title == "the NVIDIA Container Toolkit is not installed"
    assert [(e.fact, e.observed, e.source) for e in finding.evidence] == [
        ("toolkit.nvidia_ctk", "absent", "/usr/bin/nvidia_ctk"),
        ("toolkit.nvidia_container_runtime_hook", "absent", "/usr/bin/nvidia_container_runtime_hook"),
    ]
    assert finding.remedy
    assert finding.remedy.commands == (
        ("sudo", "apt-get", "update"),
        ("sudo", "apt-get", "install", "-y", "nvidia-container-toolkit"),
    )
    assert "repository" in finding.remedy.summary
    assert finding.remedy.url.endswith("container-toolkit/latest/install-guide.html")


def test_nixos_is_told_its_option() -> None:
    facts = {"platform.os_release": OsRelease("nixos", (), "25.11", "NixOS")}
    (finding,) = judge("toolkit", SLUG, NOTHING | facts)
    assert finding.remedy
    assert finding.remedy.summary.startswith("Set hardware.nvidia-container-toolkit.enable = true")
    assert finding.remedy.commands == (("sudo", "nixos-rebuild", "switch"),)
