"""What a reader should know of an image beside the plain answers: short sentences."""

from collections.abc import Iterator

from gpucheck.compat.image_draft import Draft
from gpucheck.compat.tag_hint import MOVING
from gpucheck.model.image_rows import ImageSizeRow


def notes_of(draft: Draft, size: ImageSizeRow | None, program_cuda: str) -> tuple[str, ...]:
    """Return the notes on an image, those on the reference first."""
    return tuple(dict.fromkeys((*_on_reference(draft), *_on_content(draft, size, program_cuda))))


def _on_reference(draft: Draft) -> Iterator[str]:
    reference, match = draft.reference, draft.match
    if match.mirrored:
        yield f"taken for a copy of {match.repository}"
    if reference.digest and reference.tag:
        yield "the digest decides what is pulled; the tag is only a hint"
    elif reference.digest:
        yield "a digest alone does not tell what it holds"
    if not reference.tag:
        return
    untold = reference.tag in MOVING and not draft.cuda and draft.gpu == "nvidia"
    if draft.pattern.moving or (untold and not draft.pattern.notes):
        yield f"the tag {reference.tag} moves with every release"
    elif not draft.recognised:
        yield f"no image of this family is known to be tagged like {reference.tag}"
    elif draft.index and not draft.releases and draft.pattern.release and "release" in draft.words:
        said = "; its CUDA is what the tag says" if draft.words.get("cuda") else ""
        yield f"this release is not in the tables{said}"


def _on_content(draft: Draft, size: ImageSizeRow | None, program_cuda: str) -> Iterator[str]:
    yield from draft.pattern.notes
    for row in draft.releases:
        yield from row.notes
    if len(draft.releases) > 1 and not draft.release.cuda and draft.gpu == "nvidia":
        seen = ", ".join(sorted({row.cuda or "one not known" for row in draft.releases}))
        yield f"the tag may stand for releases with different CUDA: {seen}"
    if draft.base is not None and draft.cuda == draft.base.cuda:
        yield from draft.base.notes
    spelled = draft.words.get("cuda", "")
    if spelled and draft.cuda and not draft.cuda.startswith(spelled) and not spelled.startswith(draft.cuda):
        yield f"the tag says CUDA {spelled}, the image holds {draft.cuda}"
    if program_cuda:
        below = f", the image below them holds {draft.cuda}" if draft.cuda else ""
        yield f"the programs inside are built for CUDA {program_cuda}{below}"
    if size is not None and size.compressed is None:
        yield "the source of the size does not say whether it is compressed"
    yield from draft.family.notes
