"""Images an engine has: inspected by their names and digests."""

import io
import json
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from gpucheck.compat.reference import parse_reference
from gpucheck.model.fact import Absent, Fact, Known, Reason, Unavailable
from gpucheck.model.image_config import ImageConfig
from gpucheck.system.docker_engine import DockerEngine
from gpucheck.system.engine_image import familiar
from tests.e2e.dockerd import RunningDockerd, dockerd_folder  # noqa: F401 - a fixture
from tests.fakes.registry import RunningRegistry
from tests.fakes.requirement import program
from tests.fakes.web_server import Reply, Request, Scripted, http
from tests.system.registries import LONG, ask, known, only

SHA = "sha256:" + "a" * 64
FOUND = {
    "Id": "sha256:" + "b" * 64,
    "RepoDigests": ["mirror.test/ubuntu@sha256:" + "c" * 64, f"ubuntu@{SHA}"],
    "Architecture": "arm64",
    "Os": "linux",
    "Size": 123456789,
    "Config": {"Env": ["CUDA_VERSION=12.4.1"], "Labels": {"a": "b"}},
}


@contextmanager
def engine(**images: Any) -> Iterator[Scripted]:
    """An engine that has these images, by path with / written as __."""
    known = {f"/v1.41/images/{name}/json": found for name, found in images.items()}

    def answer(request: Request) -> Reply:
        if request.target == "/version":
            return http({"ApiVersion": "1.41"})
        if request.target in known:
            return http(known[request.target])
        return http({"message": "No such image"}, "404 Not Found")

    with Scripted(answer) as server:
        yield server


def inspect(server: Scripted, reference: str) -> Fact[ImageConfig]:
    return DockerEngine().inspect_image(f"tcp://{server.host}", parse_reference(reference), LONG)


def test_an_image_by_its_full_name() -> None:
    with engine(**{"docker.io/library/ubuntu:22.04": FOUND}) as server:
        fact = inspect(server, "ubuntu:22.04")
    source = f"Engine API at tcp://{server.host}"
    expected = ImageConfig(
        environment=(("CUDA_VERSION", "12.4.1"),),
        labels={"a": "b"},
        architecture="arm64",
        os="linux",
        size_bytes=123456789,
        size_is_compressed=False,
        digest=SHA,
        architectures=("arm64",),
        source=source,
    )
    assert fact == Known(expected, source)


@pytest.mark.parametrize(
    ("reference", "asked"),
    [
        ("ubuntu", ["docker.io/library/ubuntu:latest", "ubuntu:latest"]),
        ("nvidia/cuda:12", ["docker.io/nvidia/cuda:12", "nvidia/cuda:12"]),
        ("nvcr.io/nvidia/cuda:12", ["nvcr.io/nvidia/cuda:12"]),
        (f"nvidia/cuda:12@{SHA}", [f"docker.io/nvidia/cuda@{SHA}", f"nvidia/cuda@{SHA}"]),
        ("[::1]:5000/a:b", ["%5B::1%5D:5000/a:b"]),
    ],
)
def test_the_names_it_is_asked_by(reference: str, asked: list[str]) -> None:
    with engine() as server:
        fact = inspect(server, reference)
    paths = [f"/v1.41/images/{name}/json" for name in asked]
    assert [request.target for request in server.requests] == ["/version", *paths]
    assert fact == Absent(tuple(f"tcp://{server.host}{path}" for path in paths))


def test_the_name_docker_shows_is_tried_too() -> None:
    with engine(**{"ubuntu:latest": FOUND}) as server:
        assert isinstance(inspect(server, "ubuntu"), Known)


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("docker.io/library/ubuntu", "ubuntu"),
        ("docker.io/library/a/b", "library/a/b"),
        ("docker.io/nvidia/cuda", "nvidia/cuda"),
        ("nvcr.io/library/cuda", "nvcr.io/library/cuda"),
    ],
)
def test_names_as_docker_shows_them(name: str, short: str) -> None:
    assert familiar(name) == short


@pytest.mark.parametrize(
    ("found", "size", "notes"),
    [
        ({}, None, ()),
        ({"Config": None, "RepoDigests": None, "Size": 0}, 0, ()),
        ({"Size": -1}, None, ("the engine states sizes that cannot be; none is given",)),
        ({"Size": "big"}, None, ("the engine states sizes that cannot be; none is given",)),
    ],
)
def test_an_image_with_little_in_it(found: Any, size: int | None, notes: tuple[str, ...]) -> None:
    with engine(**{"docker.io/library/ubuntu:latest": found}) as server:
        fact = inspect(server, "ubuntu")
    assert isinstance(fact, Known)
    assert (fact.value.environment, fact.value.size_bytes, fact.value.notes) == ((), size, notes)


