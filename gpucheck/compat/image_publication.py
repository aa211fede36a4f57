"""Whether the image of a reference was ever published, and which tag was probably meant."""

from gpucheck.compat.image_draft import Draft
from gpucheck.compat.published_tag import (
    CudaTag,
    cuda_tag_published,
    nearest_cuda_tag,
    nearest_of_release,
)

Publication = tuple[bool | None, str]
UNKNOWN: Publication = (None, "")


def publication_of(draft: Draft) -> Publication:
    """Return whether the tag was published, and the nearest that was where it was not."""
    tag = draft.reference.tag
    if not tag or not draft.recognised:
        return UNKNOWN
    if draft.family.requirement == "listed":  # nvidia/cuda itself, whose tags are documented
        return _of_cuda(draft, tag)
    if draft.release.published is False:
        return False, _neighbour(draft)
    if draft.index is None:
        return UNKNOWN
    if draft.index.of_tag(tag):
        return True, ""
    release = draft.words.get("release", "")
    if draft.pattern.listed and not draft.releases and draft.index.variants_of(release):
        return False, nearest_of_release(tag, release, draft.index)
    return UNKNOWN


def _of_cuda(draft: Draft, tag: str) -> Publication:
    cuda = draft.words.get("cuda", "")
    if not cuda:
        return UNKNOWN
    published = cuda_tag_published(tag, cuda, draft.tables)
    if published is not False or not draft.flavour:
        return published, ""
    cudnn = "" if not draft.cudnn else f"cudnn{draft.cudnn.removeprefix('unnumbered')}-"
    if "-tensorrt-" in tag:
        cudnn = "tensorrt-"
    return False, nearest_cuda_tag(CudaTag(cuda, f"{cudnn}{draft.flavour}", draft.os), draft.tables)


def _neighbour(draft: Draft) -> str:
    """Return the listed tag of the same variant next to a release that has none, a newer one first."""
    rows = [row for row in draft.index.rows if row.variant == draft.release.variant] if draft.index else []
    place = rows.index(draft.release)
    nearest = [*reversed(rows[:place]), *rows[place:]]
    return next((row.tags[0] for row in nearest if row.tags), "")
