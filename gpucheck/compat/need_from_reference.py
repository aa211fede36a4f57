"""What an image needs, judged by its reference alone: no engine, no registry.

The repository names the family, whose patterns take the tag apart. The CUDA stands in the tag, in the
repository's name or in a table of releases; the rest comes from the image it is built on, where that is
known. What none of them tells stays empty: a guess would be worse than none.
"""

from functools import lru_cache

from gpucheck.compat.cuda_requirement import (
    NAME,
    UNKNOWN,
    Requirements,
    architectures_of,
    compat_driver_of,
    listed_requirement,
)
from gpucheck.compat.framework_code import framework_build, framework_in_words
from gpucheck.compat.image_draft import Draft, agreed, agreed_base
from gpucheck.compat.image_family import FamilyMatch, family_of
from gpucheck.compat.image_knowledge import ImageKnowledge
from gpucheck.compat.image_notes import notes_of
from gpucheck.compat.image_publication import publication_of
from gpucheck.compat.release_index import release_index
from gpucheck.compat.tag_hint import hints_in
from gpucheck.compat.tag_words import filled, read_tag
from gpucheck.model.image import ImageNeed, NeedSource, Requirement
from gpucheck.model.reference import ImageReference
from gpucheck.model.rows import FrameworkBuildRow


def need_from_reference(
    reference: ImageReference, tables: ImageKnowledge, architecture: str = "amd64"
) -> ImageNeed:
    """Return what the tables know of an image; ``architecture`` is that of the host (amd64, arm64).

    ``source`` is TABLES where its family is known, else NONE with a note that says why nothing is.
    """
    match = family_of(reference, tables)
    if match is None:
        return ImageNeed(reference, NeedSource.NONE, notes=hints_in(reference))
    draft = Draft(reference, match, tables, architecture)
    if reference.tag:
        _read(draft, match)
    return _need(draft)


def _read(draft: Draft, match: FamilyMatch) -> None:
    """Find the rows that speak of the tag."""
    family, tag, tables = match.row, draft.reference.tag, draft.tables
    pattern, draft.words = read_tag(tables.tag_patterns(family.grammar or family.family), tag, match.name)
    draft.pattern = pattern or draft.pattern
    if family.releases:
        draft.index = release_index(tables, family.releases, family.product or match.name)
        draft.releases = draft.index.of_tag(tag)
        release = filled(draft.pattern.release, draft.words)
        if release and not draft.releases:
            draft.releases = draft.index.of_release(release, filled(draft.pattern.variant, draft.words))
    draft.release = agreed(draft.releases)
    told = {row.base for row in draft.releases if row.base} or {filled(draft.pattern.base, draft.words)}
    bases = [_need_of_base(base, tables, draft.architecture) for base in sorted(told) if base]
    draft.base = agreed_base(bases)


@lru_cache(maxsize=512)
def _need_of_base(text: str, tables: ImageKnowledge, architecture: str) -> ImageNeed:
    name, _, tag = text.rpartition(":")
    registry, _, repository = name.partition("/")
    return need_from_reference(ImageReference(text, registry, repository, tag), tables, architecture)


def _need(draft: Draft) -> ImageNeed:
    family, release, base, tables = draft.family, draft.release, draft.base, draft.tables
    cuda, gpu = draft.cuda, draft.gpu
    required, former, required_by = _requirements(draft)
    published, nearest = publication_of(draft)
    build = _build(draft)
    size = tables.image_size(f"{draft.match.repository}:{draft.reference.tag}")
    program_cuda = release.program_cuda if gpu == "nvidia" else ""
    capability = draft.words.get("capability", "") or draft.pattern.capability
    least = release.min_compute_capability or (build.min_compute_capability if build else "")
    return ImageNeed(
        draft.reference,
        NeedSource.TABLES,
        gpu=gpu,
        family="" if family.other_vendor else family.family,
        cuda=cuda,
        cuda_major=draft.cuda_major,
        cuda_bundled=release.cuda_bundled,
        program_cuda=program_cuda,
        min_driver=_min_driver(draft, cuda),
        flavour=draft.flavour,
        os=draft.os,
        cudnn=draft.cudnn,
        compiler=draft.compiler,
        requirements=required,
        former_requirements=former,
        compat_driver=_compat_driver(draft),
        compat_linked=_compat_linked(draft),
        framework=_framework(draft),
        sass=(capability,) if capability else (build.sm if build and build.sm else None),
        ptx=build.ptx if build and build.sm else None,
        min_compute_capability=least or (base.min_compute_capability if base else ""),
        architectures=_architectures(draft),
        tegra=draft.pattern.tegra,
        visible_devices=family.visible_devices or (base.visible_devices if base else None),
        driver_capabilities=_capabilities(draft),
        size_bytes=size.size_bytes if size else None,
        size_is_compressed=size.compressed is True if size else True,
        published=published,
        nearest_tag=nearest,
        notes=notes_of(draft, size, program_cuda),
        sources=_sources(draft, required_by, build),
    )


