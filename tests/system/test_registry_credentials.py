"""Stored logins: Docker's file, its helpers, Podman's file; nothing of them is ever shown."""

import json
import time
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest

from gpucheck.system.registry_credentials import Credentials, Login

HUB = "https://index.docker.io/v1/"
SECRET = "s3cret"


def coded(user: str = "ada", password: str = SECRET) -> str:
    return b64encode(f"{user}:{password}".encode()).decode()


def told(login: Login | None) -> tuple[str, str, str, str] | None:
    if login is None:
        return None
    return login.user, login.password, login.identity_token, login.registry_token


def looked_up(
    environment: dict[str, str],
    registry: str = "nvcr.io",
    repository: str = "nvidia/cuda",
    seconds: float = 20.0,
) -> tuple[Login | None, list[str]]:
    credentials = Credentials(environment)
    login = credentials.login(registry, repository, time.monotonic() + seconds)
    assert not [note for note in credentials.notes if SECRET in note]
    return login, credentials.notes


def docker(folder: Path, content: Any) -> dict[str, str]:
    text = content if isinstance(content, str) else json.dumps(content)
    (folder / "config.json").write_text(text)
    return {"DOCKER_CONFIG": str(folder)}


ADA = ("ada", SECRET, "", "")


@pytest.mark.parametrize(
    ("auths", "registry", "expected"),
    [
        ({"nvcr.io": {"auth": coded()}}, "nvcr.io", ADA),
        ({"nvcr.io": {"auth": coded(password="a:b:c")}}, "nvcr.io", ("ada", "a:b:c", "", "")),
        ({"nvcr.io": {"auth": coded(password=f"{SECRET}\0\0")}}, "nvcr.io", ADA),
        ({"nvcr.io": {"username": "ada", "password": SECRET}}, "nvcr.io", ADA),
        ({"nvcr.io": {"auth": coded(), "identitytoken": "i"}}, "nvcr.io", ("ada", SECRET, "i", "")),
        ({"nvcr.io": {"registrytoken": "r"}}, "nvcr.io", ("", "", "", "r")),
        ({"https://nvcr.io": {"auth": coded()}}, "nvcr.io", ADA),
        ({"https://nvcr.io/v1/": {"auth": coded()}}, "nvcr.io", ADA),
        ({"nvcr.io/v2/": {"auth": coded()}}, "nvcr.io", ADA),
        ({"r.test:5000": {"auth": coded()}}, "r.test:5000", ADA),
        ({"r.test": {"auth": coded()}}, "r.test:5000", None),
        ({"r.test:5000": {"auth": coded()}}, "r.test", None),
        ({HUB: {"auth": coded()}}, "docker.io", ADA),
        ({"docker.io": {"auth": coded()}}, "docker.io", ADA),
        ({HUB: {"auth": coded()}, "nvcr.io": {"auth": coded("bob")}}, "docker.io", ADA),
        ({HUB: {"auth": coded()}}, "nvcr.io", None),
        ({"nvcr.io": {}}, "nvcr.io", None),
        ({"nvcr.io": 7}, "nvcr.io", None),
        ({"nvcr.io": {"email": "ada@example.com"}}, "nvcr.io", None),
        ({}, "nvcr.io", None),
    ],
)
def test_logins_of_dockers_file(
    tmp_path: Path, auths: dict[str, Any], registry: str, expected: tuple[str, ...] | None
) -> None:
    login, notes = looked_up(docker(tmp_path, {"auths": auths}), registry)
    assert (told(login), notes) == (expected, [])


@pytest.mark.parametrize(
    "entry",
    [
        {"auth": "not base64!"},
        {"auth": b64encode(b"no colon").decode()},
        {"auth": b64encode(b":no user").decode()},
        {"auth": b64encode(b"\xff:x").decode()},
        {"auth": 7},
        {"identitytoken": ["x"]},
        {"registrytoken": "a\r\nb"},
        {"registrytoken": "é"},
    ],
)
def test_a_login_that_cannot_be_read(tmp_path: Path, entry: dict[str, Any]) -> None:
    login, notes = looked_up(docker(tmp_path, {"auths": {"nvcr.io": entry}}))
    where = f"{tmp_path}/config.json"
    assert (login, notes) == (None, [f"{where}: the login for nvcr.io cannot be read; went on without it"])


