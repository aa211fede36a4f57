"""To which family of images a repository belongs, also behind mirrors and proxies.

``registry.local:5000/mirror/nvidia/cuda`` is taken for ``docker.io/nvidia/cuda``: mirrors keep the end of
the path. ``myorg/cuda`` is not. A repository of one part counts in its own registry only.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase

from gpucheck.compat.image_knowledge import ImageKnowledge
from gpucheck.model.image_rows import ImageFamilyRow
from gpucheck.model.reference import ImageReference

_MAX_PARTS = 4  # of the paths in the table


@dataclass(frozen=True, slots=True)
class FamilyMatch:
    """A family, and the repository under which its images are known."""

    row: ImageFamilyRow
    repository: str  # docker.io/nvidia/cuda
    mirrored: bool

    @property
    def name(self) -> str:
        """The last part of the repository: cuda."""
        return self.repository.rpartition("/")[2]


def family_of(reference: ImageReference, tables: ImageKnowledge) -> FamilyMatch | None:
    """Return the family of an image; of several that fit, the one with the longest path."""
    parts = reference.repository.split("/")
    known = tables.image_repositories
    for tail in _tails(parts):
        for path in _spellings(tail):
            match = _in_registry(reference, tail, path, known.get(path, ()))
            if match is not None:
                return match
    return None


def _tails(parts: list[str]) -> Iterator[list[str]]:
    for length in range(min(len(parts), _MAX_PARTS), 0, -1):
        yield parts[-length:]


def _spellings(tail: list[str]) -> Iterator[str]:
    """Yield the path as it is, then with its last parts as stars."""
    yield "/".join(tail)
    yield "/".join([*tail[:-1], "*"])
    if len(tail) > 2:  # noqa: PLR2004 - a first part must be left
        yield "/".join([*tail[:-2], "*", "*"])


def _in_registry(
    reference: ImageReference,
    tail: list[str],
    path: str,
    candidates: tuple[tuple[str, ImageFamilyRow], ...],
) -> FamilyMatch | None:
    whole = "/".join(tail) == reference.repository
    for registry, row in candidates:
        if whole and _same(reference.registry, registry):
            return FamilyMatch(row, f"{reference.registry}/{reference.repository}", mirrored=False)
    if "/" in path and candidates and reference.registry != "docker.io":
        registry, row = candidates[0]
        return FamilyMatch(row, f"{registry}/{'/'.join(tail)}", mirrored=True)
    return None


def _same(registry: str, known: str) -> bool:
    return registry == known or ("*" in known and fnmatchcase(registry, known))