def _requirements(draft: Draft) -> Requirements:
    """Return the requirement in force, former ones, and where they were read."""
    said = draft.pattern.requirement
    if not said and draft.base is not None:
        return draft.base.requirements, draft.base.former_requirements, ""
    said = said or draft.family.requirement
    if said == "none":
        return (), (), ""
    pattern = draft.pattern
    if not said or draft.gpu != "nvidia" or not draft.recognised or pattern.moving or pattern.tegra:
        return UNKNOWN
    if said == "listed":
        return listed_requirement(draft.cuda, draft.os, draft.architecture, draft.tables)
    return (Requirement(NAME, said),), (), ""


def _compat_driver(draft: Draft) -> str | None:
    said = draft.pattern.compat
    if not said and draft.base is not None:
        return draft.base.compat_driver
    said = said or draft.family.compat
    if said == "none":
        return ""
    return compat_driver_of(draft.cuda, draft.tables) if said and draft.cuda else None


def _compat_linked(draft: Draft) -> bool:
    said = draft.pattern.compat or draft.family.compat
    return said == "linked" or (not said and draft.base is not None and draft.base.compat_linked)


def _min_driver(draft: Draft, cuda: str) -> str:
    """Return the driver that the toolkit was packaged with; the image below knows its patch level best."""
    if draft.pattern.tegra:
        return ""  # its driver comes with L4T
    if draft.base is not None and draft.base.cuda.startswith(cuda):
        cuda = draft.base.cuda
    for version in (cuda, f"{cuda}.0"):
        row = draft.tables.cuda_releases.get(version)
        if row is not None and row.driver:
            return row.driver
    return ""


def _build(draft: Draft) -> FrameworkBuildRow | None:
    framework, release = draft.family.framework, _framework_release(draft)
    if not framework or not release or "dev" in release or draft.gpu != "nvidia":
        return None
    cuda = draft.release.program_cuda or draft.cuda
    return framework_build(framework, release, cuda, draft.architecture, draft.tables)


def _framework(draft: Draft) -> str:
    framework, release = draft.family.framework, _framework_release(draft)
    if not framework or not release or draft.gpu != "nvidia":
        return ""
    return framework_in_words(framework, release, draft.release.program_cuda or draft.cuda)


def _framework_release(draft: Draft) -> str:
    return draft.words.get("torch", "") or draft.words.get("release", "")


def _architectures(draft: Draft) -> tuple[str, ...]:
    if draft.family.requirement == "listed" and draft.cuda:
        return architectures_of(draft.cuda, draft.os, draft.tables)
    return draft.family.architectures


def _capabilities(draft: Draft) -> str | None:
    if draft.gpu == "none":
        return None
    return draft.family.capabilities or (draft.base.driver_capabilities if draft.base else None)


def _sources(draft: Draft, required_by: str, build: FrameworkBuildRow | None) -> tuple[str, ...]:
    """Return the addresses behind the answer; that of the GPU code last."""
    rows = (draft.family.source, draft.pattern.source, *(row.source for row in draft.releases))
    base = draft.base.sources if draft.base else ()
    found = (*rows, *base, required_by, build.source if build else "")
    return tuple(dict.fromkeys(source for source in found if source))
