"""GC516: Docker uses the CDI specs of the host."""

from typing import Any

import pytest

from gpucheck.model.engine import DaemonJson
from gpucheck.model.fact import Reason
from tests.builders import BOOT, a_cdi_spec, absent, engine_info, unavailable
from tests.checks.engine.kinds import DOCKER_20_CGROUPFS, NO_DOCKER, SNAP, WSL_DESKTOP
from tests.checks.judge import judge, outcome

SLUG = "cdi_enabled_in_engine"
PATH = "/etc/docker/daemon.json"


def docker(version: str, dirs: tuple[str, ...] = (), **values: Any) -> dict[str, Any]:
    return {
        "docker.info": engine_info(server_version=version, cdi_spec_dirs=dirs, discovered_devices=()),
        "docker.daemon_json": DaemonJson(PATH, values, (), BOOT),
    }


ON = ("/etc/cdi", "/var/run/cdi")


@pytest.mark.parametrize(
    ("changes", "status", "cause"),
    [
        ({}, "pass", ""),
        (docker("25.0.0"), "warn", "cdi_not_enabled_in_engine"),
        (docker("28.1.1"), "warn", "cdi_not_enabled_in_engine"),
        (docker("28.1.1", features={"cdi": False}), "warn", "cdi_not_enabled_in_engine"),
        (docker("28.1.1", features={"cdi": True}), "warn", "docker_not_restarted"),
        (docker("28.1.1", ON, features={"cdi": True}), "pass", ""),
        (docker("28.2.0", ON), "pass", ""),
        (docker("28.2.0", features={"cdi": False}), "warn", "cdi_not_enabled_in_engine"),
        (docker("29.2.0", ("",), **{"cdi-spec-dirs": [""]}), "warn", "cdi_not_enabled_in_engine"),
        # on, but too old for the version of the spec
        (docker("25.0.5", ON, features={"cdi": True}), "warn", "cdi_engine_too_old"),
        (docker("26.1.0", ON, features={"cdi": True}), "pass", ""),
        (
            docker("25.0.5", ON)
            | {"cdi.specs": (a_cdi_spec(), a_cdi_spec(path="/etc/cdi/a.yaml", cdi_version="0.5.0"))},
            "pass",
            "",
        ),
        (docker("24.0.9"), "skip", ""),
        (DOCKER_20_CGROUPFS, "skip", ""),
        ({"cdi.specs": absent("/etc/cdi")}, "skip", ""),
        ({"cdi.specs": (a_cdi_spec(kind="amd.com/gpu"),)}, "skip", ""),
        ({"cdi.specs": (a_cdi_spec(error="line 3: not YAML"),)}, "skip", ""),
        ({"cdi.specs": unavailable()}, "unknown", ""),
        ({"docker.info": unavailable(Reason.NOT_PERMITTED)}, "unknown", ""),
        ({"pci.devices": ()}, "skip", ""),
        (SNAP, "skip", ""),
        (WSL_DESKTOP, "skip", ""),
        (NO_DOCKER, "skip", ""),
    ],
)
def test_outcomes(changes: dict[str, Any], status: str, cause: str) -> None:
    assert outcome("engine", SLUG, changes) == [(status, "host", cause)]


def test_the_complaint() -> None:
    (finding,) = judge("engine", SLUG, docker("26.1.4"))
    assert finding.title == "CDI is off in Docker 26.1.4, and /var/run/cdi/nvidia.yaml is not used"
    assert [(e.fact, e.observed, e.expected) for e in finding.evidence] == [
        ("docker.info", "Docker 26.1.4, CDI spec directories: none", ""),
        ("cdi.specs", "/var/run/cdi/nvidia.yaml (version 0.7.0)", "found by Docker"),
    ]
    assert finding.remedy is not None
    assert finding.remedy.summary == (
        f"Set features.cdi to true in {PATH} (and remove an empty cdi-spec-dirs), keeping what else is there, "
        "then restart Docker. Docker from 28.2.0 on has CDI on by default."
    )
    assert finding.remedy.commands == (("sudo", "systemctl", "restart", "docker"),)


def test_a_spec_in_a_directory_that_is_not_searched() -> None:
    (finding,) = judge("engine", SLUG, docker("28.5.2", ("/etc/cdi", "/opt/cdi")))
    assert (finding.status.value, finding.cause) == ("warn", "cdi_spec_not_found")
    assert finding.title == (
        "Docker searches /etc/cdi, /opt/cdi for CDI specs; /var/run/cdi/nvidia.yaml lies elsewhere"
    )
    assert [(e.fact, e.observed, e.expected) for e in finding.evidence] == [
        ("docker.info", "Docker 28.5.2, CDI spec directories: /etc/cdi, /opt/cdi", ""),
        ("cdi.specs", "/var/run/cdi/nvidia.yaml (version 0.7.0)", "found by Docker"),
    ]
    assert finding.remedy is not None
    assert finding.remedy.commands[0][-1] == "--output=/etc/cdi/nvidia.yaml"
    (finding,) = judge("engine", SLUG, docker("28.5.2", ("/opt/cdi/",)))
    assert finding.remedy is not None
    assert finding.remedy.summary == (
        "Write a CDI spec to /opt/cdi, which Docker searches, or add /run/cdi to cdi-spec-dirs in "
        "/etc/docker/daemon.json and restart Docker."
    )


def test_run_and_var_run_are_one() -> None:
    assert outcome("engine", SLUG, docker("28.5.2", ("/run/cdi",))) == [("pass", "host", "")]


def test_a_spec_version_that_docker_does_not_know() -> None:
    (finding,) = judge("engine", SLUG, docker("25.0.5", ON))
    assert finding.title == "Docker 25.0.5 does not understand CDI specs of version 0.7.0"
    assert finding.remedy is not None
    assert "at least 26.1.0" in finding.remedy.summary