@pytest.mark.parametrize("content", ["", "{", "[]", "nonsense", '{"auths":' + "[" * 100_000, '{"a": NaN}'])
def test_a_file_that_is_no_json(tmp_path: Path, content: str) -> None:
    login, notes = looked_up(docker(tmp_path, content))
    assert (login, notes) == (None, [f"{tmp_path}/config.json is not the JSON of logins; went on without it"])


@pytest.mark.parametrize(
    "content", [{"auths": []}, {"auths": None}, {"credHelpers": "x"}, {"credsStore": 7}, {}]
)
def test_a_file_with_other_things_in_it(tmp_path: Path, content: Any) -> None:
    assert looked_up(docker(tmp_path, content)) == (None, [])


def test_a_file_that_is_none_or_is_too_large(tmp_path: Path) -> None:
    environment = {"DOCKER_CONFIG": str(tmp_path)}
    assert looked_up(environment) == (None, [])
    (tmp_path / "config.json").mkdir()
    place = f"{tmp_path}/config.json"
    assert looked_up(environment)[1] == [f"{place} is a directory; a file belongs there; went on without it"]
    (tmp_path / "config.json").rmdir()
    docker(tmp_path, " " * (2 << 20))
    assert looked_up(environment)[1] == [f"{place} is larger than 1048576 bytes; went on without it"]


def test_where_dockers_file_is(tmp_path: Path) -> None:
    (tmp_path / ".docker").mkdir()
    docker(tmp_path / ".docker", {"auths": {"nvcr.io": {"auth": coded()}}})
    assert told(looked_up({"HOME": str(tmp_path)})[0]) == ADA
    assert looked_up({"HOME": str(tmp_path), "DOCKER_CONFIG": f"{tmp_path}/none"}) == (None, [])
    assert looked_up({}) == (None, [])


@pytest.mark.parametrize(
    ("auths", "repository", "user"),
    [
        ({"quay.io": coded("whole")}, "team/app", "whole"),
        ({"quay.io/team": coded("team"), "quay.io": coded("whole")}, "team/app", "team"),
        ({"quay.io": coded("whole"), "quay.io/team/app": coded("app")}, "team/app", "app"),
        ({"quay.io/other": coded("other")}, "team/app", None),
        ({"https://quay.io/v1/": coded("old")}, "team/app", "old"),
    ],
)
def test_podmans_file_may_name_a_part_of_a_registry(
    tmp_path: Path, auths: dict[str, str], repository: str, user: str | None
) -> None:
    path = tmp_path / "auth.json"
    path.write_text(json.dumps({"auths": {key: {"auth": auth} for key, auth in auths.items()}}))
    login, notes = looked_up({"REGISTRY_AUTH_FILE": str(path)}, "quay.io", repository)
    assert (login and login.user, notes) == (user, [])


def test_podmans_file_comes_after_dockers(tmp_path: Path) -> None:
    (tmp_path / "containers").mkdir()
    both = {"auths": {"nvcr.io": {"auth": coded("podman")}, "docker.io": {"auth": coded("podman")}}}
    (tmp_path / "containers" / "auth.json").write_text(json.dumps(both))
    environment = docker(tmp_path, {"auths": {"nvcr.io": {"auth": coded("docker")}}}) | {
        "XDG_RUNTIME_DIR": str(tmp_path)
    }
    assert told(looked_up(environment)[0]) == ("docker", SECRET, "", "")
    assert told(looked_up(environment, "docker.io", "library/ubuntu")[0]) == ("podman", SECRET, "", "")


def helper(folder: Path, script: str, name: str = "test") -> str:
    """Put a helper into a folder; return the folder as a PATH."""
    path = folder / f"docker-credential-{name}"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return f"{folder}:/usr/bin:/bin"


ANSWER = json.dumps({"ServerURL": "x", "Username": "ada", "Secret": SECRET})


@pytest.mark.parametrize("config", [{"credsStore": "test"}, {"credHelpers": {"nvcr.io": "test"}}])
def test_a_helper_is_asked_for_the_server(tmp_path: Path, config: dict[str, Any]) -> None:
    path = helper(tmp_path, f"cat > {tmp_path}/asked; echo \"$1 $LC_ALL\" > {tmp_path}/how; echo '{ANSWER}'")
    environment = docker(tmp_path, {**config, "auths": {"nvcr.io": {}}}) | {"PATH": path}
    login, notes = looked_up(environment)
    assert (told(login), notes) == (ADA, [])
    assert (tmp_path / "asked").read_text() == "nvcr.io"
    assert (tmp_path / "how").read_text() == "get C\n"


