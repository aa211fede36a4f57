"""The GPU code in the framework that an image brings, as its publisher built it."""

from functools import lru_cache

from gpucheck.compat.image_knowledge import ImageKnowledge
from gpucheck.model.rows import FrameworkBuildRow

_PLATFORMS = {"amd64": "linux x86_64", "arm64": "linux aarch64"}


@lru_cache(maxsize=512)
def framework_build(
    framework: str, release: str, cuda: str, architecture: str, tables: ImageKnowledge
) -> FrameworkBuildRow | None:
    """Return the build of a framework's release (``2.11.0``) for a CUDA, None if it is not known.

    A build without variants is the only one of its release.
    """
    minor = ".".join(release.split(".")[:2])
    platform = _PLATFORMS.get(architecture, "")
    for row in tables.framework_builds:
        if (row.framework, row.release, row.platform) != (framework, minor, platform):
            continue
        if not row.variant or row.cuda == ".".join(cuda.split(".")[:2]):
            return row
    return None


def framework_in_words(framework: str, release: str, cuda: str) -> str:
    """Return ``pytorch 2.11.0 cu128``; TensorFlow and vLLM say no CUDA in their builds' names."""
    if framework == "pytorch" and cuda:
        return f"{framework} {release} cu{''.join(cuda.split('.')[:2])}"
    return f"{framework} {release}"
