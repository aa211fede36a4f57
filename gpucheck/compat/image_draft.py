"""What the rows that speak of one image amount to, field by field.

A release's row knows better than the tag (labels lie), the tag better than the image it is built on,
and that one better than what holds for the whole family.
"""

from dataclasses import dataclass, field, fields, replace
from typing import Any

from gpucheck.compat.image_family import FamilyMatch
from gpucheck.compat.image_knowledge import ImageKnowledge
from gpucheck.compat.release_index import ReleaseIndex
from gpucheck.model.image import ImageNeed
from gpucheck.model.image_rows import ImageFamilyRow, ImageReleaseRow, TagPatternRow
from gpucheck.model.reference import ImageReference

_NO_RELEASE = ImageReleaseRow("", "")
_NO_PATTERN = TagPatternRow("", "", "", "")
_COMPILER = {"yes": True, "no": False}
_OTHER_VENDORS = {"amd", "intel"}
_SEVERAL = 2


@dataclass(slots=True)
class Draft:
    """An image, and the rows that speak of it."""

    reference: ImageReference
    match: FamilyMatch
    tables: ImageKnowledge
    architecture: str
    pattern: TagPatternRow = _NO_PATTERN
    words: dict[str, str] = field(default_factory=dict)
    index: ReleaseIndex | None = None
    releases: list[ImageReleaseRow] = field(default_factory=list)  # several: the tag may stand for each
    release: ImageReleaseRow = _NO_RELEASE  # what they agree on
    base: ImageNeed | None = None  # the image it is built on

    @property
    def family(self) -> ImageFamilyRow:
        """What holds for all images of the family."""
        return self.match.row

    @property
    def recognised(self) -> bool:
        """Whether the tag has a form that the family's images have."""
        return self.pattern is not _NO_PATTERN or bool(self.releases)

    @property
    def gpu(self) -> str:
        """Whose GPUs it is made for; "none" for CPU images."""
        said = self.release.gpu or self.pattern.gpu or self.family.gpu
        return "" if said == "unknown" else said

    @property
    def cuda(self) -> str:
        """The CUDA inside, two or three parts."""
        if self.gpu != "nvidia" or self.release.cuda_major:
            return ""
        inherited = self.base.cuda if self.base else ""
        return self.release.cuda or self.words.get("cuda", "") or inherited

    @property
    def cuda_major(self) -> str:
        """The major of the CUDA inside, where no more is known."""
        if self.gpu != "nvidia" or self.cuda:
            return ""
        inherited = self.base.cuda_major if self.base else ""
        return self.release.cuda_major or self.words.get("major", "") or inherited

    @property
    def flavour(self) -> str:
        """The flavour of the CUDA layer."""
        inherited = self.base.flavour if self.base else ""
        said = self.words.get("flavour", "") or self.pattern.flavour or self.release.flavour or inherited
        return said if self.gpu == "nvidia" and said != "unknown" else ""

    @property
    def os(self) -> str:
        """The system."""
        return self.words.get("os", "") or self.release.os or (self.base.os if self.base else "")

    @property
    def cudnn(self) -> str:
        """The number of cuDNN, or that it has none."""
        inherited = self.base.cudnn if self.base else ""
        return self.words.get("cudnn", "") or self.release.cudnn or inherited

    @property
    def compiler(self) -> bool | None:
        """Whether nvcc is inside."""
        for said in (self.release.compiler, self.pattern.compiler):
            if said is not None:
                return said
        policy = self.family.compiler
        if not self.recognised or self.gpu in _OTHER_VENDORS:
            return None
        if policy == "devel":
            return self.flavour == "devel" if self.flavour else None
        inherited = self.base.compiler if self.base and not policy else None
        return _COMPILER.get(policy, inherited)


def agreed(rows: list[ImageReleaseRow]) -> ImageReleaseRow:
    """Return what several rows have in common; of CUDA versions, the leading parts."""
    if not rows:
        return _NO_RELEASE
    if len(rows) == 1:
        return rows[0]
    same: dict[str, Any] = {
        part.name: getattr(rows[0], part.name)
        for part in fields(ImageReleaseRow)
        if all(getattr(row, part.name) == getattr(rows[0], part.name) for row in rows)
    }
    cuda = _common([row.cuda for row in rows])
    told = {"cuda": cuda} if "." in cuda else {"cuda_major": cuda}
    return ImageReleaseRow(**{"source": rows[0].source, "retrieved": rows[0].retrieved} | same | told)


def agreed_base(needs: list[ImageNeed]) -> ImageNeed | None:
    """Return what several images have in common on which this one may be built."""
    if len(needs) < _SEVERAL:
        return needs[0] if needs else None
    unknown = ImageNeed(needs[0].reference, needs[0].source)
    differing = {
        part.name: getattr(unknown, part.name)
        for part in fields(ImageNeed)
        if any(getattr(need, part.name) != getattr(needs[0], part.name) for need in needs)
    }
    return replace(needs[0], **differing)


def _common(versions: list[str]) -> str:
    shared = []
    for parts in zip(*(version.split(".") for version in versions), strict=False):
        if len(set(parts)) > 1:
            break
        shared.append(parts[0])
    return ".".join(shared)
