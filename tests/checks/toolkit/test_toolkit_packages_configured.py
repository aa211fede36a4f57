from typing import Any

import pytest

from gpucheck.model.driver import Package
from tests.builders import absent, unavailable
from tests.checks.judge import judge, outcome

SLUG = "toolkit_packages_configured"


def packages(state: str, name: str = "nvidia-container-toolkit") -> dict[str, Any]:
    whole = Package("libnvidia-container1", "1.19.1-1", "installed")
    return {"packages.installed": (Package(name, "1.19.1-1", state), whole)}


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({}, "pass"),
        (packages("held"), "pass"),
        (packages("half-configured", "nvidia-driver-580"), "pass"),  # GC216's
        (packages("config-files"), "pass"),
        ({"packages.installed": ()}, "skip"),
        ({"packages.installed": absent("dpkg")}, "skip"),
        ({"packages.installed": unavailable()}, "unknown"),
        (packages("half-configured") | {"pci.devices": ()}, "skip"),
    ],
)
def test_no_complaint(changes: dict[str, Any], status: str) -> None:
    assert outcome("toolkit", SLUG, changes) == [(status, "host", "")]


def test_a_hold_is_told() -> None:
    (finding,) = judge("toolkit", SLUG, packages("held"))
    assert finding.title == "2 toolkit packages, all configured, 1 held at 1.19.1-1"


def test_half_configured() -> None:
    (finding,) = judge("toolkit", SLUG, packages("half-configured"))
    assert (finding.status.value, finding.cause) == ("warn", "package_dependency_conflict")
    assert finding.title == "half-configured: nvidia-container-toolkit"
    assert finding.remedy
    assert finding.remedy.commands[0] == ("sudo", "dpkg", "--configure", "--pending")
