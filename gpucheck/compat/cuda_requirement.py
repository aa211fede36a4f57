"""What the nvidia/cuda images of a CUDA version require of the driver, and the cuda-compat inside.

A tag is rebuilt, and its list of exceptions changes with it: the newest list for the system is the one
in force, older ones are those a host may still have pulled.
"""

from functools import lru_cache

from gpucheck.compat.image_knowledge import ImageKnowledge
from gpucheck.model.image import Requirement
from gpucheck.model.image_rows import RequireVariantRow
from gpucheck.model.versions import Version

NAME = "NVIDIA_REQUIRE_CUDA"

Requirements = tuple[tuple[Requirement, ...] | None, tuple[Requirement, ...], str]
UNKNOWN: Requirements = (None, (), "")


@lru_cache(maxsize=512)
def listed_requirement(cuda: str, system: str, architecture: str, tables: ImageKnowledge) -> Requirements:
    """Return the requirement in force, the former ones, and the source; (None, (), "") if not known.

    Of a version without patch level the newest patch is meant; where the system is not known, the newest
    list of all systems is in force and the others count as former.
    """
    for version in _versions(cuda, tables):
        rows = [row for row in tables.require_variants(version) if row.architecture == architecture]
        ordered = _newest_first(rows, system)
        if ordered:
            texts = dict.fromkeys(tables.require_expression(row.string) for row in ordered)
            found = tuple(Requirement(NAME, text) for text in texts if text)
            return found[:1], found[1:], ordered[0].source
    return UNKNOWN


def _versions(cuda: str, tables: ImageKnowledge) -> list[str]:
    """Return the version, or the versions with its minor, newest first."""
    if cuda.count(".") > 1 or not cuda:
        return [cuda]
    patches = [known for known in tables.cuda_tags if known.startswith(f"{cuda}.")]
    # images of 11.1 say 11.1.0 inside
    return [cuda, *sorted({*patches, f"{cuda}.0"}, key=Version, reverse=True)]


def _newest_first(rows: list[RequireVariantRow], system: str) -> list[RequireVariantRow]:
    of_any_system = [row for row in rows if not row.newest_for and not row.once_for]
    newest = [row for row in rows if system in row.newest_for]
    if newest:
        return newest + [row for row in rows if system in row.once_for]
    return [row for row in rows if row.newest_for] + of_any_system


@lru_cache(maxsize=512)
def compat_driver_of(cuda: str, tables: ImageKnowledge) -> str | None:
    """Return the branch of the cuda-compat package in images of a CUDA; "" if none, None if not known."""
    minor = ".".join(cuda.split(".")[:2])
    row = tables.cuda_tags.get(cuda)
    if row is not None and row.compat is False:
        return ""
    package = tables.compat_packages.get(minor)
    if package is not None:
        return str(package.driver_branch)
    oldest = min((Version(known) for known in tables.compat_packages), default=None)
    return "" if cuda and oldest is not None and Version(minor) < oldest else None


@lru_cache(maxsize=512)
def architectures_of(cuda: str, system: str, tables: ImageKnowledge) -> tuple[str, ...]:
    """Return the architectures for which there are nvidia/cuda images of a version and system."""
    rows = tables.require_variants(cuda)
    found = {r.architecture for r in rows if not system or system in {*r.newest_for, *r.once_for}}
    return tuple(sorted(found))
