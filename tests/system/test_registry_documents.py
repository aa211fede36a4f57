from typing import Any

import pytest

from gpucheck.system import registry_documents as documents
from gpucheck.system.image_fields import total
from tests.fakes.registry import CONFIG, DOCKER_CONFIG, encoded

DIGEST = "sha256:" + "a" * 64


def entry(number: int, os: str = "linux", architecture: str = "amd64", variant: str = "") -> dict[str, Any]:
    platform = {"os": os, "architecture": architecture, **({"variant": variant} if variant else {})}
    return {"digest": f"sha256:{number:064d}", "platform": platform}


ATTESTATION = {
    **entry(9, "unknown", "unknown"),
    "annotations": {
        "vnd.docker.reference.type": "attestation-manifest",
        "vnd.docker.reference.digest": DIGEST,
    },
}


def picked(architecture: str, *items: dict[str, Any]) -> int | None:
    found = documents.chosen(documents.entries({"manifests": list(items)}), architecture)
    return None if found is None else int(found.digest.removeprefix("sha256:"))


@pytest.mark.parametrize(
    ("architecture", "items", "number"),
    [
        ("amd64", [entry(1), entry(2, architecture="arm64")], 1),
        ("arm64", [entry(1), entry(2, architecture="arm64")], 2),
        ("arm64", [entry(1, architecture="arm64", variant="v8")], 1),
        ("arm64", [entry(1, architecture="arm64", variant="v9")], None),
        ("arm64", [entry(1, architecture="arm", variant="v8")], None),
        ("amd64", [entry(1, variant="v1")], 1),
        ("amd64", [entry(1, variant="v3"), entry(2)], 2),
        ("amd64", [entry(1, variant="v3")], None),
        ("amd64", [entry(1, os="windows"), entry(2)], 2),
        ("amd64", [entry(1, os="windows")], None),
        ("amd64", [entry(1), entry(2)], 1),
        ("amd64", [ATTESTATION], None),
        ("amd64", [{**entry(1), "annotations": ATTESTATION["annotations"]}, entry(2)], 2),
        ("amd64", [{"digest": entry(1)["digest"]}], 1),
        ("amd64", [{"digest": entry(1)["digest"]}, entry(2)], 2),
        ("riscv64", [entry(1, architecture="riscv64")], 1),
        ("ppc64le", [entry(1, architecture="ppc64le", variant="x")], None),
        ("amd64", [], None),
    ],
)
def test_what_an_engine_would_take(
    architecture: str, items: list[dict[str, Any]], number: int | None
) -> None:
    assert picked(architecture, *items) == number


def test_what_is_offered() -> None:
    items = [
        entry(1),
        entry(2, variant="v3"),
        entry(3, architecture="arm64", variant="v8"),
        entry(4, architecture="arm", variant="v7"),
        entry(5, os="windows"),
        entry(6, os="windows"),
        ATTESTATION,
        {"digest": DIGEST},
        entry(7, architecture="a\x1b[31mb"),
    ]
    offered = documents.entries({"manifests": items})
    assert documents.platforms(offered) == (
        "amd64",
        "amd64/v3",
        "arm64",
        "arm/v7",
        "windows/amd64",
        "a [31mb",
    )
    assert documents.architectures(offered) == ("amd64", "arm64", "arm", "a [31mb")


@pytest.mark.parametrize("media_type", [CONFIG, DOCKER_CONFIG])
def test_configurations_of_images(media_type: str) -> None:
    assert documents.config_digest({"config": {"mediaType": media_type, "digest": DIGEST}}) == DIGEST


@pytest.mark.parametrize(
    "media_type",
    [
        "application/vnd.docker.plugin.v1+json",
        "application/vnd.oci.empty.v1+json",
        "application/vnd.wasm.config.v0+json",
        "",
        None,
    ],
)
def test_configurations_of_other_things(media_type: str | None) -> None:
    with pytest.raises(documents.NoImageError, match=r"^no container image but "):
        documents.config_digest({"config": {"mediaType": media_type, "digest": DIGEST}})


@pytest.mark.parametrize(
    "found",
    [{"schemaVersion": 2}, {"schemaVersion": "2", "manifests": []}, {"schemaVersion": 3, "config": {}}],
)
def test_documents_of_no_kind(found: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        documents.document(encoded(found))


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [
        ([], 0),
        ([0], 0),
        ([1, 2], 3),
        ([1 << 44], 1 << 44),
        ([1 << 44, 1], None),
        ([-1], None),
        ([True], None),
    ],
)
def test_sums(sizes: list[Any], expected: int | None) -> None:
    found, notes = total(sizes)
    assert found == expected
    assert bool(notes) == (expected is None)
