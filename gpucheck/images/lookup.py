"""What images need, from the best source at hand; no layer is pulled.

The local engine is asked first, then the registry; the tag and the tables always have something to say.
Whoever asks is a forked child with a deadline, because a name server may never answer. An image's
configuration may hold secrets: it is judged in the child, and only the need leaves it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from gpucheck.model.codec import decode, encode
from gpucheck.model.fact import Absent, Known, Reason, Unavailable
from gpucheck.model.image import ImageNeed, NeedSource
from gpucheck.model.image_config import ImageConfig, NotForPlatform
from gpucheck.model.reference import ImageReference
from gpucheck.system.ports import System
from gpucheck.system.process import monotonic_ms
from gpucheck.system.workers import Outcome, Task, run_all
from gpucheck.tables import Tables

NOT_ASKED = "registry: not asked (--offline)"

_CHILDREN = 12  # at once; each asks for its share of the images, one after the other
_ENGINE_SHARE = 0.3  # of the time that is left; an engine of this host answers at once or not at all
_MARGIN_MS = 150  # for the registry's own words about a timeout to arrive before the child's end
_SILENT = {Reason.TIMEOUT, Reason.UNREACHABLE, Reason.RATE_LIMITED}  # so the next question is in vain too
_OTHER_SYSTEMS = {"windows", "darwin", "freebsd"}

Share = list[tuple[int, ImageReference]]


@dataclass(frozen=True, slots=True)
class Sources:
    """Whom to ask, and for how long."""

    endpoint: str = ""  # of the local engine; empty: there is none
    offline: bool = False  # ask no registry
    timeout: float = 10.0  # seconds for all images together
    insecure: tuple[str, ...] = ()  # dockerd's insecure-registries
    mirrors: tuple[str, ...] = ()  # dockerd's registry-mirrors


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of asking for one image."""

    tried: tuple[str, ...] = ()  # who had no answer, and why
    need: ImageNeed | None = None
    missing: bool = False  # the registry says that there is no such image


@dataclass(frozen=True, slots=True)
class _Asker:
    """How the better sources are asked, and until when."""

    system: System
    tables: Tables
    architecture: str
    sources: Sources
    deadline_ms: int  # on the monotonic clock

    def seconds_left(self) -> float:
        return max(0.0, (self.deadline_ms - monotonic_ms()) / 1000)

    def ask(self, reference: ImageReference, silent: dict[str, str]) -> Answer:
        """Return what the engine tells, else what the registry tells, else why neither does.

        ``silent``: registries that gave no answer before, and why; they are not asked again.
        """
        engine = "local engine: not there"
        if self.sources.endpoint:
            left = self.seconds_left() * _ENGINE_SHARE
            config = self.system.engine.inspect_image(self.sources.endpoint, reference, left)
            if isinstance(config, Known):
                return Answer(need=self._told(config.value, reference, NeedSource.ENGINE))
            engine = f"local engine: {_why(config, 'does not have it')}"
        if self.sources.offline:
            return Answer((engine, NOT_ASKED))
        if reference.registry in silent:
            return Answer((engine, silent[reference.registry]))
        left = max(0.1, self.seconds_left() - _MARGIN_MS / 1000)
        found = self.system.registry.config_of(
            reference, self.architecture, left, self.sources.insecure, self.sources.mirrors
        )
        if isinstance(found, Known):
            return Answer((engine,), self._told(found.value, reference, NeedSource.REGISTRY))
        why = f"registry: {_why(found, 'has no such image')}"
        if isinstance(found, Unavailable) and found.reason in _SILENT:
            silent[reference.registry] = why
        return Answer((engine, why), missing=isinstance(found, Absent))

    def by_tag(self, reference: ImageReference) -> ImageNeed:
        """Return what the tag and the tables tell."""
        from gpucheck.compat.need_from_reference import need_from_reference  # noqa: PLC0415 - while others ask

        return need_from_reference(reference, self.tables, self.architecture)

    def _told(
        self, found: ImageConfig | NotForPlatform, reference: ImageReference, source: NeedSource
    ) -> ImageNeed:
        """Return the need as a configuration tells it, or that there is none for this architecture."""
        hint = self.by_tag(reference)
        if isinstance(found, NotForPlatform):
            return _for_others(found, hint, source)
        from gpucheck.compat.need_from_config import need_from_config  # noqa: PLC0415 - only where one came

        return need_from_config(reference, found, hint, source)


