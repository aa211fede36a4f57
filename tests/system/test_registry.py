"""The client against a real registry (Debian's docker-registry), images pushed by plain PUTs."""

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gpucheck.compat.reference import parse_reference
from gpucheck.model.fact import Absent, Fact, Known, Reason, Unavailable
from gpucheck.model.image_config import ImageConfig, NotForPlatform
from gpucheck.system.registry import RegistryClient
from tests.fakes import registry as images
from tests.fakes.certificates import certificate_for
from tests.fakes.registry import RunningRegistry, described, digest, encoded
from tests.fakes.requirement import program
from tests.system.registries import ask, known, logins, only, resolver

HISTORY = [{"created_by": "ADD rootfs"}, {"empty_layer": True}, {"created_by": "ENV CUDA_VERSION=12.4.1"}]


def config(architecture: str = "amd64", **more: Any) -> dict[str, Any]:
    run = {"Env": ["PATH=/bin", "CUDA_VERSION=12.4.1", "EMPTY=", "PAIR=a=b"], "Labels": {"maintainer": "me"}}
    return {"architecture": architecture, "os": "linux", "config": run, "history": HISTORY, **more}


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningRegistry]:
    with RunningRegistry(tmp_path_factory.mktemp("registry")) as running:
        yield running


def push_index(
    running: RunningRegistry, repository: str, *platforms: dict[str, Any], tag: str = "v1"
) -> bytes:
    """Push an image for each platform, an attestation, and the index of them all; return the index."""
    entries = []
    for platform in platforms:
        manifest = running.push_image(repository, "", config(platform["architecture"]))
        entries.append(described(images.MANIFEST, manifest, platform=platform))
    attestation = running.push_image(repository, "", config("unknown", attestation=True))
    unknown = {"os": "unknown", "architecture": "unknown"}
    annotations = {"vnd.docker.reference.type": "attestation-manifest"}
    entries.append(described(images.MANIFEST, attestation, platform=unknown, annotations=annotations))
    index = encoded({"schemaVersion": 2, "mediaType": images.INDEX, "manifests": entries})
    running.put_manifest(repository, tag, index, images.INDEX)
    return index


AMD64 = {"os": "linux", "architecture": "amd64"}
ARM64_V8 = {"os": "linux", "architecture": "arm64", "variant": "v8"}


def test_the_configuration_of_a_single_image(registry: RunningRegistry) -> None:
    manifest = registry.push_image("team/app", "v1", config())
    fact = ask(f"{registry.host}/team/app:v1")
    url = f"http://{registry.host}/v2/team/app/manifests/v1"
    expected = ImageConfig(
        environment=(("PATH", "/bin"), ("CUDA_VERSION", "12.4.1"), ("EMPTY", ""), ("PAIR", "a=b")),
        labels={"maintainer": "me"},
        architecture="amd64",
        os="linux",
        history=("ADD rootfs", "ENV CUDA_VERSION=12.4.1"),
        size_bytes=31,
        digest=digest(manifest),
        architectures=("amd64",),
        source=url,
    )
    assert fact == Known(expected, url)


def test_dockers_own_formats(registry: RunningRegistry) -> None:
    manifest = registry.push_image("team/docker", "v1", config("arm64"), docker=True)
    assert known(ask(f"{registry.host}/team/docker:v1")).architecture == "arm64"
    entry = described(images.DOCKER_MANIFEST, manifest, platform={"os": "linux", "architecture": "arm64"})
    listing = encoded({"schemaVersion": 2, "mediaType": images.DOCKER_LIST, "manifests": [entry]})
    registry.put_manifest("team/docker", "list", listing, images.DOCKER_LIST)
    found = known(ask(f"{registry.host}/team/docker:list", "arm64"))
    assert (found.architecture, found.digest) == ("arm64", digest(listing))


@pytest.mark.parametrize("architecture", ["amd64", "arm64"])
def test_of_an_index_the_image_for_the_platform(registry: RunningRegistry, architecture: str) -> None:
    index = push_index(registry, "team/multi", AMD64, ARM64_V8)
    found = known(ask(f"{registry.host}/team/multi:v1", architecture))
    assert found.architecture == architecture
    assert found.architectures == ("amd64", "arm64")
    assert found.digest == digest(index)


def test_an_image_that_is_not_there_for_this_platform(registry: RunningRegistry) -> None:
    index = push_index(registry, "team/amd64only", AMD64, {**AMD64, "variant": "v3"})
    fact = ask(f"{registry.host}/team/amd64only:v1", "arm64")
    url = f"http://{registry.host}/v2/team/amd64only/manifests/v1"
    assert fact == Known(NotForPlatform("arm64", ("amd64", "amd64/v3"), digest(index), url), url)


def test_by_digest_the_tag_is_a_hint(registry: RunningRegistry) -> None:
    manifest = registry.push_image("team/app", "v1", config())
    registry.push_image("team/app", "v2", config("arm64"))
    found = known(ask(f"{registry.host}/team/app:v2@{digest(manifest)}"))
    assert (found.architecture, found.digest) == ("amd64", digest(manifest))


def test_what_is_not_there_is_absent(registry: RunningRegistry) -> None:
    registry.push_image("team/app", "v1", config())
    for name in ("manifests/v9", f"manifests/{digest(b'no')}"):
        mark = name.replace("manifests/", "@" if ":" in name else ":")
        fact = ask(f"{registry.host}/team/app{mark}")
        assert fact == Absent((f"http://{registry.host}/v2/team/app/{name}",))
    assert ask(f"{registry.host}/team/none:v1") == Absent(
        (f"http://{registry.host}/v2/team/none/manifests/v1",)
    )


