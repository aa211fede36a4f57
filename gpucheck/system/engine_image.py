"""An image as the Engine API describes it, and the names it may have there.

https://docs.docker.com/reference/api/engine/version/v1.41/#tag/Image/operation/ImageInspect; raises
ValueError where the answer is not that of an engine.
"""

from typing import Any
from urllib.parse import quote

from gpucheck.model.image_config import ImageConfig
from gpucheck.model.reference import ImageReference
from gpucheck.system.image_fields import environment, labels, listed, table, text, total

_HUB = "docker.io/"
_OFFICIAL = "library/"


def image_paths(reference: ImageReference) -> tuple[str, ...]:
    """Return the API's paths for an image: by its full name, and by the one Docker shows."""
    mark = f"@{reference.digest}" if reference.digest else f":{reference.tag}"
    names = dict.fromkeys((reference.name, familiar(reference.name)))
    return tuple(f"/images/{quote(name + mark, safe='/:@')}/json" for name in names)


def familiar(name: str) -> str:
    """Return a name as Docker shows it, without what it fills in."""
    short = name.removeprefix(_HUB)
    official = short.removeprefix(_OFFICIAL)
    return official if short != name and "/" not in official else short


def inspected(found: dict[str, Any], reference: ImageReference, source: str) -> ImageConfig:
    """Return the configuration in an engine's answer."""
    run = table(found.get("Config"))
    size, notes = total([found["Size"]]) if "Size" in found else (None, ())
    architecture = text(found.get("Architecture"))
    return ImageConfig(
        environment=environment(run.get("Env")),
        labels=labels(run.get("Labels")),
        architecture=architecture,
        os=text(found.get("Os")),
        size_bytes=size,
        size_is_compressed=False,
        digest=_digest(listed(found.get("RepoDigests")), reference),
        architectures=(architecture,) if architecture else (),
        source=source,
        notes=tuple(f"the engine states {note}" for note in notes),
    )


def _digest(entries: list[Any], reference: ImageReference) -> str:
    """Return what the image was pulled as: the digest of its own repository."""
    for entry in entries:
        name, _, digest = text(entry).rpartition("@")
        if name in {reference.name, familiar(reference.name)}:
            return digest
    return ""