@pytest.mark.parametrize("found", [[], "x", {"Config": []}, {"Config": {"Env": "A=b"}}, {"RepoDigests": [1]}])
def test_answers_no_engine_gives(found: Any) -> None:
    with engine(**{"docker.io/library/ubuntu:latest": found}) as server:
        only(inspect(server, "ubuntu"), Reason.MALFORMED)


def test_nests_too_deep_to_be_an_answer() -> None:
    with Scripted(lambda _: http(b"[" * 1_000_000)) as server:
        only(inspect(server, "ubuntu"), Reason.MALFORMED)
        only(DockerEngine().describe(f"tcp://{server.host}"), Reason.MALFORMED)


def test_an_error_of_the_engine_in_its_own_printable_words() -> None:
    with Scripted(lambda _: http({"message": "a\x1b[31m\nb"}, "500 Oops")) as server:
        fact = only(inspect(server, "ubuntu"), Reason.FAILED)
    assert fact.detail == f'tcp://{server.host}: /version answers 500: {{"message": "a\\u001b[31m\\nb"}}'


@pytest.mark.parametrize(
    ("endpoint", "reason"),
    [("tcp://gpu7.test:2375", Reason.UNSUPPORTED), ("ssh://gpu7.test", Reason.UNSUPPORTED)],
)
def test_engines_on_other_machines_are_not_asked(endpoint: str, reason: Reason) -> None:
    only(DockerEngine().inspect_image(endpoint, parse_reference("ubuntu")), reason)


def test_no_engine_does_not_mean_no_image(tmp_path: Path) -> None:
    endpoint = f"unix://{tmp_path}/images/s"
    fact = DockerEngine().inspect_image(endpoint, parse_reference("ubuntu"))
    assert fact == Unavailable(Reason.UNREACHABLE, f"{endpoint}: no engine there")


def test_a_real_engine(dockerd_folder: Path, tmp_path: Path) -> None:  # noqa: F811
    docker = program("docker")
    with RunningRegistry(tmp_path) as registry, RunningDockerd(dockerd_folder) as daemon:

        def run(*words: str, stdin: bytes = b"") -> str:
            argv = [docker, "-H", daemon.endpoint, *words]
            return subprocess.run(
                argv, input=stdin, capture_output=True, check=True, timeout=120
            ).stdout.decode()

        def fact(reference: str) -> Fact[ImageConfig]:
            return DockerEngine().inspect_image(daemon.endpoint, parse_reference(reference), LONG)

        changes = ["--change", "ENV CUDA_VERSION=12.4.1", "--change", "LABEL a=b"]
        run("import", *changes, "-", "gpucheck/test:v1", stdin=_tar())
        found = fact("gpucheck/test:v1")
        assert isinstance(found, Known)
        assert dict(found.value.environment)["CUDA_VERSION"] == "12.4.1"
        assert found.value.labels == {"a": "b"}
        told = json.loads(run("image", "inspect", "gpucheck/test:v1"))[0]
        assert (found.value.architecture, found.value.size_bytes) == (told["Architecture"], told["Size"])
        assert found.value.digest == ""  # never pulled or pushed
        assert isinstance(fact("gpucheck/test:v2"), Absent)
        assert isinstance(fact(f"gpucheck/test@{SHA}"), Absent)

        here = f"{registry.host}/gpucheck/test"
        run("tag", "gpucheck/test:v1", f"{here}:v1")
        run("push", f"{here}:v1")
        pushed = fact(f"{here}:v1")
        assert isinstance(pushed, Known)
        assert pushed.value.digest.startswith("sha256:")
        assert fact(f"{here}@{pushed.value.digest}") == pushed
        # what the engine pushed, its registry gives back
        served = known(ask(f"{here}:v1"))
        assert (served.digest, served.environment) == (pushed.value.digest, pushed.value.environment)
        assert (served.labels, served.architecture) == (pushed.value.labels, pushed.value.architecture)


def _tar() -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        info = tarfile.TarInfo("hello")
        info.size = 5
        archive.addfile(info, io.BytesIO(b"hello"))
    return packed.getvalue()
