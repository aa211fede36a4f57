"""GC526: BPF programs of cgroups."""

from typing import Any

import pytest

from gpucheck.model.fact import Reason
from tests.builders import a_unit, absent, unavailable
from tests.checks.engine.kinds import DOCKER_ROOTLESS, NO_DOCKER, PODMAN_ONLY, WSL_DESKTOP
from tests.checks.judge import judge, outcome

SLUG = "kernel_filters_devices"
OFF = {"platform.cgroup_bpf": False}
OLD = {"platform.kernel_release": "4.9.299-tegra"}
NOWHERE = {"platform.cgroup_bpf": absent("/proc/config.gz")}
KUBERNETES = NO_DOCKER | {"services.units": (a_unit("kubelet.service"), a_unit("containerd.service"))}


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({}, "pass"),
        (OFF, "fail"),
        (OLD, "fail"),
        (OLD | NOWHERE, "fail"),
        ({"platform.kernel_release": "4.14.336"}, "fail"),
        ({"platform.kernel_release": "4.15.0-213-generic"}, "pass"),
        (NOWHERE, "skip"),
        ({"platform.cgroup_bpf": unavailable()}, "unknown"),
        (OFF | {"platform.cgroup_version": "v1"}, "skip"),
        (OFF | {"platform.cgroup_version": "hybrid"}, "skip"),
        (OFF | {"platform.cgroup_version": unavailable()}, "unknown"),
        (OFF | DOCKER_ROOTLESS, "skip"),
        (OFF | NO_DOCKER, "skip"),
        (OFF | PODMAN_ONLY, "fail"),
        (OFF | PODMAN_ONLY | {"platform.uid": 1000}, "skip"),
        (OFF | KUBERNETES, "fail"),
        (OFF | WSL_DESKTOP, "skip"),
        (OFF | {"docker.info": unavailable(Reason.TIMEOUT, "late")}, "unknown"),
        (OFF | {"pci.devices": ()}, "skip"),
    ],
)
def test_outcomes(changes: dict[str, Any], status: str) -> None:
    cause = "kernel_lacks_cgroup_bpf" if status == "fail" else ""
    assert outcome("engine", SLUG, changes) == [(status, "host", cause)]


@pytest.mark.parametrize(
    ("changes", "title", "evidence"),
    [
        (
            OLD,
            "kernel 4.9.299-tegra is too old: on cgroup v2 Docker starts no container",
            ("platform.kernel_release", "4.9.299-tegra", "4.15 or newer"),
        ),
        (
            OFF | PODMAN_ONLY,
            "kernel 6.8.0-49-generic is built without CONFIG_CGROUP_BPF: on cgroup v2 Podman starts no container",
            ("platform.cgroup_bpf", "off", "on"),
        ),
    ],
)
def test_the_complaint(changes: dict[str, Any], title: str, evidence: tuple[str, str, str]) -> None:
    (finding,) = judge("engine", SLUG, changes)
    assert finding.title == title
    assert [(e.fact, e.observed, e.expected) for e in finding.evidence] == [
        evidence, ("platform.cgroup_version", "v2", ""),
    ]  # fmt: skip
    assert finding.remedy is not None
    assert "systemd.unified_cgroup_hierarchy=0" in finding.remedy.summary
    assert finding.remedy.needs_reboot