def test_things_in_a_registry_that_are_no_images(registry: RunningRegistry) -> None:
    blob = encoded({"name": "chart"})
    registry.put_blob("team/chart", blob)
    chart = described("application/vnd.cncf.helm.config.v1+json", blob)
    manifest = encoded({"schemaVersion": 2, "mediaType": images.MANIFEST, "config": chart, "layers": []})
    registry.put_manifest("team/chart", "v1", manifest, images.MANIFEST)
    words = "no container image but application/vnd.cncf.helm.config.v1+json"
    assert ask(f"{registry.host}/team/chart:v1") == Unavailable(
        Reason.UNSUPPORTED, f"{registry.host}: {registry.host}/team/chart:v1 is {words}"
    )


def test_no_layer_is_pulled(registry: RunningRegistry) -> None:
    manifest = registry.push_parts("team/nolayers", config())
    registry.put_manifest("team/nolayers", "v1", manifest, images.MANIFEST)
    for layer in (b"first layer", b"second layer, longer"):
        hexadecimal = digest(layer).removeprefix("sha256:")
        place = (
            registry.folder / "data/docker/registry/v2/blobs/sha256" / hexadecimal[:2] / hexadecimal / "data"
        )
        place.write_bytes(b"")
    assert known(ask(f"{registry.host}/team/nolayers:v1")).size_bytes == 31


def test_a_registry_by_name_and_by_ipv6_literal_of_this_host(registry: RunningRegistry) -> None:
    registry.push_image("team/app", "v1", config())
    reference = parse_reference(f"localhost:{registry.port}/team/app:v1")
    found = known(RegistryClient({}).config_of(reference, "amd64", 20.0))  # by the C library's resolver
    assert found.source == f"http://localhost:{registry.port}/v2/team/app/manifests/v1"
    fact = ask(f"[::1]:{registry.port}/team/app:v1")  # it listens on 127.0.0.1 only
    assert isinstance(fact, Unavailable)
    assert fact.reason is Reason.UNREACHABLE


USER, PASSWORD = "ada", "pass:wörd"


@pytest.fixture(scope="module")
def locked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningRegistry]:
    folder = tmp_path_factory.mktemp("locked")
    argv = [program("htpasswd"), "-Bbn", USER, PASSWORD]
    line = subprocess.run(argv, capture_output=True, check=True, timeout=60).stdout
    (folder / "users").write_bytes(line)
    auth = {"auth": {"htpasswd": {"realm": "test", "path": str(folder / "users")}}}
    with RunningRegistry(folder, auth, user=(USER, PASSWORD)) as running:
        running.push_image("team/app", "v1", config())
        yield running


def test_a_locked_registry_with_the_stored_login(locked: RunningRegistry, tmp_path: Path) -> None:
    environment = logins(tmp_path, locked.host, USER, PASSWORD)
    assert known(ask(f"{locked.host}/team/app:v1", environment=environment)).architecture == "amd64"


def test_a_locked_registry_without_a_login(locked: RunningRegistry) -> None:
    fact = only(ask(f"{locked.host}/team/app:v1"), Reason.NOT_PERMITTED)
    said = "401: UNAUTHORIZED: authentication required"
    hint = f"no such repository, or one that needs another login (docker login {locked.host})"
    assert fact.detail == f"{locked.host}: {said}; {hint}"


def test_a_locked_registry_with_a_wrong_login(locked: RunningRegistry, tmp_path: Path) -> None:
    environment = logins(tmp_path, locked.host, USER, "stale-secret")
    fact = only(ask(f"{locked.host}/team/app:v1", environment=environment), Reason.NOT_PERMITTED)
    assert "stale" not in repr(fact)


def test_a_locked_registry_with_the_login_of_another_registry(
    locked: RunningRegistry, tmp_path: Path
) -> None:
    environment = logins(tmp_path, "registry.example:5000", USER, PASSWORD)
    only(ask(f"{locked.host}/team/app:v1", environment=environment), Reason.NOT_PERMITTED)


def test_a_registry_with_a_certificate_of_the_houses_own(tmp_path: Path) -> None:
    made = certificate_for(tmp_path, "registry.test")
    tls = {"certificate": str(made.certificate), "key": str(made.key)}
    with RunningRegistry(tmp_path, tls=tls) as running:
        host = f"registry.test:{running.port}"
        here = resolver("registry.test")
        reference = parse_reference(f"{host}/team/app:v1")

        def fact(certificates: Path, insecure: tuple[str, ...] = ()) -> Fact[ImageConfig | NotForPlatform]:
            client = RegistryClient({}, str(certificates), here)
            return client.config_of(reference, "amd64", 20.0, insecure)

        refused = only(fact(tmp_path / "certs.d"), Reason.UNREACHABLE)
        assert refused.detail.startswith(f"{host}: its certificate is not trusted: ")
        folder = tmp_path / "certs.d" / host
        folder.mkdir(parents=True)
        (folder / "ca.crt").write_bytes(made.authority.read_bytes())
        url = f"https://{host}/v2/team/app/manifests/v1"
        assert fact(tmp_path / "certs.d") == Absent((url,))
        # dockerd's insecure-registries: TLS goes on unverified
        assert fact(tmp_path / "none", (host,)) == Absent((url,))
        assert fact(tmp_path / "none", ("127.0.0.0/8",)) == Absent((url,))
        (folder / "ca.crt").write_text("no certificate")
        unreadable = only(fact(tmp_path / "certs.d"), Reason.UNREADABLE)
        assert unreadable.detail == f"{folder}/ca.crt: no certificate can be read from it"
