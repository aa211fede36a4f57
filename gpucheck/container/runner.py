"""Sends errands to an engine, each in a child with a deadline, and reads what came of them."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from gpucheck.container.engines import Candidate
from gpucheck.container.errands import Ready, Refusal, fetch, look, remove, start
from gpucheck.container.timing import CHILD_GRACE
from gpucheck.model.choices import Pull
from gpucheck.model.codec import decode
from gpucheck.model.container import Attempt, ContainerSpec, Ended, LocalImage, PullProgress
from gpucheck.model.fact import Reason
from gpucheck.model.reference import ImageReference
from gpucheck.model.run_result import PullRun
from gpucheck.system.process import monotonic_ms
from gpucheck.system.workers import Outcome, Task, run_all
from gpucheck.tables import Tables

_LOOK = 15.0  # seconds to find an engine that may be slow, or two of them
_REMOVE = 20.0
_REASONS = {"timeout": Reason.TIMEOUT, "crashed": Reason.CRASHED}

Hear = Callable[[PullProgress | None], object]  # None: a pull begins


@dataclass(frozen=True, slots=True)
class Looked:
    """What came of looking for an engine: the one that answers, and why others do not."""

    ready: Ready | None
    refused: tuple[Refusal, ...] = ()


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came of getting the image. Neither image nor refusal: it is not there, and none was pulled."""

    image: LocalImage | None = None
    refusal: Refusal | None = None
    pull: PullRun = field(default_factory=PullRun)


def look_for(
    tries: tuple[Candidate, ...],
    wanted: ImageReference | None,
    tables: Tables,
    meanwhile: Callable[[], object] | None = None,
) -> Looked:
    """Find the engine, while ``meanwhile`` runs; from a process with a single thread, like all of these."""
    task = Task("look", partial(look, tries, wanted, tables), _LOOK, limit=_LOOK)
    outcome = run_all([task], meanwhile)["look"]
    said = dict.fromkeys(("ready",)) | {kind: data for kind, data in outcome.parts if kind == "ready"}
    refused = tuple(decode(Refusal, data) for kind, data in outcome.parts if kind == "refused")
    if said["ready"] is not None:
        return Looked(decode(Ready, said["ready"]), refused)
    return Looked(None, refused if outcome.ended == "done" else (*refused, _silence(outcome)))


def fetch_image(
    candidate: Candidate,
    wanted: ImageReference,
    pull: Pull,
    tables: Tables,
    *,
    seconds: float,
    hear: Hear,
) -> Fetched:
    """Get the image and tell ``hear`` how far that is."""
    begun, heard = monotonic_ms(), list[Any]()

    def listen(part: Any) -> None:
        kind, data = part
        heard.append(kind)
        if kind in {"pull", "progress"}:
            hear(decode(PullProgress, data) if data else None)

    run = partial(_on, candidate, partial(fetch, wanted=wanted, pull=pull, tables=tables))
    outcome = _ran("fetch", run, seconds, listen)
    pulled = "pull" in heard
    progress = [data for kind, data in outcome.parts if kind == "progress"]
    done = max((decode(PullProgress, data).done_bytes for data in progress), default=0)
    run_of = PullRun(pulled, done, monotonic_ms() - begun if pulled else 0)
    kind, data = outcome.parts[-1] if outcome.parts else ("", None)
    if outcome.ended == "done" and kind == "image":
        return Fetched(decode(LocalImage, data) if data else None, pull=run_of)
    refusal = decode(Refusal, data) if kind == "refused" else _unfinished(outcome, seconds, progress)
    return Fetched(refusal=refusal, pull=replace(run_of, pulled=False))


def run_container(candidate: Candidate, spec: ContainerSpec, seconds: float) -> Attempt:
    """Run a container and return what became of it; an interruption leaves it to ``remove_all``."""
    run = partial(_on, candidate, partial(start, spec=spec, seconds=seconds))
    outcome = _ran("container", run, seconds + CHILD_GRACE)
    last = _attempt(outcome.parts[-1]) if outcome.parts else Attempt(Ended.LOST)
    if last.ended is not Ended.LOST or outcome.ended == "done":
        return last
    ended = Ended.TIMED_OUT if outcome.ended == "timeout" else Ended.LOST
    return replace(last, ended=ended, said=outcome.detail, left_over=True)


def remove_all(candidate: Candidate, run: str) -> tuple[str, ...]:
    """Remove the containers of a run; return those that could not be removed."""
    outcome = _ran("remove", partial(_on, candidate, partial(remove, run=run)), _REMOVE)
    return tuple(outcome.parts[-1]) if outcome.parts else (outcome.detail,)


def _attempt(data: dict[str, Any]) -> Attempt:
    """Return an attempt as its child told it; what containers write may be longer than any fact."""
    stdout, stderr = str(data.pop("stdout", "")), str(data.pop("stderr", ""))
    told: Attempt = decode(Attempt, data)
    return replace(told, stdout=stdout, stderr=stderr)


def _on(candidate: Candidate, errand: Callable[[Any], Any]) -> Any:
    return errand(candidate.connect())


def _ran(name: str, run: Any, seconds: float, heard: Callable[[Any], object] | None = None) -> Outcome:
    return run_all([Task(name, run, seconds, limit=seconds, heard=heard)])[name]


def _unfinished(outcome: Outcome, seconds: float, progress: list[Any]) -> Refusal:
    """Return how far the image was when its time was over."""
    if outcome.ended != "timeout":
        return _silence(outcome)
    last = decode(PullProgress, progress[-1]) if progress else PullProgress()
    far = f": {last.done_bytes >> 20} of {last.total_bytes >> 20} MiB" if last.total_bytes else ""
    said = f"; the engine's last words: {last.text}" if last.text else ""
    return Refusal(f"not complete after {seconds:g} s{far}{said}", Reason.TIMEOUT)


def _silence(outcome: Outcome) -> Refusal:
    return Refusal(outcome.detail, _REASONS.get(outcome.ended, Reason.FAILED))
