"""The container test: an engine, an image, a container like any other, and what its probe saw in it.

Whatever may hang runs in a child with a deadline. Should this process be interrupted, the container is
removed; should it be killed, its child removes it; should both be, the container ends by itself.
"""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from secrets import token_hex

from gpucheck.checks._path import explain_path
from gpucheck.compat.asked import command_of
from gpucheck.compat.reference import parse_reference
from gpucheck.container.asked import as_written, asked_of
from gpucheck.container.attempts import Attempts, Programs, Setup
from gpucheck.container.case import Case
from gpucheck.container.engines import Candidate
from gpucheck.container.errands import Refusal
from gpucheck.container.expected import Aim, aim, expected, wanted
from gpucheck.container.image_choice import chosen
from gpucheck.container.request import GpuRequest, gpu_request
from gpucheck.container.result import Tested, result_of
from gpucheck.container.runner import Hear, Looked, fetch_image, remove_all, run_container
from gpucheck.container.timing import Clock
from gpucheck.model.choices import EngineName, Pull
from gpucheck.model.container import EngineAnswer, LocalImage, PullProgress
from gpucheck.model.host import HostSnapshot
from gpucheck.model.injection import Asked, PathExplanation
from gpucheck.model.reference import ImageReference
from gpucheck.model.run_options import RunOptions
from gpucheck.probe import bound_bytes, bound_path, probe_bytes, probe_path
from gpucheck.system.mounted_program import mounted_program
from gpucheck.tables import Tables

_NO_ENGINE = "no container engine answers"


class ContainerTest:
    """One test, on the engine that was found. ``clock`` began when that was looked for."""

    def __init__(
        self,
        options: RunOptions,
        tries: tuple[Candidate, ...],
        looked: Looked,
        tables: Tables,
        *,
        clock: Clock,
    ) -> None:
        self._options = options
        self._tables = tables
        self._clock = clock
        self._wanted = parse_reference(options.image) if options.image else None
        self._case = Case(image=options.image, runtime=options.runtime)
        self._candidate: Candidate | None = None
        self._local: LocalImage | None = None
        self.hear: Hear = _unheard  # told of a pull
        if looked.ready is None:
            self._case.reason = _NO_ENGINE
            self._case.refusal = _first(tries, looked.refused)
            return
        self._candidate = tries[looked.ready.candidate]
        self._case.answer = looked.ready.answer
        self._local = looked.ready.image

    def run(self, host: HostSnapshot) -> Tested:
        """Start the container and return what came of it; raises UsageError for an impossible request."""
        candidate, answer = self._candidate, self._case.answer
        if candidate is not None and answer is not None:
            self._with_engine(candidate, answer, host)
        self._case.duration_ms = self._clock.spent_ms
        return result_of(self._case, host, self._tables)

    def path(self, host: HostSnapshot) -> PathExplanation:
        """Return how the GPUs would come into the container; starts none.

        Where no engine answers, that of the engine asked for, else of Docker. Raises UsageError for an
        impossible request, such as a device that is not there.
        """
        named = self._options.engine or EngineName.DOCKER
        engine = self._candidate.name if self._candidate else named
        request = gpu_request(self._options, engine)
        version = self._case.answer.version if self._case.answer else ""
        asked = as_written(asked_of(request, engine, self._options, version), self._options)
        explained = explain_path(host, self._tables, asked)
        return replace(explained, requested=wanted(request, host, self._tables, explained.path))

    def _with_engine(self, candidate: Candidate, answer: EngineAnswer, host: HostSnapshot) -> None:
        case = self._case
        request = gpu_request(self._options, candidate.name)
        asked = asked_of(request, candidate.name, self._options, answer.version)
        explained = explain_path(host, self._tables, asked)
        case.path, case.path_note = explained.path, explained.reason
        case.path_warnings = explained.warnings
        case.notes += self._otherwise(asked, explained, host)
        aimed = aim(request, host, self._tables, case.path)
        case.spec, case.words, case.requests = request.spec, request.words, request.sent
        case.selection = aimed.selection
        reference = self._wanted or self._choose(aimed, answer)
        if reference is None:
            return
        case.image = reference.text
        image = self._fetched(candidate, reference)
        if image is not None:
            case.local = image
            case.expected = expected(image.need, aimed.target, self._tables)
            selinux = host.platform.selinux.get("") == "enforcing"
            self._start(candidate, request, image, _programs(image.architecture, selinux=selinux))

    def _otherwise(self, asked: Asked, explained: PathExplanation, host: HostSnapshot) -> Iterator[str]:
        """Yield that a user's own command line would get no GPU, where this test asks in another way."""
        written = as_written(asked, self._options)
        if written == asked or explained.path is None:
            return
        other = explain_path(host, self._tables, written)
        if other.known and other.path is None:
            yield f"{command_of(written)}: {other.reason} This test asks by --device."

    def _choose(self, aimed: Aim, answer: EngineAnswer) -> ImageReference | None:
        may_pull = self._options.pull is not Pull.NEVER
        choice = chosen(answer.images, aimed.target, self._tables, may_pull=may_pull)
        self._case.chosen = choice.reference is not None
        self._case.reason = choice.reason
        return choice.reference

    def _fetched(self, candidate: Candidate, reference: ImageReference) -> LocalImage | None:
        """Return the image, got from its registry where that is wanted; else say why there is none."""
        policy = self._options.pull
        if self._local is not None and policy is not Pull.ALWAYS:
            return self._local
        seconds = self._clock.left if policy is Pull.NEVER else self._options.pull_timeout
        fetched = fetch_image(candidate, reference, policy, self._tables, seconds=seconds, hear=self.hear)
        self._case.pull = fetched.pull
        self._clock.pause(fetched.pull.duration_ms)
        if fetched.image is None:
            self._case.refusal = fetched.refusal
            gone = (
                "" if fetched.refusal else f"{candidate.name.value} has no {reference.text}, and pulls none"
            )
            self._case.reason = gone or f"{reference.text} could not be had"
        return fetched.image

    def _start(
        self, candidate: Candidate, request: GpuRequest, image: LocalImage, programs: Programs
    ) -> None:
        run, finished = token_hex(6), False
        start = partial(run_container, candidate)
        attempts = Attempts(start, run, Setup(image, request, self._options, programs), self._clock)
        before = self._clock.spent_ms
        try:
            self._case.found = attempts.found()
            finished = True
        finally:
            for program in (programs.probe, programs.bound):
                if program is not None:
                    program.remove()
            if not finished:
                remove_all(candidate, run)
        self._case.start_ms = self._clock.spent_ms - before
        self._case.notes += attempts.notes


def _unheard(progress: PullProgress | None) -> None:
    """Take what nobody wants to know."""


def _first(tries: tuple[Candidate, ...], refused: tuple[Refusal, ...]) -> Refusal:
    """Return one refusal for all engines that were tried; the first decides why."""
    named = zip(tries, refused, strict=False)
    words = "; ".join(f"{candidate.place}: {refusal.words}" for candidate, refusal in named)
    return Refusal(words, refused[0].reason) if refused else Refusal(_NO_ENGINE)


def _programs(architecture: str, *, selinux: bool) -> Programs:
    """Return what is mounted into containers of an architecture, as far as there is any."""
    probe = mounted_program(probe_path(architecture), probe_bytes(architecture), selinux=selinux)
    bound = mounted_program(bound_path(architecture), bound_bytes(architecture), selinux=selinux)
    return Programs(probe, bound)
