"""Manifests, indexes and image configurations, as a registry hands them out; no request is made here.

Formats: https://github.com/opencontainers/image-spec/blob/v1.1.0/manifest.md, image-index.md and config.md
there; Docker's own, older names: https://distribution.github.io/distribution/spec/manifest-v2-2/
"""

import re
from dataclasses import dataclass
from typing import Any

from gpucheck.model.image_config import ImageConfig
from gpucheck.system.http_exchange import json_object, printable
from gpucheck.system.image_fields import environment, labels, listed, table, text, total

ACCEPTED = (
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.docker.distribution.manifest.v2+json",
)
_CONFIGS = (
    "application/vnd.oci.image.config.v1+json",
    "application/vnd.docker.container.image.v1+json",
)
_DIGEST = re.compile(r"sha256:[a-f0-9]{64}|sha384:[a-f0-9]{96}|sha512:[a-f0-9]{128}")
_LINUX = "linux"
_ATTESTATION = "vnd.docker.reference.type"  # annotation of an entry that describes another one
# variants that run wherever the architecture does; each is another name of the same thing
_VARIANTS = {"amd64": ("", "v1"), "arm64": ("", "v8")}


class NoImageError(ValueError):
    """What the reference leads to is sound, and no image that an engine can run; ``str()`` says what."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of an index: the manifest of one platform."""

    digest: str
    os: str
    architecture: str
    variant: str


def digest_of(data: bytes, algorithm: str = "sha256") -> str:
    """Return the digest of a document."""
    import hashlib

    return f"{algorithm}:{hashlib.new(algorithm, data).hexdigest()}"


def is_what(data: bytes, digest: str) -> bool:
    """Return whether a document is the one the digest names."""
    return digest_of(data, digest.partition(":")[0]) == digest


def document(body: bytes) -> dict[str, Any]:
    """Return an index or a manifest; raises NoImageError or another ValueError."""
    try:
        found = json_object(body)
    except TypeError:
        raise ValueError("not an object") from None
    if found.get("schemaVersion") == 1 or "fsLayers" in found:
        raise NoImageError("a manifest of schema 1, which engines no longer pull")
    if found.get("schemaVersion") != 2:  # noqa: PLR2004 - the one version there is
        raise ValueError("no version")
    # a text that is both could be read as one thing here and as the other by an engine
    if ("manifests" in found) == ("layers" in found or "config" in found):
        raise ValueError("neither an index nor a manifest, or both")
    return found


def is_index(found: dict[str, Any]) -> bool:
    """Return whether a document lists others, by platform."""
    return "manifests" in found


def entries(index: dict[str, Any]) -> list[Entry]:
    """Return what an index offers, attestations left out; raises ValueError."""
    found = []
    for item in map(table, listed(index["manifests"])):
        platform = table(item.get("platform"))
        system, architecture = text(platform.get("os")), text(platform.get("architecture"))
        if "unknown" in {system, architecture} or _ATTESTATION in table(item.get("annotations")):
            continue
        entry = Entry(_digest(item), system, architecture, text(platform.get("variant")))
        found.append(entry)
    return found


def chosen(offered: list[Entry], architecture: str) -> Entry | None:
    """Return the entry an engine would take on linux/``architecture``.

    An entry without a platform is taken where no other fits: its configuration will tell.
    """
    fitting = (entry for entry in offered if entry.os == _LINUX and _fits(entry, architecture))
    unnamed = (entry for entry in offered if not entry.os and not entry.architecture)
    return next(fitting, None) or next(unnamed, None)


def platforms(offered: list[Entry]) -> tuple[str, ...]:
    """Return the platforms by name: arm64, amd64/v3, windows/amd64."""
    return tuple(dict.fromkeys(_platform(entry) for entry in offered if entry.architecture))


def architectures(offered: list[Entry]) -> tuple[str, ...]:
    """Return the architectures offered for Linux."""
    found = (entry.architecture for entry in offered if entry.os == _LINUX and entry.architecture)
    return tuple(dict.fromkeys(printable(name, 40) for name in found))


def config_digest(manifest: dict[str, Any]) -> str:
    """Return where the configuration is; raises NoImageError where the manifest is of something else."""
    config = table(manifest.get("config"))
    media_type = text(config.get("mediaType"))
    if media_type not in _CONFIGS:
        raise NoImageError(
            f"no container image but {printable(media_type, 80) or 'something without a type'}"
        )
    return _digest(config)


def layers_size(manifest: dict[str, Any]) -> tuple[int | None, tuple[str, ...]]:
    """Return the bytes a pull transfers, or None and a note."""
    return total([table(layer).get("size") for layer in listed(manifest.get("layers"))])


def image_config(body: bytes, manifest: dict[str, Any]) -> ImageConfig:
    """Return the configuration of an image; raises ValueError."""
    try:
        found = json_object(body)
    except TypeError:
        raise ValueError("not an object") from None
    run = table(found.get("config"))
    size, notes = layers_size(manifest)
    steps = (text(table(step).get("created_by")) for step in listed(found.get("history")))
    return ImageConfig(
        environment=environment(run.get("Env")),
        labels=labels(run.get("Labels")),
        architecture=printable(text(found.get("architecture")), 40),
        os=printable(text(found.get("os")), 40),
        history=tuple(filter(None, steps)),
        size_bytes=size,
        notes=tuple(f"the registry states {note}" for note in notes),
    )


def _fits(entry: Entry, architecture: str) -> bool:
    return entry.architecture == architecture and entry.variant in _VARIANTS.get(architecture, ("",))


def _platform(entry: Entry) -> str:
    system = "" if entry.os == _LINUX else f"{entry.os}/"
    variant = "" if _fits(entry, entry.architecture) or not entry.variant else f"/{entry.variant}"
    return printable(f"{system}{entry.architecture}{variant}", 60)


def _digest(descriptor: dict[str, Any]) -> str:
    digest = text(descriptor.get("digest"))
    if not _DIGEST.fullmatch(digest):
        raise ValueError("no digest")
    return digest
