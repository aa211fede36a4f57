"""The published tags of a family that the tables know, newest first: what could run where an image does not.

nvidia/cuda is documented tag by tag. PyTorch's tags are made from the CUDA builds of its releases. Of the
other families the tables name some tags of each release; families without such a table have none here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from gpucheck.compat.image_knowledge import ImageKnowledge
from gpucheck.compat.need_from_reference import need_from_reference
from gpucheck.compat.published_tag import CudaTag, tags_in
from gpucheck.compat.release_index import release_key
from gpucheck.model.image import ImageNeed
from gpucheck.model.image_rows import ImageFamilyRow
from gpucheck.model.reference import ImageReference

_FLAVOURS = ("runtime", "devel")


@dataclass(frozen=True, slots=True)
class KnownTag:
    """A published tag and what it says; an empty text is "none, or not known"."""

    reference: ImageReference
    cuda: str
    flavour: str = ""
    os: str = ""
    cudnn: str = ""

    def need(self, tables: ImageKnowledge, architecture: str = "amd64") -> ImageNeed:
        """Return all that the tables know of it."""
        return need_from_reference(self.reference, tables, architecture)


@lru_cache(maxsize=64)
def tags_of(family: str, tables: ImageKnowledge) -> tuple[KnownTag, ...]:
    """Return the known tags of a family (``nvidia-cuda``), newest first; release candidates are left out."""
    rows = [row for row in tables.image_families if row.family == family]
    return tuple(tag for row in rows for tag in _tags(row, tables))


def _tags(row: ImageFamilyRow, tables: ImageKnowledge) -> Iterator[KnownTag]:
    repository = row.repositories[0]
    if row.requirement == "listed":
        yield from _of_cuda(repository, tables)
    elif row.releases:
        yield from _of_releases(row, repository, tables)
    elif row.framework == "pytorch" and row.family == row.framework:
        yield from _of_pytorch(repository, tables)


def _of_cuda(repository: str, tables: ImageKnowledge) -> Iterator[KnownTag]:
    for versions in tables.cuda_tags.values():
        for tag in tags_in(versions):
            if not tag.system.endswith("rc"):
                yield _cuda_tag(repository, tag)


def _cuda_tag(repository: str, tag: CudaTag) -> KnownTag:
    extra, _, flavour = tag.flavour.rpartition("-")
    cudnn = extra.removeprefix("cudnn") or "unnumbered" if extra.startswith("cudnn") else ""
    return KnownTag(_reference(repository, tag.tag), tag.cuda, flavour, tag.system, cudnn)


def _of_pytorch(repository: str, tables: ImageKnowledge) -> Iterator[KnownTag]:
    for row in tables.torch_wheels.values():
        if not row.cudnn:
            continue  # how the tags of that release number cuDNN is not known
        for cuda in reversed(row.cuda):
            for flavour in _FLAVOURS:
                tag = f"{row.torch}-cuda{cuda}-cudnn{row.cudnn}-{flavour}"
                yield KnownTag(_reference(repository, tag), cuda, flavour, cudnn=row.cudnn)


def _of_releases(row: ImageFamilyRow, repository: str, tables: ImageKnowledge) -> Iterator[KnownTag]:
    rows = [r for r in tables.image_releases(row.releases, row.product) if r.published is not False]
    tags = [(release_key(tag) or release_key(r.first), tag) for r in rows for tag in r.tags]
    tags.sort(key=lambda keyed: keyed[0], reverse=True)
    for _, tag in tags:
        need = need_from_reference(_reference(repository, tag), tables)
        if need.gpu == "nvidia":
            yield KnownTag(need.reference, need.cuda, need.flavour, need.os, need.cudnn)


def _reference(repository: str, tag: str) -> ImageReference:
    registry, _, path = repository.partition("/")
    return ImageReference(f"{repository}:{tag}", registry, path, tag)
