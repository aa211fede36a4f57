from typing import Any

import pytest

from gpucheck.model.docker_context import DockerContext
from gpucheck.model.fact import Reason
from tests.builders import a_binary, absent, engine_info, unavailable
from tests.checks.contract.agreed import NOTHING, said

SLUG = "engine_agreed"
PODMAN = {"other_engines.podman": a_binary("podman", version="5.4.0")}
NO_DOCKER = {
    "docker.info": unavailable(Reason.FAILED), "docker.daemon": absent(), "docker.daemon_binary": absent(),
}  # fmt: skip
BY_PODMAN = {"docker.info": engine_info(operating_system="Podman Engine", server_version="5.4.0")}


@pytest.mark.parametrize(
    ("text", "changes", "expected"),
    [
        ('name = "docker"', {}, [("pass", "Docker 28.5.2 (agreed: Docker)")]),
        ('name = "docker"\nversion = ">=29"', {},
         [("pass", "Docker 28.5.2 (agreed: Docker)"), ("fail", "Docker 28.5.2, where >=29 is agreed")]),
        ('version = ">=28"', {}, [("pass", "Docker 28.5.2 (agreed: >=28)")]),
        ('name = "docker"', {"docker.info": absent()}, [("fail", "no Docker, where Docker is agreed")]),
        ('name = "docker"', {"docker.info": unavailable(Reason.NOT_PERMITTED)},
         [("unknown", "could not tell whether the container engine is the one agreed on")]),
        # Podman behind Docker's socket is Podman
        ('name = "docker"', BY_PODMAN, [("fail", "no Docker, where Docker is agreed")]),
        ('version = ">=5"', BY_PODMAN | PODMAN, [("pass", "Podman 5.4.0 (agreed: >=5)")]),
        ('name = "podman"', PODMAN, [("pass", "Podman 5.4.0 (agreed: Podman)")]),
        ('name = "podman"', {"other_engines.podman": absent()}, [("fail", "no Podman, where Podman is agreed")]),
        # a host of Podman alone: the release is Podman's, and Docker is not unknown but not there
        ('version = ">=5"', NO_DOCKER | PODMAN, [("pass", "Podman 5.4.0 (agreed: >=5)")]),
        ('name = "docker"', NO_DOCKER | PODMAN, [("fail", "no Docker, where Docker is agreed")]),
        ('version = ">=5"', {"docker.info": engine_info(server_version="library-import")},
         [("unknown", "could not tell whether engine.version is kept to")]),
        ('name = "docker"', {"docker.context": DockerContext("far", "tcp://10.0.0.9:2376")},
         [("fail", "no Docker here: the docker context leads to tcp://10.0.0.9:2376, another machine,"
           " where Docker is agreed")]),
        ("", {}, [("skip", "the contract says nothing of the engine")]),
    ],
)  # fmt: skip
def test_engines(text: str, changes: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    found = said(SLUG, f"{NOTHING}[engine]\n{text}\n", changes)
    assert [(status, title) for status, _, title in found] == expected
