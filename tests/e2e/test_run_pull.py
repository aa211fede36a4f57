"""``gpucheck run`` pulls from a real registry, with the login that ``docker login`` stores."""

import json
import socket
import subprocess
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.beds.hook import HookDocker, hook_docker
from tests.e2e.runs import Ran, host_of, run, until
from tests.fakes.refusing_registry import ANSWERS, refusing_registry
from tests.fakes.registry import RunningRegistry
from tests.fakes.requirement import program

USER, PASSWORD = "puller", "hunter2-correct-horse"


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningRegistry]:
    folder = tmp_path_factory.mktemp("registry")
    argv = [program("htpasswd"), "-Bbn", USER, PASSWORD]
    (folder / "users").write_bytes(subprocess.run(argv, capture_output=True, check=True).stdout)
    auth = {"auth": {"htpasswd": {"realm": "test", "path": str(folder / "users")}}}
    with RunningRegistry(folder, auth) as running:
        yield running


@pytest.fixture(scope="module")
def login(registry: RunningRegistry, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the configuration that ``docker login`` writes."""
    folder = tmp_path_factory.mktemp("docker")
    secret = b64encode(f"{USER}:{PASSWORD}".encode()).decode()
    (folder / "config.json").write_text(json.dumps({"auths": {registry.host: {"auth": secret}}}))
    return folder


@pytest.fixture(scope="module")
def docker(registry: RunningRegistry, login: Path) -> Iterator[HookDocker]:
    with hook_docker("h100x8") as bed:
        bed.cli.import_images(bed.folder)
        cli = replace(bed.cli, env={**bed.cli.env, "DOCKER_CONFIG": str(login)})
        cli.said("tag", "cuda", f"{registry.host}/team/cuda:1")
        cli.said("push", f"{registry.host}/team/cuda:1")
        yield bed


@pytest.fixture
def bed(docker: HookDocker, registry: RunningRegistry) -> HookDocker:
    # dockerd removes a container after it has told how that ended, and no image that one still uses
    until(lambda: docker.cli.said("ps", "--all", "--quiet") == "", 15.0)
    docker.cli("rmi", f"{registry.host}/team/cuda:1", "cuda")
    return docker


def at(bed: HookDocker, image: str, *arguments: str, config: Path | str = "/nonexistent") -> Ran:
    env = host_of(
        "h100x8", bed.folder, DOCKER_HOST=bed.endpoint, DOCKER_CONFIG=str(config), HOME="/nonexistent"
    )
    return run(env, "--image", image, "--gpus", "1", *arguments)


def test_a_missing_image_is_pulled_with_the_stored_login(
    bed: HookDocker, registry: RunningRegistry, login: Path
) -> None:
    image = f"{registry.host}/team/cuda:1"
    ran = at(bed, image, config=login)
    assert ran.told == (0, "works", "match", "ok")
    assert ran.document["pull"]["pulled"]
    assert ran.document["pull"]["duration_ms"] > 0
    assert ran.stderr.splitlines()[0] == "gpucheck: getting the image"
    again = at(bed, image, config=login)
    assert (again.code, again.document["pull"]["pulled"], again.stderr) == (0, False, "")
    assert at(bed, image, "--pull", "always", config=login).document["pull"]["pulled"]


def test_without_a_login_it_could_not_be_determined(bed: HookDocker, registry: RunningRegistry) -> None:
    ran = at(bed, f"{registry.host}/team/cuda:1")
    assert (ran.code, ran.document["verdict"]) == (3, "unknown")
    assert "could not be had" in ran.document["reason"]
    assert ran.document["cause"] == "image_pull_denied"
    assert PASSWORD not in json.dumps(ran.document)


def test_a_file_of_logins_that_cannot_be_read_stops_nobody(
    bed: HookDocker, registry: RunningRegistry, tmp_path: Path
) -> None:
    (tmp_path / "config.json").write_text('{"auths": {"x": []}}')
    assert at(bed, "glibc", config=tmp_path).told == (0, "works", "match", "ok")


def test_a_tag_that_is_not_there(bed: HookDocker, registry: RunningRegistry, login: Path) -> None:
    ran = at(bed, f"{registry.host}/team/cuda:2", config=login)
    assert (ran.code, ran.document["cause"]) == (3, "image_tag_removed")


CAUSES = {
    "limited": "registry_rate_limited", "denied": "image_pull_denied", "unauthorized": "image_pull_denied",
    "gone": "image_tag_removed", "nameless": "image_tag_removed", "broken": "registry_unreachable",
}  # fmt: skip


@pytest.mark.parametrize("way", ANSWERS)
def test_each_refusal_of_a_registry_has_its_cause_and_remedy(way: str, bed: HookDocker) -> None:
    with refusing_registry() as host:
        ran = at(bed, f"{host}/{way}/cuda:1")
    assert (ran.told, ran.document["cause"]) == ((3, "unknown", "unknown", "not_run"), CAUSES[way])
    assert ran.document["remedy"]["summary"]


@pytest.mark.parametrize("host", ["127.0.0.1:1", "registry.invalid"])
def test_a_registry_that_is_not_there(host: str, bed: HookDocker) -> None:
    ran = at(bed, f"{host}/team/cuda:1")
    assert (ran.code, ran.document["cause"]) == (3, "registry_unreachable")


def test_a_pull_has_a_bound_of_its_own(bed: HookDocker) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:  # it takes the connection, and says nothing
        host = f"127.0.0.1:{silent.getsockname()[1]}"
        ran = at(bed, f"{host}/team/cuda:1", "--pull-timeout", "2", "--timeout", "20")
    assert (ran.code, ran.document["cause"]) == (3, None)
    assert ran.document["reason"] == f"{host}/team/cuda:1 could not be had: not complete after 2 s"
    assert ran.seconds < 15
