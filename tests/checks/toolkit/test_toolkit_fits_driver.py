"""GC427: what newer drivers need of the toolkit."""

from typing import Any

import pytest

from gpucheck.model.fact import Reason
from tests.builders import unavailable
from tests.checks.engine.kinds import JETSON, NO_DOCKER, WSL_NATIVE
from tests.checks.judge import judge, outcome
from tests.checks.toolkit.test_toolkit_installed import NOTHING
from tests.checks.toolkit.test_toolkit_without_known_fault import release

SLUG = "toolkit_fits_driver"


def wsl(driver: str) -> dict[str, Any]:
    return WSL_NATIVE | {"nvml.driver_version": driver}


@pytest.mark.parametrize(
    ("version", "changes", "status"),
    [
        ("1.19.1", {}, "pass"),
        ("1.14.3", wsl("555.85"), "fail"),
        ("1.14.4", wsl("555.85"), "pass"),
        ("1.14.3", wsl("552.44"), "pass"),
        ("1.14.3", {}, "pass"),  # no WSL
        ("1.13.4", {}, "warn"),
        ("1.13.5", {}, "pass"),
        ("1.13.4", {"nvml.driver_version": "535.183.01"}, "pass"),
        ("1.13.4", NO_DOCKER, "pass"),  # no hook
        ("1.13.4", {"nvml.driver_version": unavailable(Reason.TIMEOUT, "late")}, "unknown"),
        ("1.19.1", {"nvml.driver_version": unavailable(Reason.TIMEOUT, "late")}, "pass"),
        ("1.13.4", {"nvml.driver_version": "N/A"}, "skip"),
        ("1.13.4", JETSON, "skip"),
        ("no version", {}, "unknown"),
    ],
)
def test_releases(version: str, changes: dict[str, Any], status: str) -> None:
    cause = "toolkit_too_old_for_driver" if status in {"warn", "fail"} else ""
    assert outcome("toolkit", SLUG, changes | release(version)) == [(status, "host", cause)]


def test_without_a_toolkit() -> None:
    assert outcome("toolkit", SLUG, NOTHING) == [("skip", "host", "")]


def test_in_full() -> None:
    (finding,) = judge("toolkit", SLUG, wsl("555.85") | release("1.14.3"))
    assert finding.title == (
        "toolkit 1.14.3 is older than driver 555.85 needs: it does not bring libnvdxgdmal.so.1 "
        "of the Windows driver into containers"
    )
    assert [(e.fact, e.observed, e.expected) for e in finding.evidence] == [
        ("toolkit.nvidia_ctk.version", "1.14.3", "1.14.4 or newer"),
        ("nvml.driver_version", "555.85", "before 555"),
    ]
    assert finding.remedy is not None
    assert "1.14.4 or newer" in finding.remedy.summary
