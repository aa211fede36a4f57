"""Where Docker Hub's images are asked for: its mirrors first, then Docker Hub itself, with its login."""

from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from gpucheck.model.fact import Absent, Fact, Reason
from tests.fakes.certificates import certificate_for
from tests.fakes.registry import digest, encoded
from tests.fakes.web_server import Reply, Request, Scripted, http
from tests.system.image_server import ImageServer
from tests.system.registries import LONG, ask, known, logins, only

HUB = "registry-1.docker.io"
MIRRORED = {"architecture": "amd64", "config": {"Env": ["FROM=mirror"]}}


@dataclass
class Hub:
    """Docker Hub, as far as this host can tell, with one image: team/app:v1."""

    images: ImageServer
    certificates: Path

    def ask(self, reference: str = "team/app:v1", *, timeout: float = LONG, **more: Any) -> Fact[Any]:
        certificates, ports = str(self.certificates), {"registry-1_docker_io": self.images.web.port}
        return ask(reference, timeout=timeout, certificates=certificates, ports=ports, **more)


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    made = certificate_for(tmp_path, HUB)
    (tmp_path / "certs.d" / HUB).mkdir(parents=True)
    (tmp_path / "certs.d" / HUB / "ca.crt").write_bytes(made.authority.read_bytes())
    images = ImageServer()
    images.web.tls = made.server()
    with images:
        yield Hub(images, tmp_path / "certs.d")


def test_docker_hub_by_its_own_name(hub: Hub) -> None:
    found = known(hub.ask())
    assert found.source == f"https://{HUB}/v2/team/app/manifests/v1"
    assert hub.images.web.requests[0].headers["host"] == HUB


def test_docker_hub_with_its_login_under_its_old_name(hub: Hub, tmp_path: Path) -> None:
    hub.images.challenge = 'Basic realm="hub"'

    def answer(request: Request, reply: Reply) -> Reply:
        if request.headers.get("authorization") == f"Basic {b64encode(b'ada:secret').decode()}":
            return http(hub.images.parts[request.path.removeprefix("/v2/team/app/")])
        return reply

    hub.images.instead = answer
    for key in ("https://index.docker.io/v1/", "docker.io"):
        environment = logins(tmp_path, key, "ada", "secret")
        assert known(hub.ask(environment=environment)).architecture == "amd64"
    refused = only(hub.ask(environment={}), Reason.NOT_PERMITTED)
    assert refused.detail.endswith("(docker login)")


def test_the_mirror_is_asked_first(hub: Hub) -> None:
    with ImageServer(config=encoded(MIRRORED)) as mirror:
        found = known(hub.ask(mirrors=(f"http://{mirror.host}/",)))
    assert found.environment == (("FROM", "mirror"),)
    assert found.source == f"http://{mirror.host}/v2/team/app/manifests/v1"
    assert hub.images.web.requests == []


@pytest.mark.parametrize(
    "answer",
    [
        http(b"", "404 Not Found"),
        http(b"", "500 Oops"),
        http(b"", "401 Unauthorized"),
        http(b"", "429 Slow down"),
        http(b"<html>"),
        b"",
    ],
)
def test_a_mirror_that_fails_leaves_it_to_docker_hub(hub: Hub, answer: bytes) -> None:
    with Scripted(lambda _: answer) as mirror:
        found = known(hub.ask(mirrors=(f"http://{mirror.host}",)))
    assert found.source == f"https://{HUB}/v2/team/app/manifests/v1"


def test_a_mirror_that_stalls_gets_half_of_the_time(hub: Hub) -> None:
    with Scripted(lambda _: b"", keep=True) as mirror:
        found = known(hub.ask(mirrors=(f"http://{mirror.host}",), timeout=4.0))
    assert found.source == f"https://{HUB}/v2/team/app/manifests/v1"


def test_docker_hub_has_the_last_word(hub: Hub) -> None:
    with Scripted(lambda _: http(b"", "500 Oops")) as mirror:
        fact = hub.ask("team/app:v9", mirrors=(f"http://{mirror.host}",))
    assert fact == Absent((f"https://{HUB}/v2/team/app/manifests/v9",))


def test_a_mirror_without_an_address_is_told(hub: Hub) -> None:
    found = known(hub.ask(mirrors=("mirror.example:5000", "ftp://mirror.example")))
    assert found.notes == ("one of the registry-mirrors is no address; passed over",)


def test_what_is_absent_stays_so_whatever_else_was_odd(hub: Hub) -> None:
    fact = hub.ask("team/app:v9", mirrors=("nonsense",))
    assert fact == Absent((f"https://{HUB}/v2/team/app/manifests/v9",))


def test_mirrors_are_for_docker_hub_only(hub: Hub) -> None:
    with ImageServer() as own, Scripted(lambda _: http(b"", "404 Not Found")) as mirror:
        assert known(ask(f"{own.host}/team/app:v1", mirrors=(f"http://{mirror.host}",))).architecture
    assert mirror.accepted == 0


def test_a_lone_digest_is_asked_for_by_digest(hub: Hub) -> None:
    wanted = digest(hub.images.manifest)
    hub.images.parts[f"manifests/{wanted}"] = hub.images.manifest
    assert known(hub.ask(f"team/app@{wanted}")).digest == wanted
    assert hub.images.web.asked[0] == f"GET /v2/team/app/manifests/{wanted}"
