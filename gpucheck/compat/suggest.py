"""Which images of a family run on a host: the known tags, newest first, judged like any other image."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Protocol

from gpucheck.compat.case import version
from gpucheck.compat.families import KnownTag, tags_of
from gpucheck.compat.image_knowledge import ImageKnowledge
from gpucheck.compat.knowledge import Knowledge
from gpucheck.compat.sentence import answer
from gpucheck.compat.verdict import judge
from gpucheck.model.choices import Use
from gpucheck.model.image import ImageNeed
from gpucheck.model.judgement import ImageVerdict, Judgement, Mode
from gpucheck.model.suggestion import Suggestions
from gpucheck.model.target import Target
from gpucheck.model.versions import Version

_MOST = 400  # images of one family that are judged; beyond these are years
_UBUNTU = re.compile(r"ubuntu(\d+)\.(\d+)")
_MODES = (Mode.NATIVE, Mode.MINOR_VERSION, Mode.FORWARD_COMPAT)
_INFERENCE = ("runtime", "base", "")  # flavours that run programs, the one with more in it first


class EveryKnowledge(Knowledge, ImageKnowledge, Protocol):
    """What both the rules and the tags need to know of the world."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is looked for: a family, a use, and how many."""

    family: str
    repository: str = ""  # under which it was asked for
    use: Use = Use.ANY
    limit: int = 1
    like: ImageNeed | None = None  # an image in whose place it is to be taken


def suggestions(wish: Wish, target: Target, tables: EveryKnowledge) -> Suggestions:
    """Return the newest images of a family that run on the target."""
    found, others = _judged(wish, target, tables)
    best = sorted(found, key=lambda judgement: _rank(judgement, wish))[: wish.limit]
    if best:
        return Suggestions(wish.family, wish.repository, ImageVerdict.RUNS, tuple(best))
    return _none(wish, others, target)


def _judged(wish: Wish, target: Target, tables: EveryKnowledge) -> tuple[list[Judgement], list[Judgement]]:
    """Return what runs, newest first, until enough is just what is wanted; and what does not."""
    found: list[Judgement] = []
    others: list[Judgement] = []
    tags = _of_one_system(tags_of(wish.family, tables), wish.like.os if wish.like else "")
    tags = _alike_first(tags, wish.like)
    for need in islice(_needs(tags, target, tables), _MOST):
        judgement = judge(need, target, tables)
        (found if judgement.verdict is ImageVerdict.RUNS else others).append(judgement)
        if sum(_rank(j, wish) == (0, 0) for j in found) >= wish.limit:
            break
    return found, others


def newest_that_run(need: ImageNeed, target: Target, tables: EveryKnowledge) -> tuple[Judgement, ...]:
    """Return the images of the same family, and of the same kind if possible, to take in the place of one.

    The newest of those that run most surely; then one with a newer CUDA, which needs more of the driver.
    """
    if not need.family:
        return ()
    wish = Wish(need.family, like=need)
    found, _ = _judged(wish, target, tables)
    if not found:
        return ()
    surest = min(found, key=lambda judgement: _rank(judgement, wish))
    newest = min(found, key=lambda judgement: _unlike(judgement.need, need))
    return (surest, newest) if _cuda(newest.need) > _cuda(surest.need) else (surest,)


def _cuda(need: ImageNeed) -> Version:
    return version(need.program_cuda or need.cuda or need.cuda_major) or Version("0")


def _needs(tags: Iterable[KnownTag], target: Target, tables: EveryKnowledge) -> Iterator[ImageNeed]:
    for tag in tags:
        need = tag.need(tables, target.architecture or "amd64")
        # as people write it
        text = need.reference.text.removeprefix("docker.io/")
        yield replace(need, reference=replace(need.reference, text=text))


def _of_one_system(tags: Iterable[KnownTag], system: str) -> Iterable[KnownTag]:
    """Return one tag of those that differ in the system alone: of that one, else of the newest Ubuntu."""
    chosen: dict[str, KnownTag] = {}
    for tag in tags:
        key = tag.reference.tag.removesuffix(tag.os)
        if key not in chosen or _preference(tag.os, system) > _preference(chosen[key].os, system):
            chosen[key] = tag
    return chosen.values()


def _alike_first(tags: Iterable[KnownTag], like: ImageNeed | None) -> Iterable[KnownTag]:
    """Return the tags of the wanted kind before all others: where one of them runs, those are not judged."""
    if like is None:
        return tags
    return sorted(tags, key=lambda t: (t.flavour != like.flavour, bool(t.cudnn) != bool(like.cudnn)))


def _preference(system: str, wanted: str) -> tuple[bool, int, int]:
    match = _UBUNTU.fullmatch(system)
    version = (int(match.group(1)), int(match.group(2))) if match else (0, 0)
    return system == wanted, *version


def _rank(judgement: Judgement, wish: Wish) -> tuple[int, int]:
    """Return how far an image is from what is wanted; (0, 0) is just it.

    In the place of another image the surest is wanted; else the newest, but what needs the compat
    package comes after what the driver runs by itself.
    """
    need, like = judgement.need, wish.like
    if like is not None:
        mode = _MODES.index(judgement.mode) if judgement.mode else len(_MODES)
        return mode, _unlike(need, like)
    return int(judgement.mode is Mode.FORWARD_COMPAT), _unfit(need, wish.use)


def _unlike(need: ImageNeed, like: ImageNeed) -> int:
    return (need.flavour != like.flavour) * 2 + (bool(need.cudnn) != bool(like.cudnn))


def _unfit(need: ImageNeed, use: Use) -> int:
    if use is Use.BUILD:
        return 0 if need.compiler else 1
    if use is Use.INFERENCE:
        return _INFERENCE.index(need.flavour) if need.flavour in _INFERENCE else len(_INFERENCE)
    return 0


def _none(wish: Wish, others: list[Judgement], target: Target) -> Suggestions:
    """Return that nothing runs, with why the newest does not; or that it could not be told."""
    family, repository = wish.family, wish.repository
    if not others:
        return Suggestions(family, repository, ImageVerdict.UNKNOWN, (), "no tag of it is known by its name")
    unclear = [judgement for judgement in others if judgement.verdict is ImageVerdict.UNKNOWN]
    newest = (unclear or others)[0]
    verdict = ImageVerdict.UNKNOWN if unclear else ImageVerdict.FAILS
    reason = f"{newest.need.reference.text}: {answer(newest, target)}"
    return Suggestions(family, repository, verdict, (), reason)
