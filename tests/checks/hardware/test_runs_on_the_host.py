"""GC108: whose view the snapshot is."""

from typing import Any

import pytest

from gpucheck.checks.hardware.runs_on_the_host import CHECK
from gpucheck.evaluate import evaluate
from tests.builders import a_host, a_node, absent, unavailable
from tests.checks.judge import judge, outcome, tables
from tests.checks.platform_kinds import a_config

SLUG = "runs_on_the_host"
LXC = {"platform.container": "lxc"}
UNPRIVILEGED = {
    "device_nodes.nodes": (a_node("nvidia0", uid=65_534, gid=65_534), a_node("nvidiactl", minor=255))
}
NO_HOOK = {"toolkit.nvidia_container_runtime_hook": absent("/usr/bin/nvidia-container-runtime-hook")}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, ("pass", "host", "")),
        ({"platform.container": "docker"}, ("warn", "host", "runs_in_container")),
        ({"platform.container": "podman"}, ("warn", "host", "runs_in_container")),
        ({"platform.container": "kubernetes"}, ("warn", "host", "runs_in_container")),
        ({"platform.container": "unknown"}, ("unknown", "host", "")),
        ({"platform.container": unavailable()}, ("unknown", "host", "")),
        (LXC, ("warn", "host", "lxc_nested_cgroup")),
        (LXC | UNPRIVILEGED, ("fail", "host", "lxc_nested_cgroup")),
        (LXC | UNPRIVILEGED | NO_HOOK, ("warn", "host", "lxc_nested_cgroup")),
        (LXC | UNPRIVILEGED | {"toolkit.config": a_config(no_cgroups=True)}, ("pass", "host", "")),
        (LXC | {"toolkit.config": a_config(no_cgroups=True)}, ("pass", "host", "")),
        (LXC | {"docker.daemon": absent("/proc")}, ("warn", "host", "runs_in_container")),
        (LXC | {"toolkit.config": unavailable()}, ("unknown", "host", "")),
    ],
)
def test_place(changes: dict[str, Any], expected: tuple[str, str, str]) -> None:
    assert outcome("hardware", SLUG, changes) == [expected]


def test_mounted_root_is_the_hosts_view() -> None:
    host = a_host({"platform.container": "kubernetes"}, root="/host")
    (finding,) = evaluate(host, tables(), (CHECK,)).findings
    assert finding.status.value == "pass"
    assert finding.title == "in a kubernetes container, looking at the host's files below /host"


def test_whole_complaint() -> None:
    (finding,) = judge("hardware", SLUG, {"platform.container": "docker"})
    assert finding.title == "running inside a container (docker): this is the container's view"
    assert [(e.fact, e.observed, e.expected) for e in finding.evidence] == [
        ("platform.container", "docker", "none")
    ]
    assert finding.remedy
    assert "--root" in finding.remedy.summary


def test_lxc_remedy_sets_no_cgroups() -> None:
    (finding,) = judge("hardware", SLUG, LXC)
    assert finding.remedy
    assert finding.remedy.commands == (
        ("sudo", "nvidia-ctk", "config", "--set", "nvidia-container-cli.no-cgroups=true", "--in-place"),
    )
