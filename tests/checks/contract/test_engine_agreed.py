from typing import Any

import pytest

from gpucheck.model.fact import Reason
from tests.builders import a_binary, absent, engine_info, unavailable
from tests.checks.contract.agreed import said

SLUG = "engine_agreed"
PODMAN = {"other_engines.podman": a_binary("podman", version="5.4.0")}
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
        ("", {}, [("skip", "the contract says nothing of the engine")]),
    ],
)  # fmt: skip
def test_engines(text: str, changes: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    found = said(SLUG, f"[engine]\n{text}\n", changes)
    assert [(status, title) for status, _, title in found] == expected
