"""GC520: the docker command talks to this machine."""

from typing import Any

import pytest

from gpucheck.model.docker_context import DockerContext
from tests.builders import a_binary, unavailable
from tests.checks.engine.kinds import DOCKER_ROOTLESS, NO_DOCKER
from tests.checks.judge import judge, outcome

SLUG = "docker_context_is_local"


def context(endpoint: str) -> dict[str, Any]:
    return {"docker.context": DockerContext("lab", endpoint)}


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({}, "pass"),
        (DOCKER_ROOTLESS, "pass"),
        (context("tcp://127.0.0.1:2375"), "pass"),
        (context("tcp://localhost:2375"), "pass"),
        (context("tcp://[::1]:2375"), "pass"),
        (context("tcp://10.0.0.7:2376"), "warn"),
        (context("ssh://gpu7"), "warn"),
        (context("ssh://localhost"), "warn"),
        (context("https://docker.example:2376"), "warn"),
        (NO_DOCKER | {"docker.cli": a_binary("docker")} | context("ssh://gpu7"), "warn"),
        ({"docker.context": unavailable()}, "unknown"),
        (NO_DOCKER, "skip"),
    ],
)
def test_outcomes(changes: dict[str, Any], status: str) -> None:
    cause = "docker_context_remote" if status == "warn" else ""
    assert outcome("engine", SLUG, changes) == [(status, "host", cause)]


def test_the_complaint() -> None:
    (finding,) = judge("engine", SLUG, context("ssh://gpu7"))
    assert finding.title == "the docker command talks to another machine: ssh://gpu7"
    assert [(e.fact, e.observed, e.expected) for e in finding.evidence] == [
        ("docker.context", "lab ssh://gpu7", "a unix socket")
    ]
    assert finding.remedy is not None
    assert finding.remedy.commands == (("docker", "context", "use", "default"),)
