"""GC521: settings of daemon.json that are not in force."""

from typing import Any

import pytest

from gpucheck.model.engine import DaemonJson, DaemonProcess
from gpucheck.model.fact import Reason
from tests.builders import BOOT, absent, engine_info, unavailable
from tests.checks.engine.kinds import DOCKER_ROOTLESS, NO_DOCKER, NO_GPU, SNAP, WSL_DESKTOP
from tests.checks.judge import judge, outcome

SLUG = "daemon_settings_in_force"
PATH = "/etc/docker/daemon.json"
CGROUPFS = {"exec-opts": ["native.cgroupdriver=cgroupfs"]}
NOT_RESTARTED = [("warn", "host", "docker_not_restarted")]
PASS, SKIP, UNKNOWN = ([(status, "host", "")] for status in ("pass", "skip", "unknown"))


def file(**values: Any) -> dict[str, Any]:
    values = {key.replace("_", "-"): value for key, value in values.items()}
    return {"docker.daemon_json": DaemonJson(PATH, values, (), BOOT)}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, PASS),
        (file(features={"cdi": True}), PASS),
        (file(features={"cdi": False}), NOT_RESTARTED),
        (file(features={"cdi": False}) | {"docker.info": engine_info(cdi_spec_dirs=())}, PASS),
        # still off: GC516 says so
        (file(features={"cdi": True}) | {"docker.info": engine_info(cdi_spec_dirs=())}, PASS),
        (file(cdi_spec_dirs=["/var/run/cdi/", "/etc/cdi"]), PASS),
        (file(cdi_spec_dirs=["/run/cdi", "/etc/cdi"]), PASS),
        (file(cdi_spec_dirs=["/opt/cdi"]), NOT_RESTARTED),
        (file(cdi_spec_dirs=[""]), NOT_RESTARTED),
        # GC505 says that this is no list
        (file(cdi_spec_dirs="/opt/cdi"), PASS),
        (file(**CGROUPFS), NOT_RESTARTED),
        (file(**CGROUPFS) | {"docker.info": engine_info(cgroup_driver="cgroupfs")}, PASS),
        # a rootless Docker without cgroups
        (file(**CGROUPFS) | {"docker.info": engine_info(cgroup_driver="none")}, PASS),
        (file(exec_opts=["native.cgroupdriver=systemd"]), PASS),
        # this Docker has no CDI at all
        (
            file(features={"cdi": False}) | {"docker.info": engine_info(server_version="24.0.9")},
            PASS,
        ),
        (file(), SKIP),
        ({"docker.daemon_json": absent(PATH)}, SKIP),
        (
            file(**CGROUPFS)
            | {"docker.daemon": DaemonProcess(1, "/usr/bin/dockerd", BOOT, ("--config-file", "/etc/d.json"))},
            SKIP,
        ),
        ({"docker.daemon_json": unavailable(Reason.MALFORMED, "line 3")}, UNKNOWN),
        (file(**CGROUPFS) | {"docker.info": unavailable(Reason.UNREACHABLE, "nobody")}, UNKNOWN),
        (DOCKER_ROOTLESS, PASS),
        (NO_GPU, SKIP),
        (SNAP, SKIP),
        (WSL_DESKTOP, SKIP),
        (NO_DOCKER, SKIP),
    ],
)
def test_outcomes(changes: dict[str, Any], expected: list[tuple[str, str, str]]) -> None:
    assert outcome("engine", SLUG, changes) == expected


def test_whole_complaint() -> None:
    (finding,) = judge("engine", SLUG, file(features={"cdi": False}, **CGROUPFS))
    assert finding.title == (
        "daemon.json says otherwise than the running Docker does: features.cdi, exec-opts"
    )
    dirs, driver = "CDI spec directories /etc/cdi, /var/run/cdi", "cgroup driver systemd"
    cgroups = "exec-opts = native.cgroupdriver=cgroupfs"
    assert [(e.fact, e.observed, e.expected) for e in finding.evidence] == [
        ("docker.daemon_json", "features.cdi = false", dirs),
        ("docker.info", dirs, "features.cdi = false"),
        ("docker.daemon_json", cgroups, driver),
        ("docker.info", driver, cgroups),
    ]
    assert finding.remedy is not None
    assert finding.remedy.commands == (("sudo", "systemctl", "restart", "docker"),)
