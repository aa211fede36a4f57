from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from gpucheck.model.docker_context import DockerContext
from gpucheck.model.fact import Known, Reason, Unavailable
from gpucheck.probes.docker import PROBE
from tests.e2e.dockerd import RunningDockerd, dockerd_folder  # noqa: F401 - a fixture
from tests.probes.docker_host import a_proc, of_user, put_context
from tests.probes.doubles import User, a_system, facts, put


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return a_proc(tmp_path)


def test_the_context_is_dockers_default(root: Path) -> None:
    assert facts(PROBE, of_user(root))["context"] == Known(
        DockerContext("default", "unix:///var/run/docker.sock"), "docker's default"
    )


@pytest.mark.parametrize(
    ("value", "endpoint"),
    [
        ("unix:///run/user/1000/docker.sock", "unix:///run/user/1000/docker.sock"),
        ("gpu7:2375", "tcp://gpu7:2375"),
        ("tcp://me:s3cret@gpu7:2376", "tcp://gpu7:2376"),
        ("tcp://me:s3/cr@et@gpu7:2376/?token=s3cret#s3cret", "tcp://gpu7:2376/"),
        ("ssh://s3cret@gpu7", "ssh://gpu7"),
        ("unix:///home/user@domain/docker.sock", "unix:///home/user@domain/docker.sock"),
    ],
)
def test_docker_host_wins_and_gives_no_credentials_away(root: Path, value: str, endpoint: str) -> None:
    system = of_user(root, DOCKER_HOST=value, DOCKER_CONTEXT="other")
    assert facts(PROBE, system)["context"] == Known(DockerContext("default", endpoint), "DOCKER_HOST")


def test_the_context_in_use(root: Path) -> None:
    put(
        root,
        "/home/user/.docker/config.json",
        '{"auths": {"r": {"auth": "s3cret"}}, "currentContext": "rootless"}',
    )
    put_context(root, "rootless", {"Endpoints": {"docker": {"Host": "unix:///run/user/1000/docker.sock"}}})
    fact = facts(PROBE, of_user(root))["context"]
    assert fact.value == DockerContext("rootless", "unix:///run/user/1000/docker.sock")


def test_docker_context_wins_over_the_context_in_use(root: Path) -> None:
    put(root, "/opt/d/config.json", '{"currentContext": "rootless"}')
    put_context(root, "lab", {"Endpoints": {"docker": {"Host": "ssh://gpu7"}}}, "/opt/d")
    fact = facts(PROBE, of_user(root, DOCKER_CONTEXT="lab", DOCKER_CONFIG="/opt/d"))["context"]
    assert fact.value == DockerContext("lab", "ssh://gpu7")


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"currentContext": 3}', '{"currentContext": "default"}', "[" * 9999]
)
def test_a_config_json_of_any_shape(root: Path, text: str) -> None:
    put(root, "/home/user/.docker/config.json", text)
    assert facts(PROBE, of_user(root))["context"].value.name == "default"


@pytest.mark.parametrize("meta", [None, {}, [], {"Endpoints": {"docker": {"Host": 3}}}, {"Endpoints": []}])
def test_a_context_without_an_endpoint(root: Path, meta: Any) -> None:
    if meta is not None:
        put_context(root, "lab", meta)
    found = facts(PROBE, of_user(root, DOCKER_CONTEXT="lab"))
    digest = sha256(b"lab").hexdigest()
    why = Unavailable(
        Reason.FAILED,
        "DOCKER_CONTEXT names the context 'lab', and "
        f"/home/user/.docker/contexts/meta/{digest}/meta.json has no endpoint for it",
    )
    assert (found["context"], found["socket"]) == (why, why)


def test_a_service_without_home_finds_it_in_passwd(root: Path) -> None:
    put(root, "/etc/passwd", "root:x:0:0:root:/root:/bin/sh\nbroken\nbot:x:1000:1000::/srv/bot:/bin/sh\n")
    put(root, "/srv/bot/.docker/config.json", '{"currentContext": "lab"}')
    put_context(root, "lab", {"Endpoints": {"docker": {"Host": "tcp://gpu7:2375"}}}, "/srv/bot/.docker")
    fact = facts(PROBE, a_system(root, user=User(uid=1000)))["context"]
    assert fact.value.name == "lab"
