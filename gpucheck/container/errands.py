"""What is asked of an engine, each errand in a child with a deadline, which tells its parts as JSON.

An image's configuration may hold secrets: it is judged in the child, and only the need leaves it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from gpucheck.container.engines import Candidate
from gpucheck.model.choices import Pull
from gpucheck.model.codec import decode, encode
from gpucheck.model.container import ContainerSpec, EngineAnswer, LocalImage
from gpucheck.model.fact import Reason
from gpucheck.model.image import NeedSource
from gpucheck.model.reference import ImageReference
from gpucheck.system.leftovers import boot_id
from gpucheck.system.orphan import end_with_parent
from gpucheck.system.ports import Containers, EngineRefusedError, StoredImage
from gpucheck.system.process import now
from gpucheck.tables import Tables

_FIRST_ANSWER = 5.0  # seconds


@dataclass(frozen=True, slots=True)
class Refusal:
    """An engine did not do what it was asked."""

    words: str
    reason: Reason = Reason.FAILED


@dataclass(frozen=True, slots=True)
class Ready:
    """An engine that answers, and the image if it has it."""

    candidate: int
    answer: EngineAnswer
    image: LocalImage | None = None


def look(tries: tuple[Candidate, ...], wanted: ImageReference | None, tables: Tables) -> Iterator[Any]:
    """Find the engine, sweep what earlier runs left there, and see whether the image is there."""
    end_with_parent()
    for number, candidate in enumerate(tries):
        last = number + 1 == len(tries)
        try:
            yield ["ready", encode(_seen(candidate, number, wanted, tables, alone=last))]
        except (EngineRefusedError, ValueError) as error:
            yield ["refused", encode(refusal(error))]
            continue
        return


def _seen(
    candidate: Candidate, number: int, wanted: ImageReference | None, tables: Tables, *, alone: bool
) -> Ready:
    """Return what an engine says; raises EngineRefusedError. ``alone``: there is no other to try."""
    if candidate.never:
        raise EngineRefusedError(candidate.never, Reason.UNSUPPORTED)
    engine = candidate.connect()
    answer = engine.answer(_FIRST_ANSWER)
    if answer.name != candidate.name.value and not alone:
        raise EngineRefusedError("Podman answers there")
    answer = replace(answer, swept=engine.sweep(now(), boot_id()))
    if wanted is None:
        return Ready(number, replace(answer, images=engine.names()))
    return Ready(number, answer, local(engine.image(wanted), wanted, tables))


def fetch(engine: Containers, wanted: ImageReference, pull: Pull, tables: Tables) -> Iterator[Any]:
    """Get the image where the policy says so, telling of it, and see what it is."""
    end_with_parent()
    try:
        found = None if pull is Pull.ALWAYS else engine.image(wanted)
        if found is None and pull is not Pull.NEVER:
            yield ["pull", None]
            for progress in engine.pull(wanted):
                yield ["progress", encode(progress)]
            found = engine.image(wanted)
        yield ["image", encode(local(found, wanted, tables))]
    except (EngineRefusedError, ValueError) as error:
        yield ["refused", encode(refusal(error))]


def start(engine: Containers, spec: ContainerSpec, seconds: float) -> Iterator[Any]:
    """Run one container."""
    attempts = engine.run(spec, seconds)
    try:
        for attempt in attempts:
            yield encode(attempt)
    finally:
        close = getattr(attempts, "close", None)
        if close is not None:
            close()  # it removes the container


def remove(engine: Containers, run: str) -> Iterator[Any]:
    """Remove the containers of a run; tell those that are left."""
    try:
        yield list(engine.remove(run))
    except (EngineRefusedError, ValueError) as error:
        yield [str(error)]


def local(found: StoredImage | None, reference: ImageReference, tables: Tables) -> LocalImage | None:
    """Return an image as it may leave the child."""
    if found is None:
        return None
    # in the child, while its parent loads what judges
    from gpucheck.compat.need_from_config import need_from_config  # noqa: PLC0415
    from gpucheck.compat.need_from_reference import need_from_reference  # noqa: PLC0415

    hint = need_from_reference(reference, tables, found.config.architecture or "amd64")
    need = need_from_config(reference, found.config, hint, NeedSource.ENGINE)
    return LocalImage(
        found.name, need, found.entrypoint, found.command, found.config.architecture, found.config.size_bytes
    )


def refusal(error: Exception) -> Refusal:
    """Return an error as data; what is no engine's answer at all is malformed."""
    if isinstance(error, EngineRefusedError):
        return Refusal(str(error), error.reason)
    return Refusal("the answer is not that of an engine", Reason.MALFORMED)


def decoded(kind: Any, data: Any) -> Any:
    """Return a part as the record it was."""
    return None if data is None else decode(kind, data)