def find_needs(
    references: list[ImageReference],
    system: System,
    tables: Tables,
    architecture: str,
    sources: Sources,
    *,
    meanwhile: Callable[[], object] | None = None,
) -> list[ImageNeed]:
    """Return what each image needs, in the order of the references, within ``sources.timeout`` seconds.

    ``architecture`` is amd64 or arm64; ``meanwhile`` is called once, while others are asked if any are.
    Must be called from a single-threaded process: the askers are forked.
    """
    if not _is_there(system, sources.endpoint):
        sources = replace(sources, endpoint="")
    deadline = monotonic_ms() + int(sources.timeout * 1000)
    asker = _Asker(system, tables, architecture, sources, deadline)
    hints: list[ImageNeed] = []

    def own_part() -> None:
        hints.extend(asker.by_tag(reference) for reference in references)
        if meanwhile is not None:
            meanwhile()

    numbered = list(enumerate(references))
    if sources.offline and not sources.endpoint:  # nobody is asked: no child is needed
        own_part()
        answers = {index: asker.ask(reference, {}) for index, reference in numbered}
    else:
        answers = _asked(asker, numbered, own_part)
    return [_assembled(hint, answers[index]) for index, hint in enumerate(hints)]


def _is_there(system: System, endpoint: str) -> bool:
    """Return whether it is worth asking: a socket that does not exist need not be tried."""
    path = endpoint.removeprefix("unix://")
    return bool(endpoint) and (path == endpoint or system.files.exists(path))


def _asked(asker: _Asker, wanted: Share, meanwhile: Callable[[], object] | None = None) -> dict[int, Answer]:
    """Return the answer for each image: as a child told it, else why it told nothing."""
    told: dict[int, Answer] = {}
    number = min(len(wanted), _CHILDREN)
    shares = [wanted[start::number] for start in range(number)]
    left = asker.seconds_left()
    tasks = [Task(str(n), partial(_ask, asker, share), left, left) for n, share in enumerate(shares)]
    outcomes = run_all(tasks, meanwhile)
    again: Share = []
    for name, share in enumerate(shares):
        outcome = outcomes[str(name)]
        told |= {index: decode(Answer, data) for index, data in outcome.parts}
        silent = [(index, reference) for index, reference in share if index not in told]
        # a crash is one image's: those behind it in the line are asked again
        lost = silent[:1] if outcome.ended == "crashed" else silent
        told |= {index: Answer((_silence(outcome),)) for index, _ in lost}
        again += silent[len(lost) :]
    return told | _asked(asker, again) if again else told


def _ask(asker: _Asker, share: Share) -> Iterator[Any]:
    """Run in a child: say what is known of each image as soon as it is."""
    silent: dict[str, str] = {}
    for index, reference in share:
        yield [index, encode(asker.ask(reference, silent))]


def _silence(outcome: Outcome) -> str:
    # of a crash only the kind: its words may quote the image's configuration
    kind = outcome.detail.partition(":")[0]
    ended = outcome.detail if outcome.ended == "timeout" else f"the lookup failed ({kind})"
    return f"engine and registry: {ended}"


def _assembled(hint: ImageNeed, answer: Answer) -> ImageNeed:
    if answer.need is not None:
        return replace(answer.need, tried=answer.tried)
    if not answer.missing:
        return replace(hint, tried=answer.tried)
    note = f"{hint.reference.registry} answers that there is no {hint.reference.normalized}"
    return replace(hint, tried=answer.tried, published=False, missing=True, notes=(note, *hint.notes))


def _for_others(found: NotForPlatform, hint: ImageNeed, source: NeedSource) -> ImageNeed:
    """Return the need of an image that exists for other platforms only."""
    names = [name.split("/") for name in found.offered]
    offered = ["/".join(parts) if parts[0] in _OTHER_SYSTEMS else parts[0] for parts in names]
    return replace(
        hint,
        source=source,
        architectures=tuple(dict.fromkeys(offered)),
        published=True,
        digest=found.digest,
        notes=tuple(dict.fromkeys((*found.notes, *hint.notes))),
        sources=tuple(source for source in (found.source, *hint.sources) if source),
    )


def _why(fact: Absent | Unavailable, nothing: str) -> str:
    if isinstance(fact, Absent):
        return nothing
    return fact.detail or fact.reason.value.replace("_", " ")