def test_docker_hub_has_its_old_name_with_helpers_too(tmp_path: Path) -> None:
    path = helper(tmp_path, f"cat > {tmp_path}/asked; echo '{ANSWER}'")
    environment = docker(tmp_path, {"credHelpers": {HUB: "test"}, "credsStore": "none"}) | {"PATH": path}
    assert told(looked_up(environment, "docker.io", "library/ubuntu")[0]) == ADA
    assert (tmp_path / "asked").read_text() == HUB


def test_a_helper_for_one_registry_comes_before_the_store_for_all(tmp_path: Path) -> None:
    path = helper(tmp_path, f"echo '{ANSWER}'")
    environment = docker(tmp_path, {"credHelpers": {"nvcr.io": "test"}, "credsStore": "none"}) | {
        "PATH": path
    }
    assert told(looked_up(environment)[0]) == ADA


def test_a_helper_that_has_an_identity_token(tmp_path: Path) -> None:
    answer = json.dumps({"Username": "<token>", "Secret": SECRET})
    environment = docker(tmp_path, {"credsStore": "test"}) | {"PATH": helper(tmp_path, f"echo '{answer}'")}
    assert told(looked_up(environment)[0]) == ("", "", SECRET, "")


def test_a_helper_that_has_no_login_is_no_news(tmp_path: Path) -> None:
    script = "echo 'credentials not found in native keychain'; exit 1"
    environment = docker(tmp_path, {"credsStore": "test"}) | {"PATH": helper(tmp_path, script)}
    assert looked_up(environment) == (None, [])


@pytest.mark.parametrize(
    ("script", "words"),
    [
        (f"echo '{SECRET}' >&2; exit 1", "docker-credential-test fails"),
        (f"echo '{SECRET}'", "docker-credential-test prints no login"),
        ("true", "docker-credential-test prints no login"),
        ("echo '[]'", "docker-credential-test prints no login"),
        ("echo '{\"Username\": 7}'", "docker-credential-test prints no login"),
        ("head -c 3000000 /dev/zero", "docker-credential-test prints no login"),
        ("kill -9 $$", "docker-credential-test fails"),
    ],
)
def test_helpers_that_are_no_help(tmp_path: Path, script: str, words: str) -> None:
    environment = docker(tmp_path, {"credsStore": "test"}) | {"PATH": helper(tmp_path, script)}
    assert looked_up(environment) == (None, [f"{words}; went on without it"])


@pytest.mark.parametrize("script", ["exec sleep 600", "sleep 5"])
def test_a_helper_that_hangs_is_ended(tmp_path: Path, script: str) -> None:
    path = helper(tmp_path, script)
    environment = docker(tmp_path, {"credsStore": "test"}) | {"PATH": path}
    login, (note,) = looked_up(environment, seconds=0.4)
    assert login is None
    assert note.startswith(f"{tmp_path}/docker-credential-test get: no end within 0.")


@pytest.mark.parametrize("name", ["../test", "a/b", "", "-x", "x" * 200, "a b", "x\n"])
def test_names_no_helper_has(tmp_path: Path, name: str) -> None:
    environment = docker(tmp_path, {"credHelpers": {"nvcr.io": name}}) | {"PATH": str(tmp_path)}
    expected = ["no helper has such a name; went on without it"] if name else []
    assert looked_up(environment) == (None, expected)


@pytest.mark.parametrize("path", ["", ".", "relative:", "/nonexistent"])
def test_helpers_are_looked_for_in_path_only(
    tmp_path: Path, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    helper(tmp_path, f"echo '{ANSWER}'")
    monkeypatch.chdir(tmp_path)
    environment = docker(tmp_path, {"credsStore": "test"}) | {"PATH": path}
    expected = ["docker-credential-test is not in PATH; went on without it"]
    assert looked_up(environment) == (None, expected)


def test_a_helper_that_cannot_run(tmp_path: Path) -> None:
    path = tmp_path / "docker-credential-test"
    path.write_text("#!/nonexistent/interpreter\n")
    path.chmod(0o755)
    environment = docker(tmp_path, {"credsStore": "test"}) | {"PATH": str(tmp_path)}
    assert looked_up(environment)[1] == [f"{path}: No such file or directory; went on without it"]


def test_a_login_is_not_shown() -> None:
    assert SECRET not in repr(Login("ada", SECRET, SECRET, SECRET))
