"""What a container test comes to: do the devices match, does CUDA compute, and what is the verdict. Pure."""

from dataclasses import dataclass

from gpucheck.compat.selection import Selection
from gpucheck.container.computed import computed
from gpucheck.container.gist import gist
from gpucheck.container.seen import Seen, has_driver
from gpucheck.model.choices import Level
from gpucheck.model.container import Attempt
from gpucheck.model.container import Ended as ContainerEnded
from gpucheck.model.probe_result import Compute, Ended, ProbeResult
from gpucheck.model.run_result import CommandRun, Devices, RunVerdict

_TIME_OVER = 124  # exit code of gpucheck/probe/bound
_SIGNALLED, _LAST_SIGNAL = 128, 64  # of shells, and of gpucheck/probe/bound


@dataclass(frozen=True, slots=True)
class Found:
    """What became of the containers."""

    attempt: Attempt
    wanted: Level | None = None  # as the user said it
    probe: ProbeResult | None = None
    seen: Seen | None = None  # None: the container could not tell
    why_not: str = ""  # why compute could not be tried, or nothing was seen
    command: CommandRun | None = None
    command_attempt: Attempt | None = None
    command_seconds: int = 0  # after which it is ended

    @property
    def seen_any(self) -> bool:
        """Whether the container saw a GPU."""
        return self.seen is not None and bool(self.seen.uuids)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The answer, with the reason where it is not a plain yes."""

    verdict: RunVerdict
    devices: Devices
    compute: Compute
    level: Level | None
    reason: str = ""


def outcome(found: Found, selection: Selection) -> Outcome:
    """Return what the containers prove."""
    if found.attempt.ended is not ContainerEnded.EXITED:
        return Outcome(_unstarted(found.attempt), Devices.UNKNOWN, Compute.NOT_RUN, None, _how(found.attempt))
    devices, about_devices = _devices(found, selection)
    compute, about_compute = computed(found.probe, seen_any=found.seen_any)
    if found.probe is None:
        about_compute = found.why_not
    level = _level(found)
    verdict, about_command = _verdict(devices, compute, level, found, selection)
    reasons = [about_devices if devices is not Devices.MATCH else "", about_compute, about_command]
    return Outcome(verdict, devices, compute, level, next((reason for reason in reasons if reason), ""))


def _unstarted(attempt: Attempt) -> RunVerdict:
    """Return the verdict on a container that did not come to its end; nobody told: nothing is known."""
    return RunVerdict.UNKNOWN if attempt.ended is ContainerEnded.LOST else RunVerdict.FAILS


def _how(attempt: Attempt) -> str:
    seconds = attempt.duration_ms / 1000
    if attempt.ended is ContainerEnded.TIMED_OUT:
        what = "the container did not end" if attempt.started else "the engine did not start the container"
        left = "; it could not be removed and ends by itself" if attempt.left_over else ""
        return f"{what} within {seconds:.0f} s{left}"
    if attempt.ended is ContainerEnded.REFUSED:
        return f"the engine did not start the container: {gist(attempt.said)}"
    return attempt.said or "nobody told what became of the container"


def _level(found: Found) -> Level | None:
    if found.probe is not None:
        return found.probe.level
    return Level.DEVICES if found.seen is not None else None


def _devices(found: Found, selection: Selection) -> tuple[Devices, str]:
    """Compare; a GPU too few or too many is certain even where others are not known."""
    if found.seen is None:
        return Devices.UNKNOWN, found.why_not or "the container told nothing of its GPUs"
    expected, seen = set(selection.uuids), set(found.seen.uuids)
    if not selection.enforceable:
        return Devices.UNKNOWN, "which GPUs a container gets cannot be chosen on this host"
    if found.seen.doubt:
        return Devices.UNKNOWN, found.seen.doubt
    missing, others = expected - seen, seen - expected
    if missing or (others and not selection.unknown):
        return Devices.MISMATCH, _difference(missing, others, found)
    if selection.unknown:
        return Devices.UNKNOWN, selection.unknown[0]
    if not expected and _meant_some(selection):
        return Devices.UNKNOWN, selection.notes[0]
    return Devices.MATCH, ""


def _meant_some(selection: Selection) -> bool:
    """Return whether GPUs were asked for on a host that lists none."""
    return any(note.startswith("NVML lists no GPU") for note in selection.notes)


def _difference(missing: set[str], others: set[str], found: Found) -> str:
    if found.probe is not None and not has_driver(found.probe) and not found.seen_any:
        return "the container started without any GPU and without the driver's libraries"
    parts = [
        f"not seen: {', '.join(sorted(missing))}" if missing else "",
        f"seen and not asked for: {', '.join(sorted(others))}" if others else "",
    ]
    return "; ".join(part for part in parts if part)


def _verdict(
    devices: Devices, compute: Compute, level: Level | None, found: Found, selection: Selection
) -> tuple[RunVerdict, str]:
    if devices is Devices.MISMATCH or compute is Compute.FAILED:
        return RunVerdict.FAILS, ""
    if found.probe is not None and found.probe.ended is not Ended.DONE:
        return RunVerdict.FAILS, f"the probe {found.probe.ended.value} in {found.probe.stopped_at}"
    if found.command_attempt is not None and (failed := _command_failed(found.command_attempt, found)):
        return RunVerdict.FAILS, failed
    nothing_to_prove = not selection.uuids and not selection.unknown
    proven = compute is Compute.OK or nothing_to_prove
    if level is Level.DEVICES and found.wanted is not Level.COMPUTE:
        proven = True
    if devices is Devices.MATCH and proven:
        return RunVerdict.WORKS, ""
    return RunVerdict.UNKNOWN, found.why_not


def _command_failed(attempt: Attempt, found: Found) -> str:
    code = attempt.exit_code or 0
    if attempt.ended is not ContainerEnded.EXITED:
        return f"the command: {_how(attempt)}"
    # a command may end with that code by itself, as timeout(1) does
    if code == _TIME_OVER and attempt.duration_ms >= found.command_seconds * 1000:
        return f"the command was ended after {attempt.duration_ms / 1000:.0f} s, when its time was over"
    if _SIGNALLED < code <= _SIGNALLED + _LAST_SIGNAL:
        return f"the command was ended by signal {code - _SIGNALLED} (exit code {code})"
    return f"the command ended with exit code {code}" if code else ""
