"""GC501: an engine is there, not only its client."""

from typing import Any

import pytest

from gpucheck.model.docker_context import DockerContext
from gpucheck.model.fact import Reason
from tests.builders import a_binary, a_unit, absent, engine_info, unavailable
from tests.checks.engine.kinds import FEDORA, KUBERNETES, NO_DOCKER, PODMAN_ONLY
from tests.checks.judge import judge, outcome

SLUG = "engine_installed"
NOTHING: dict[str, Any] = NO_DOCKER | {
    "other_engines.containerd": absent("/usr/bin/containerd"),
    "services.units": (),
}
CLI = {"docker.cli": a_binary("docker", "28.5.2")}


@pytest.mark.parametrize(
    ("changes", "title"),
    [
        ({}, "Docker 28.5.2"),
        ({"other_engines.podman": a_binary("podman", "5.2.1")}, "Docker 28.5.2, Podman 5.2.1"),
        (PODMAN_ONLY, "Podman 5.2.1; no Docker"),
        (KUBERNETES, "containerd 2.1.4; no Docker"),
        (NOTHING | {"services.units": (a_unit("crio.service"),)}, "CRI-O; no Docker"),
        (NOTHING | {"services.units": (a_unit("k0sworker.service"),)}, "k0s; no Docker"),
        (
            NOTHING | {"services.units": (a_unit("snap.microk8s.daemon-containerd.service"),)},
            "MicroK8s; no Docker",
        ),
        # Docker Desktop, stopped
        (
            NOTHING
            | CLI
            | {
                "docker.context": DockerContext(
                    "desktop-linux", "unix:///home/ada/.docker/desktop/docker.sock"
                )
            },
            "Docker Desktop",
        ),
        (PODMAN_ONLY | CLI, "Podman 5.2.1; no Docker"),
        # podman-docker: the socket is there, and Podman answers on it
        (
            PODMAN_ONLY | CLI | {"docker.info": engine_info(operating_system="Podman Engine on fedora")},
            "Podman 5.2.1; no Docker",
        ),
        ({"docker.info": unavailable(Reason.UNREACHABLE, "nobody")}, "Docker 28.5.2"),
        # installed, but its version could not be asked
        (
            NOTHING | {"docker.info": unavailable(Reason.NOT_PERMITTED, "this user may not connect")},
            "Docker",
        ),
    ],
)
def test_engines_are_named(changes: dict[str, Any], title: str) -> None:
    (finding,) = judge("engine", SLUG, changes)
    assert (finding.status.value, finding.title) == ("pass", title)


def test_nothing_is_installed() -> None:
    (finding,) = judge("engine", SLUG, NOTHING)
    assert (finding.status.value, finding.cause) == ("fail", "docker_not_installed")
    assert finding.title == "no container engine is installed"
    assert [(e.fact, e.observed) for e in finding.evidence] == [
        ("docker.daemon_binary", "absent"),
        ("other_engines.podman", "absent"),
        ("other_engines.containerd", "absent"),
    ]
    assert finding.remedy is not None
    assert finding.remedy.commands == (("sudo", "apt-get", "install", "-y", "docker.io"),)


def test_the_remedy_follows_the_distribution() -> None:
    (finding,) = judge("engine", SLUG, NOTHING | FEDORA)
    assert finding.remedy is not None
    assert finding.remedy.commands == (
        ("sudo", "dnf", "install", "-y", "docker-ce", "docker-ce-cli", "containerd.io"),
        ("sudo", "systemctl", "enable", "--now", "docker"),
    )


def test_only_the_client_is_installed() -> None:
    (finding,) = judge("engine", SLUG, NOTHING | CLI)
    assert finding.status.value == "fail"
    assert finding.title == "only the docker command is installed, no engine"
    assert ("docker.cli", "/usr/bin/docker") in [(e.fact, e.observed) for e in finding.evidence]


def test_a_client_that_talks_to_another_machine_is_no_engine() -> None:
    remote = {
        "docker.context": DockerContext("far", "ssh://far.example"),
        "docker.info": unavailable(Reason.UNSUPPORTED, "ssh://far.example: not asked"),
    }
    assert outcome("engine", SLUG, NOTHING | CLI | remote) == [("fail", "host", "docker_not_installed")]


def test_the_client_beside_containerd() -> None:
    (finding,) = judge("engine", SLUG, KUBERNETES | CLI)
    assert (finding.status.value, finding.cause) == ("warn", "docker_not_installed")
    assert finding.title == "the docker command is here, its daemon is not; containerd 2.1.4 is"


@pytest.mark.parametrize(
    "name", ["docker.daemon_binary", "docker.daemon", "other_engines.podman", "other_engines.containerd"]
)
def test_not_looking_is_not_missing(name: str) -> None:
    assert outcome("engine", SLUG, NOTHING | {name: unavailable()}) == [("unknown", "host", "")]


def test_a_tree_of_files_has_no_processes() -> None:
    files = NOTHING | {"docker.daemon": unavailable(Reason.NOT_LIVE, "files only")}
    assert outcome("engine", SLUG, files) == [("fail", "host", "docker_not_installed")]


@pytest.mark.parametrize(
    ("container", "status"), [("docker", "skip"), ("kubernetes", "skip"), ("lxc", "fail")]
)
def test_inside_a_container_the_engine_is_outside(container: str, status: str) -> None:
    assert outcome("engine", SLUG, NOTHING | {"platform.container": container})[0][0] == status
