"""Which image is started where the user names none: a small one whose CUDA runs natively on this host.

One that the engine has already, else the newest base image of nvidia/cuda that is native here. Ubuntu's are
the smallest of these; how large each tag is no table tells.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from gpucheck.compat.families import KnownTag, tags_of
from gpucheck.compat.need_from_reference import need_from_reference
from gpucheck.compat.reference import parse_reference
from gpucheck.compat.verdict import judge
from gpucheck.errors import ImageReferenceError
from gpucheck.model.image import ImageNeed
from gpucheck.model.judgement import ImageVerdict, Mode
from gpucheck.model.reference import ImageReference
from gpucheck.model.target import Target
from gpucheck.tables import Tables

_FAMILY = "nvidia-cuda"
_BASE = "base"
_SYSTEM = "ubuntu"
_MODES = (Mode.NATIVE, Mode.MINOR_VERSION, Mode.FORWARD_COMPAT)
_FLAVOURS = (_BASE, "runtime", "", "devel")  # the smallest first


@dataclass(frozen=True, slots=True)
class Choice:
    """An image; or none, and why."""

    reference: ImageReference | None
    reason: str = ""


def chosen(local: Iterable[str], target: Target, tables: Tables, *, may_pull: bool) -> Choice:
    """Return the image to start; ``local`` are the names of those that the engine has."""
    here = min(_local(local, target, tables), key=lambda found: found[0], default=None)
    if here is not None:
        return Choice(here[1])
    if not may_pull:
        return Choice(None, "the engine has no CUDA image that runs here, and none may be pulled; name one")
    if not target.driver:
        return Choice(None, "the driver's release is not known, so no CUDA image can be chosen; name one")
    for tag in _bases(tables):
        need = tag.need(tables, target.architecture or "amd64")
        judgement = judge(need, target, tables)
        if judgement.verdict is ImageVerdict.RUNS and judgement.mode is Mode.NATIVE:
            return Choice(tag.reference)
    return Choice(None, "no base image of nvidia/cuda is native here; name one")


def _local(
    names: Iterable[str], target: Target, tables: Tables
) -> Iterator[tuple[tuple[int, int, str], ImageReference]]:
    """Yield the CUDA images that are here and run, each with how far it is from what is wanted."""
    for name in names:
        need = _need(name, target, tables)
        if need is None or need.family != _FAMILY:
            continue
        judgement = judge(need, target, tables)
        if judgement.verdict is ImageVerdict.RUNS and judgement.mode is not None:
            flavour = _FLAVOURS.index(need.flavour) if need.flavour in _FLAVOURS else len(_FLAVOURS)
            yield (_MODES.index(judgement.mode), flavour, name), need.reference


def _need(name: str, target: Target, tables: Tables) -> ImageNeed | None:
    try:
        reference = parse_reference(name)
    except ImageReferenceError:  # <none>:<none>
        return None
    return need_from_reference(reference, tables, target.architecture or "amd64")


def _bases(tables: Tables) -> Iterator[KnownTag]:
    """Yield the base images, newest first; of one CUDA release the newest Ubuntu first."""
    found = [
        tag
        for tag in tags_of(_FAMILY, tables)
        if tag.flavour == _BASE and not tag.cudnn and tag.os.startswith(_SYSTEM)
    ]
    order = list(dict.fromkeys(tag.cuda for tag in found))
    found.sort(key=lambda tag: tag.os, reverse=True)
    found.sort(key=lambda tag: order.index(tag.cuda))  # keeps the order of the former among equals
    return iter(found)
