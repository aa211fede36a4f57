"""GC426: faults of releases, on the hosts where they show."""

from typing import Any

import pytest

from gpucheck.checks.toolkit._circumstances import CIRCUMSTANCES
from gpucheck.model.engine import PathExists
from gpucheck.model.fact import Reason
from gpucheck.model.platform import OsRelease
from gpucheck.tables import values
from tests.builders import a_binary, a_gpu, a_toolkit_config, absent, engine_info, unavailable
from tests.checks.engine.kinds import DOCKER_ROOTLESS, JETSON, NO_DOCKER, WSL_DESKTOP
from tests.checks.judge import judge, outcome, tables
from tests.checks.toolkit.test_toolkit_installed import NOTHING
from tests.checks.toolkit.test_toolkit_parts_of_one_release import PROGRAMS
from tests.hosts import a100_mig

SLUG = "toolkit_without_known_fault"
NO_SPEC = {"cdi.specs": absent("/etc/cdi")}
SPEC: dict[str, Any] = {}
MIG = a100_mig()


def release(version: str) -> dict[str, Any]:
    return {name: a_binary(name.removeprefix("toolkit."), version) for name in PROGRAMS}


def config(**cli: Any) -> dict[str, Any]:
    return {"toolkit.config": a_toolkit_config({"nvidia-container-cli": cli})}


ROOT = {"toolkit.driver_root": PathExists("/run/nvidia/driver", "/run/nvidia/driver", exists=True)}
ROOTLESS = {k: v for k, v in DOCKER_ROOTLESS.items() if k != "toolkit.config"}


@pytest.mark.parametrize(
    ("version", "changes", "status"),
    [
        ("1.19.1", SPEC, "pass"),
        # the hook, images without NVIDIA_REQUIRE_CUDA
        ("1.17.0", NO_SPEC, "warn"),
        ("1.17.1", NO_SPEC, "warn"),
        ("1.17.2", NO_SPEC, "pass"),
        ("1.16.2", NO_SPEC, "pass"),
        ("1.17.1", NO_SPEC | NO_DOCKER, "pass"),
        ("1.17.1", NO_SPEC | WSL_DESKTOP, "pass"),
        ("1.17.0", NO_SPEC | JETSON | {"docker.info": engine_info(server_version="29.2.0")}, "warn"),
        # CDI specs
        ("1.17.0", SPEC | NO_DOCKER, "warn"),
        ("1.17.1", SPEC | NO_DOCKER, "pass"),
        ("1.17.4", SPEC | NO_DOCKER | {"nvml.driver_version": "565.57.01"}, "warn"),
        ("1.17.5", SPEC | NO_DOCKER | {"nvml.driver_version": "565.57.01"}, "pass"),
        ("1.17.4", SPEC | NO_DOCKER | {"nvml.driver_version": "570.86.15"}, "pass"),
        ("1.17.4", SPEC | NO_DOCKER | {"nvml.driver_version": unavailable()}, "unknown"),
        ("1.12.0", SPEC | NO_DOCKER, "warn"),
        ("1.12.1", SPEC | NO_DOCKER, "pass"),
        ("1.16.0", MIG, "warn"),
        ("1.16.0", SPEC, "pass"),
        ("1.16.1", MIG, "pass"),
        # the hook does not read config.toml
        ("1.14.0", ROOTLESS | config(**{"no-cgroups": True}), "fail"),
        ("1.14.1", ROOTLESS | config(**{"no-cgroups": True}), "pass"),
        ("1.14.0", ROOTLESS | config(**{"no-cgroups": False}), "pass"),
        ("1.14.0", config(**{"no-cgroups": True}), "pass"),
        ("1.14.0", ROOT, "warn"),
        ("1.14.0", SPEC, "pass"),
        ("1.14.0", ROOT | {"docker.info": unavailable(Reason.TIMEOUT, "late")}, "unknown"),
        ("1.8.0", {"platform.container": "lxc"}, "warn"),
        ("1.8.0", SPEC, "pass"),
        ("not a version", SPEC, "unknown"),
    ],
)
def test_releases(version: str, changes: dict[str, Any], status: str) -> None:
    cause = "toolkit_version_bug" if status in {"warn", "fail"} else ""
    assert outcome("toolkit", SLUG, changes | release(version)) == [(status, "host", cause)]


def test_without_a_toolkit() -> None:
    assert outcome("toolkit", SLUG, NOTHING) == [("skip", "host", "")]


def test_debian() -> None:
    changes = release("1.13.0") | NO_DOCKER
    assert outcome("toolkit", SLUG, changes)[0][0] == "pass"
    debian = {"platform.os_release": OsRelease("debian", (), "12", "Debian GNU/Linux 12")}
    assert outcome("toolkit", SLUG, changes | debian)[0][0] == "warn"


def test_the_worst_leads_and_all_are_told() -> None:
    (finding,) = judge("toolkit", SLUG, release("1.17.0"))
    assert finding.title == (
        "toolkit 1.17.0 has a known fault: it cannot start images without NVIDIA_REQUIRE_CUDA; "
        "its create-symlinks hook refuses links that some images have"
    )
    assert [(e.fact, e.observed, e.expected) for e in finding.evidence] == [
        ("toolkit.nvidia_ctk.version", "1.17.0", "1.17.2 or newer"),
        ("toolkit.nvidia_ctk.version", "affected: 1.17.0 to before 1.17.2", ""),
        ("toolkit.nvidia_ctk.version", "affected: 1.17.0 to before 1.17.1", ""),
    ]
    assert finding.evidence[1].source == "https://github.com/NVIDIA/nvidia-container-toolkit/issues/797"
    assert finding.remedy is not None
    assert "1.17.2 or newer" in finding.remedy.summary


def test_every_circumstance_of_a_row_can_be_told() -> None:
    places = [row.where for row in tables().toolkit_faults] + [row.where for row in tables().toolkit_needs]
    words = {word for where in places for word in where}
    assert words == CIRCUMSTANCES.keys()
    assert set(values.CHOICES["ToolkitFaultRow.where"]) == CIRCUMSTANCES.keys()
    assert all(bool(row.driver_since) == bool(row.driver_below) for row in tables().toolkit_faults)


def test_mig_needs_an_instance() -> None:
    changes = release("1.16.0") | {"nvml.gpus": (a_gpu(0, mig_enabled=True),)}
    assert outcome("toolkit", SLUG, changes)[0][0] == "pass"
