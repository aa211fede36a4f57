"""Whether a tag was ever published, as far as lists of tags reach, and which one was probably meant.

``nvidia/cuda:12.4-runtime-ubuntu22.04`` looks right and never existed: since 11.0.3 the version has three
parts.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from gpucheck.compat.image_knowledge import ImageKnowledge
from gpucheck.compat.release_index import ReleaseIndex
from gpucheck.model.image_rows import CudaTagsRow
from gpucheck.model.versions import Version

_CUDNN = re.compile(r"^cudnn\d*-")
_MINORS = 100  # more than a major of CUDA has


@dataclass(frozen=True, slots=True)
class CudaTag:
    """A tag of nvidia/cuda: 12.4.1-cudnn-devel-ubuntu22.04."""

    cuda: str
    flavour: str  # with cuDNN or TensorRT before it: cudnn-devel
    system: str  # "" in the bare forms of old

    @property
    def tag(self) -> str:
        """The tag as it is published."""
        return "-".join(part for part in (self.cuda, self.flavour, self.system) if part)

    @property
    def kind(self) -> str:
        """The flavour without the number of cuDNN, which tags have not had since 12.4.1."""
        return _CUDNN.sub("cudnn-", self.flavour)


_Numbered = tuple[int, int, CudaTag]  # minor (with its major), patch, tag


def tags_in(row: CudaTagsRow) -> list[CudaTag]:
    """Return all tags of a version."""
    return [
        CudaTag(row.cuda, flavour, system)
        for flavours, systems in row.systems.items()
        for flavour in flavours.split()
        for system in systems
    ]


@lru_cache(maxsize=64)
def _known(cuda: str, tables: ImageKnowledge) -> frozenset[str]:
    row = tables.cuda_tags.get(cuda)
    return frozenset(known.tag for known in tags_in(row)) if row else frozenset()


def cuda_tag_published(tag: str, cuda: str, tables: ImageKnowledge) -> bool | None:
    """Return whether a tag of nvidia/cuda was published; None where the lists do not reach."""
    row = tables.cuda_tags.get(cuda)
    if row is not None:
        return True if tag in _known(cuda, tables) else (False if row.complete else None)
    return False if _never_made(cuda, tables) else None


@lru_cache(maxsize=512)
def _never_made(cuda: str, tables: ImageKnowledge) -> bool:
    """Return whether a version without listed tags is known to have none.

    It is written too short, is no release of CUDA, or is older than the newest documented one.
    """
    if any(known.startswith(f"{cuda}.") for known in tables.cuda_tags):
        return True
    wanted = Version(cuda)
    if cuda not in tables.cuda_releases:
        return wanted < Version(next(iter(tables.cuda_releases)))
    documented = next(known for known, row in tables.cuda_tags.items() if row.complete)
    return wanted < Version(documented)


def nearest_cuda_tag(meant: CudaTag, tables: ImageKnowledge) -> str:
    """Return the published tag of nvidia/cuda that is nearest to one that is not; "" if none is near.

    The same minor before another, the shorter way before the longer, upwards before downwards, and of a
    minor the newest patch.
    """
    by_system = _by_kind(tables).get(meant.kind, {})
    major, minor = _numbers(meant.cuda)[:2]
    wanted = major * _MINORS + minor
    every = by_system.get(meant.system, [])
    if not meant.system and all(known[0] != wanted for known in every):
        every = _on_ubuntu(by_system)  # tags without a system ended long ago
    every = every or [known for found in by_system.values() for known in found]

    def distance(known: _Numbered) -> tuple[int, int]:
        way = known[0] - wanted
        return (way * 2 if way >= 0 else 1 - way * 2), -known[1]

    best = min(every, key=distance, default=None)
    return best[2].tag if best else ""


def _on_ubuntu(by_system: dict[str, list[_Numbered]]) -> list[_Numbered]:
    """Return the tags that are for Ubuntu, those for the newest first."""
    systems = sorted((system for system in by_system if system.startswith("ubuntu")), reverse=True)
    return [known for system in systems for known in by_system[system]]


@lru_cache(maxsize=8)
def _by_kind(tables: ImageKnowledge) -> dict[str, dict[str, list[_Numbered]]]:
    """Return all tags but release candidates by kind and system, each with its minor and patch."""
    found: dict[str, dict[str, list[_Numbered]]] = {}
    for cuda, row in tables.cuda_tags.items():
        major, minor, patch = (*_numbers(cuda), 0)[:3]
        for known in tags_in(row):
            if not known.system.endswith("rc"):
                of_kind = found.setdefault(known.kind, {}).setdefault(known.system, [])
                of_kind.append((major * _MINORS + minor, patch, known))
    return found


def _numbers(cuda: str) -> tuple[int, ...]:
    return tuple(int(part) for part in cuda.split("."))


def nearest_of_release(tag: str, release: str, index: ReleaseIndex) -> str:
    """Return the listed tag of a release that shares most words with ``tag``; "" if it has none."""
    words = set(tag.split("-"))
    known = [listed for row in index.variants_of(release) for listed in row.tags]
    return max(known, key=lambda listed: len(words & set(listed.split("-"))), default="")
