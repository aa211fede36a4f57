"""GC502: the daemon runs and answers."""

from typing import Any

import pytest

from gpucheck.model.docker_context import DockerContext
from gpucheck.model.engine import Binary, DaemonProcess
from gpucheck.model.fact import Reason
from tests.builders import NOW, a_unit, absent, unavailable
from tests.checks.engine.kinds import DOCKER_ROOTLESS, NO_DOCKER, NOT_IN_GROUP, PODMAN_ONLY
from tests.checks.judge import judge, outcome

SLUG = "docker_running"
DOWN: dict[str, Any] = {
    "docker.daemon": absent("/proc/*/comm = dockerd"),
    "docker.info": absent("/var/run/docker.sock"),
    "docker.socket": absent("/var/run/docker.sock"),
    "services.units": (a_unit("docker.service", active="failed"),),
}
REFUSED = {"docker.info": unavailable(Reason.UNREACHABLE, "unix:///var/run/docker.sock: Connection refused")}


@pytest.mark.parametrize(
    ("changes", "title"),
    [
        ({}, "Docker 28.5.2 answers on unix:///var/run/docker.sock"),
        (DOCKER_ROOTLESS, "Docker 28.5.2 answers on unix:///run/user/1000/docker.sock"),
        (NOT_IN_GROUP, "dockerd (pid 1100) runs; this user may not talk to it"),
        (
            NOT_IN_GROUP | {"docker.daemon": absent("/proc"), "services.units": (a_unit("docker.socket"),)},
            "docker.socket is active; this user may not talk to it",
        ),
    ],
)
def test_it_runs(changes: dict[str, Any], title: str) -> None:
    (finding,) = judge("engine", SLUG, changes)
    assert (finding.status.value, finding.title) == ("pass", title)


def test_it_does_not_run() -> None:
    (finding,) = judge("engine", SLUG, DOWN)
    assert (finding.status.value, finding.cause) == ("fail", "docker_not_running")
    assert finding.title == "Docker is installed and not running"
    assert [(e.fact, e.observed, e.expected) for e in finding.evidence] == [
        ("docker.daemon", "absent", "dockerd"),
        ("docker.info", "absent", "an answer"),
        ("services.units", "docker.service failed", "active"),
    ]
    assert finding.remedy is not None
    assert finding.remedy.commands[0] == ("sudo", "systemctl", "start", "docker")
    assert finding.remedy.needs_root


@pytest.mark.parametrize(
    ("changes", "command"),
    [
        ({"platform.init_system": "init"}, ("sudo", "service", "docker", "start")),
        (
            {"docker.cli": Binary("/snap/bin/docker")},
            ("sudo", "snap", "start", "docker"),
        ),
        (
            {
                "docker.context": DockerContext(
                    "desktop-linux", "unix:///home/ada/.docker/desktop/docker.sock"
                )
            },
            ("systemctl", "--user", "start", "docker-desktop"),
        ),
        (
            {"docker.context": DockerContext("rootless", "unix:///run/user/1000/docker.sock")},
            ("systemctl", "--user", "start", "docker"),
        ),
    ],
)
def test_how_it_is_started(changes: dict[str, Any], command: tuple[str, ...]) -> None:
    (finding,) = judge("engine", SLUG, DOWN | changes)
    assert finding.remedy is not None
    assert finding.remedy.commands[0] == command


def test_a_stale_socket() -> None:
    assert outcome("engine", SLUG, DOWN | REFUSED) == [("fail", "host", "docker_not_running")]


def test_a_closed_door_with_nobody_behind_it() -> None:
    changes = NOT_IN_GROUP | {"docker.daemon": absent("/proc"), "services.units": DOWN["services.units"]}
    assert outcome("engine", SLUG, changes) == [("fail", "host", "docker_not_running")]


def test_a_closed_door_without_any_other_sign_is_unknown() -> None:
    changes = NOT_IN_GROUP | {"docker.daemon": unavailable(), "services.units": absent("systemd")}
    assert outcome("engine", SLUG, changes) == [("unknown", "host", "")]


def test_dockerd_runs_and_listens_elsewhere() -> None:
    (finding,) = judge("engine", SLUG, REFUSED)
    assert (finding.status.value, finding.cause) == ("fail", "docker_not_running")
    assert finding.title == "dockerd (pid 1100) runs, and nobody answers on unix:///var/run/docker.sock"
    assert finding.remedy is not None
    assert finding.remedy.commands == (("docker", "context", "ls"), ("sudo", "ss", "-lxp"))


def test_dockerd_has_just_started() -> None:
    young = DaemonProcess(1100, "/usr/bin/dockerd", NOW - 59, ())
    (finding,) = judge("engine", SLUG, REFUSED | {"docker.daemon": young})
    assert (finding.status.value, finding.title) == (
        "unknown",
        "dockerd (pid 1100) started 59 s ago and does not answer yet",
    )
    old = DaemonProcess(1100, "/usr/bin/dockerd", NOW - 60, ())
    assert outcome("engine", SLUG, REFUSED | {"docker.daemon": old})[0][0] == "fail"


def test_no_answer_in_time_is_unknown() -> None:
    late = {"docker.info": unavailable(Reason.TIMEOUT, "no answer within 4 s")}
    (finding,) = judge("engine", SLUG, late)
    assert (finding.status.value, finding.title) == ("unknown", "dockerd (pid 1100) did not answer in time")
    assert finding.detail == "no answer within 4 s"


@pytest.mark.parametrize("reason", [Reason.MALFORMED, Reason.CRASHED, Reason.NOT_LIVE])
def test_other_silence_is_unknown(reason: Reason) -> None:
    assert outcome("engine", SLUG, {"docker.info": unavailable(reason, "why")}) == [("unknown", "host", "")]


def test_hidden_processes_are_not_absent_ones() -> None:
    assert outcome("engine", SLUG, DOWN | {"docker.daemon": unavailable()}) == [("unknown", "host", "")]


def test_whether_docker_is_here_may_be_unknown() -> None:
    assert outcome("engine", SLUG, NO_DOCKER | {"docker.daemon": unavailable()}) == [("unknown", "host", "")]
    assert outcome("engine", SLUG, NO_DOCKER | {"docker.daemon_binary": unavailable()}) == [
        ("unknown", "host", "")
    ]


# behind a closed Docker socket there may be Podman
CLOSED = {"docker.info": unavailable(Reason.NOT_PERMITTED, "this user may not connect")}


@pytest.mark.parametrize("changes", [NO_DOCKER, PODMAN_ONLY, PODMAN_ONLY | CLOSED])
def test_without_docker_there_is_nothing_to_judge(changes: dict[str, Any]) -> None:
    assert outcome("engine", SLUG, changes) == [("skip", "host", "")]


def test_another_machine_is_not_judged() -> None:
    (finding,) = judge("engine", SLUG, {"docker.context": DockerContext("far", "tcp://10.1.2.3:2376")})
    assert finding.status.value == "skip"
    assert finding.title == "the docker context leads to tcp://10.1.2.3:2376, another machine (GC520)"
