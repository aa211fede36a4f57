"""GC507: not Docker Desktop's virtual machine."""

from typing import Any

import pytest

from gpucheck.model.docker_context import DockerContext
from gpucheck.model.fact import Reason
from tests.builders import engine_info, unavailable
from tests.checks.engine.kinds import NO_DOCKER, WSL_DESKTOP
from tests.checks.judge import judge, outcome

SLUG = "docker_not_desktop"
CONTEXT = DockerContext("desktop-linux", "unix:///home/ada/.docker/desktop/docker.sock")
DESKTOP: dict[str, Any] = {
    "docker.context": CONTEXT,
    "docker.info": engine_info(docker_desktop=True, operating_system="Docker Desktop"),
}
SILENT = {"docker.info": unavailable(Reason.UNREACHABLE, "nobody")}


@pytest.mark.parametrize(
    ("changes", "status", "cause"),
    [
        ({}, "pass", ""),
        (DESKTOP, "fail", "docker_desktop_linux"),
        (DESKTOP | SILENT, "fail", "docker_desktop_linux"),
        # stopped, and no native engine beside it
        (NO_DOCKER | {"docker.context": CONTEXT}, "fail", "docker_desktop_linux"),
        (DESKTOP | {"pci.devices": ()}, "skip", ""),
        (WSL_DESKTOP, "pass", ""),
        (SILENT, "pass", ""),
        (NO_DOCKER, "skip", ""),
    ],
)
def test_outcomes(changes: dict[str, Any], status: str, cause: str) -> None:
    assert outcome("engine", SLUG, changes) == [(status, "host", cause)]


def test_a_stopped_one() -> None:
    (finding,) = judge("engine", SLUG, DESKTOP | SILENT)
    assert finding.title == (
        "the docker context leads to Docker Desktop, which does not answer, and whose VM has no GPU"
    )
    assert [(e.fact, e.observed, e.expected) for e in finding.evidence] == [
        ("docker.context", f"desktop-linux {CONTEXT.endpoint}", "default"),
    ]


def test_the_complaint() -> None:
    (finding,) = judge("engine", SLUG, DESKTOP)
    assert finding.title == "Docker Desktop answers; its virtual machine has no GPU"
    assert [(e.fact, e.observed, e.expected) for e in finding.evidence] == [
        ("docker.info", "Docker Desktop", "this host's own system"),
        ("docker.context", f"desktop-linux {CONTEXT.endpoint}", "default"),
    ]
    assert finding.remedy is not None
    assert finding.remedy.commands == (("docker", "context", "use", "default"),)
