"""Families of images by the words people use: a repository, a family's id, or the beginning of one."""

from dataclasses import dataclass

from gpucheck.cli.nearest import nearest
from gpucheck.errors import UsageError
from gpucheck.tables import Tables

_HUB = "docker.io/"


@dataclass(frozen=True, slots=True)
class Named:
    """A family, and the repository under which it was asked for."""

    family: str  # nvidia-cuda
    repository: str  # docker.io/nvidia/cuda


def families_named(words: list[str], tables: Tables) -> list[Named]:
    """Return the families, each once; raises UsageError for a word that names none, or several."""
    known = _known(tables)
    found = [_named(word.strip(), known) for text in words for word in text.split(",") if word.strip()]
    if not found:
        raise UsageError("--family: a name is needed, such as nvidia/cuda")
    return list({named.family: named for named in reversed(found)}.values())[::-1]


def _known(tables: Tables) -> dict[str, Named]:
    """Return every family under each of its names; a repository with a star is no name."""
    names: dict[str, Named] = {}
    for row in tables.image_families:
        plain = [repository for repository in row.repositories if "*" not in repository]
        if row.other_vendor or not plain:
            continue
        named = Named(row.family, plain[0])
        names.setdefault(row.family, named)
        for repository in plain:
            names.setdefault(repository, Named(row.family, repository))
            if repository.startswith(_HUB):
                names.setdefault(repository.removeprefix(_HUB), Named(row.family, repository))
    return names


def _named(word: str, known: dict[str, Named]) -> Named:
    if word in known:
        return known[word]
    starting = {named.family: named for name, named in known.items() if name.startswith(word)}
    if len(starting) == 1:
        return next(iter(starting.values()))
    if starting:
        raise UsageError(f"--family {word}: several begin so: {', '.join(sorted(starting))}")
    near = nearest(word, known, 3)
    hint = f"; near it: {', '.join(near)}" if near else ""
    raise UsageError(f"--family {word}: no such family of images{hint}")
