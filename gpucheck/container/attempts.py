"""The containers of one test: the probe's, one with nvidia-smi where the probe cannot run, the user's own."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from gpucheck.container.outcome import Found
from gpucheck.container.probe_output import parse_probe
from gpucheck.container.request import GpuRequest
from gpucheck.container.seen import seen_by_list, seen_by_probe
from gpucheck.container.timing import GRACE, Clock
from gpucheck.model.choices import Level
from gpucheck.model.container import Attempt, ContainerSpec, Ended, LocalImage
from gpucheck.model.run_options import RunOptions
from gpucheck.model.run_result import CommandRun
from gpucheck.system.leftovers import labels_of
from gpucheck.system.mounted_program import MountedProgram

_PROBE = "/.gpucheck-probe"
_BOUND = "/.gpucheck-bound"
_MARGIN = 3.0  # seconds between the end of what runs inside and our own patience: to tell, and to be removed
_TAIL = 2000  # characters of what a container wrote
# in the words of runc, of crun, and of our own helper
_NOT_STARTED = re.compile(
    r"""exec:? ["`']?[^\s"`']*(?:gpucheck-|nvidia-smi)\S*: .*(?:no such file|not found)"""
    r"""|executable file ["`'][^"`']*(?:gpucheck-|nvidia-smi)[^"`']*["`'] not found"""
    r"""|exec user process caused.*no such file""",
    re.IGNORECASE,
)
# an image for another processor: of its architecture are our programs, too
_OTHER_PROCESSOR = re.compile(r"exec \S*gpucheck-\S*: exec format error", re.IGNORECASE)
_READ_ONLY = "read-only file system"
_WRITABLE = "the root filesystem was writable: with a read-only one the GPUs could not be injected"
_UNBOUND = "the command was bounded by gpucheck alone: this installation lacks what bounds it from inside"
_NO_PROBE = "this installation has no compute probe for {}: compute was not proven"
_NO_GLIBC = "the compute probe does not run in this image, which has no glibc: compute was not proven"

Start = Callable[[ContainerSpec, float], Attempt]


@dataclass(frozen=True, slots=True)
class Programs:
    """What is mounted into the containers; None where there is none for the architecture."""

    probe: MountedProgram | None = None
    bound: MountedProgram | None = None  # ends what it starts after a time


@dataclass(frozen=True, slots=True)
class Setup:
    """What all containers of a test have in common."""

    image: LocalImage
    request: GpuRequest
    options: RunOptions
    programs: Programs


class Attempts:
    """Starts the containers one after the other, all of them with the same GPUs and confinement."""

    def __init__(self, start: Start, run: str, setup: Setup, clock: Clock) -> None:
        self._start = start
        self._run = run
        self._image = setup.image
        self._request = setup.request
        self._options = setup.options
        self._programs = setup.programs
        self._clock = clock
        self._count = 0
        self._read_only = True
        self.notes: list[str] = []

    def found(self) -> Found:
        """Return what became of the containers."""
        found = self._seen()
        if self._options.command and found.attempt.ended is Ended.EXITED:
            return self._with_command(found)
        return found

    def _seen(self) -> Found:
        if self._programs.probe is None:
            return self._listed(_NO_PROBE.format(self._image.architecture or "its architecture"), None)
        level = self._options.level or Level.COMPUTE
        attempt = self._tried(
            (_PROBE,),
            ("--level", level.value, "--seconds", str(self._inside())),
            {_PROBE: self._programs.probe},
        )
        try:
            probe = parse_probe(attempt.stdout)
        except ValueError as error:
            if _could_not_run(attempt):
                return self._listed(_NO_GLIBC, attempt)
            return Found(attempt, self._options.level, why_not=str(error))
        return Found(attempt, self._options.level, probe, seen_by_probe(probe))

    def _listed(self, why_not: str, before: Attempt | None) -> Found:
        """Return what nvidia-smi lists, which comes with the driver where its utilities are injected."""
        attempt = self._bounded(("nvidia-smi",), ("-L",))
        if _could_not_run(attempt):
            why = f"{why_not}; and nvidia-smi does not run in it either"
            return Found(before or replace(attempt, ended=Ended.EXITED), self._options.level, why_not=why)
        seen = seen_by_list(attempt) if attempt.ended is Ended.EXITED else None
        return Found(attempt, self._options.level, seen=seen, why_not=why_not)

    def _with_command(self, found: Found) -> Found:
        entrypoint, seconds = self._image.entrypoint, self._inside()
        attempt = self._bounded(entrypoint, self._options.command, scratch=True)
        tail = attempt.stdout[-_TAIL:]
        command = CommandRun(self._options.command, attempt.exit_code, tail)
        return replace(found, command=command, command_attempt=attempt, command_seconds=seconds)

    def _bounded(
        self, entrypoint: tuple[str, ...], command: tuple[str, ...], *, scratch: bool = False
    ) -> Attempt:
        """Run a program that knows no bound of its own below one that does."""
        bound = self._programs.bound
        if bound is None:
            self.notes.append(_UNBOUND)
            return self._tried(entrypoint, command, {}, scratch=scratch)
        inside = (_BOUND, str(self._inside()), *entrypoint, *command)
        return self._tried(inside[:1], inside[1:], {_BOUND: bound}, scratch=scratch)

    def _tried(
        self,
        entrypoint: tuple[str, ...],
        command: tuple[str, ...],
        files: dict[str, MountedProgram],
        *,
        scratch: bool = False,
    ) -> Attempt:
        attempt = self._once(entrypoint, command, files, scratch=scratch)
        refused = attempt.ended is Ended.REFUSED and _READ_ONLY in attempt.said.lower()
        if not refused or not self._read_only:
            return attempt
        # hooks that write into the root once it is read-only: https://github.com/kserve/kserve/pull/5711
        self._read_only = False
        self.notes.append(_WRITABLE)
        return self._once(entrypoint, command, files, scratch=scratch)

    def _once(
        self,
        entrypoint: tuple[str, ...],
        command: tuple[str, ...],
        files: dict[str, MountedProgram],
        *,
        scratch: bool,
    ) -> Attempt:
        self._count += 1
        left = self._clock.left
        spec = ContainerSpec(
            name=f"gpucheck-run-{self._run}-{self._count}",
            image=self._image.name,
            labels=labels_of(self._run, left + GRACE),
            seconds=int(left) + 1,
            entrypoint=entrypoint,
            command=command,
            requests=self._request.sent,
            runtime=self._options.runtime,
            environment=(*self._options.environment, *self._request.environment),
            files={target: program.path for target, program in files.items()},
            scratch=scratch,
            read_only=self._read_only,
        )
        return _as_refused(self._start(spec, left))

    def _inside(self) -> int:
        """Return how many seconds a program in a container gets."""
        return max(1, int(self._clock.left - _MARGIN))


def _as_refused(attempt: Attempt) -> Attempt:
    """Return what an engine tells as the end of a container where it could not start its first program."""
    told = attempt.ended is Ended.EXITED and attempt.exit_code and _OTHER_PROCESSOR.search(attempt.stderr)
    return replace(attempt, ended=Ended.REFUSED, said=attempt.stderr.strip()) if told else attempt


def _could_not_run(attempt: Attempt) -> bool:
    """Return whether the program was not even started: its loader, or itself, is not in the image."""
    words = attempt.said if attempt.ended is Ended.REFUSED else attempt.stderr
    return attempt.exit_code != 0 and _NOT_STARTED.search(words) is not None
