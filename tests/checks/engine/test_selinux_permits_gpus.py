"""GC527: labels of nodes that are bound from the host."""

from dataclasses import replace
from typing import Any

import pytest

from gpucheck.model.engine import PodmanConfig
from gpucheck.model.fact import Reason
from tests.builders import a_host, absent, engine_info, unavailable
from tests.checks.engine.kinds import (
    DOCKER_29_CDI,
    DOCKER_ROOTLESS,
    FEDORA,
    NO_DOCKER,
    PODMAN_ONLY,
    WSL_NATIVE,
)
from tests.checks.judge import judge, outcome

SLUG = "selinux_permits_gpus"
OPTIONS = ("name=seccomp,profile=builtin", "name=selinux", "name=cgroupns")


def labelled(kind: str) -> dict[str, Any]:
    nodes = a_host().device_nodes.nodes.require()
    return {"device_nodes.nodes": tuple(replace(node, selinux_type=kind) for node in nodes)}


CLOSED = (
    FEDORA
    | labelled("xserver_misc_device_t")
    | {"platform.selinux_booleans": {"container_use_devices": False, "container_use_xserver_devices": False}}
)
CONFINED = CLOSED | {"docker.info": engine_info(security_options=OPTIONS)}
PODMAN = CLOSED | PODMAN_ONLY | {"platform.uid": 1000}


def label(value: bool) -> dict[str, Any]:  # noqa: FBT001 - a value of containers.conf
    file = "/etc/containers/containers.conf"
    return {"other_engines.podman_config": PodmanConfig((file,), {"containers": {"label": value}})}


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({}, "skip"),
        (CONFINED, "warn"),
        (CONFINED | {"platform.selinux": "permissive"}, "skip"),
        (CONFINED | {"platform.selinux": "disabled"}, "skip"),
        (CONFINED | {"platform.selinux": unavailable()}, "unknown"),
        (CLOSED, "skip"),  # dockerd without selinux-enabled
        (CONFINED | {"platform.selinux_booleans": {"container_use_devices": True}}, "pass"),
        (CONFINED | {"platform.selinux_booleans": {"container_use_devices": False, "b": True}}, "pass"),
        (CONFINED | {"platform.selinux_booleans": absent("/sys/fs/selinux/booleans")}, "skip"),
        (CONFINED | {"platform.selinux_booleans": unavailable()}, "unknown"),
        (CONFINED | labelled("container_file_t"), "pass"),
        (CONFINED | labelled(""), "pass"),
        (CLOSED | DOCKER_29_CDI, "skip"),
        (CLOSED | DOCKER_29_CDI | {
            "docker.info": engine_info(server_version="29.2.0", security_options=OPTIONS)
        }, "skip"),
        (CLOSED | DOCKER_ROOTLESS | {
            "docker.info": engine_info(rootless=True, security_options=OPTIONS)
        }, "warn"),
        (CONFINED | {"docker.info": unavailable(Reason.TIMEOUT, "late")}, "unknown"),
        (PODMAN, "warn"),
        (PODMAN | {"platform.uid": 0}, "skip"),
        (PODMAN | label(value=False), "skip"),
        (PODMAN | label(value=True), "warn"),
        (CLOSED | NO_DOCKER, "skip"),
        (CLOSED | WSL_NATIVE, "skip"),
    ],
)  # fmt: skip
def test_outcomes(changes: dict[str, Any], status: str) -> None:
    cause = "selinux_denied" if status == "warn" else ""
    assert outcome("engine", SLUG, changes) == [(status, "host", cause)]


@pytest.mark.parametrize(("changes", "engine"), [(CONFINED, "Docker"), (PODMAN, "rootless Podman")])
def test_the_complaint(changes: dict[str, Any], engine: str) -> None:
    (finding,) = judge("engine", SLUG, changes)
    assert finding.title == (
        f"SELinux keeps containers of {engine} from /dev/nvidia0, unless they run with label=disable"
    )
    assert [(e.fact, e.observed, e.expected) for e in finding.evidence] == [
        ("platform.selinux", "enforcing", ""),
        ("platform.selinux_booleans", "off", "one of them on"),
        ("device_nodes.nodes", "/dev/nvidia0 xserver_misc_device_t", "another label"),
    ]
    assert finding.remedy is not None
    assert finding.remedy.commands == (("sudo", "setsebool", "-P", "container_use_devices", "on"),)
