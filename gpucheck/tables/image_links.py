"""What the tables of images say of each other, and of CUDA releases and builds, must be there."""

from collections.abc import Iterator

from gpucheck.model.data import Problem
from gpucheck.model.versions import Version
from gpucheck.tables.areas import IMAGE_RELEASES
from gpucheck.tables.load import Tables


def families(tables: Tables) -> Iterator[Problem]:
    """Find families that name a table of releases, a grammar or a framework that is not there."""
    grammars = {row.grammar for row in tables.rows_of("images/tag_patterns.json")}
    frameworks = {row.framework for row in tables.framework_builds}
    for row in tables.image_families:
        known = ((row.releases, IMAGE_RELEASES), (row.grammar, grammars), (row.framework, frameworks))
        for name, there in known:
            if name and name not in there:
                label = " ".join((row.family, *row.repositories))
                yield Problem("images/families.json", label, f"{name} is not tabled")


def requirements(tables: Tables) -> Iterator[Problem]:
    """Find images whose requirement is not among the strings."""
    for row in tables.rows_of("images/require_variants.json"):
        if row.string not in tables.require_strings:
            label = f"{row.cuda} {row.architecture} {row.string}"
            yield Problem("images/require_variants.json", label, f"string {row.string} is not tabled")


def cuda_of_images(tables: Tables) -> Iterator[Problem]:
    """Find images of a CUDA that was never released; those older than all tabled releases may lack."""
    oldest = min(map(Version, tables.cuda_releases), default=Version("0"))
    released = {".".join(cuda.split(".")[:2]) for cuda in tables.cuda_releases}
    names = ["images/cuda_tags.json", "images/require_variants.json"]
    for name in [*names, *(f"images/releases/{table}.json" for table in IMAGE_RELEASES)]:
        for number, row in enumerate(tables.rows_of(name), start=1):
            if not row.cuda or Version(row.cuda) < oldest:
                continue
            if ".".join(row.cuda.split(".")[:2]) not in released:
                yield Problem(name, f"row {number}", f"cuda: {row.cuda} is no release")


IMAGE_LINKS = (families, requirements, cuda_of_images)
