"""What came of the container test: which GPUs were asked for and seen, and whether CUDA computes on them."""

from dataclasses import dataclass, field
from enum import Enum

from gpucheck.model.choices import Level
from gpucheck.model.finding import Remedy
from gpucheck.model.judgement import ImageVerdict, Mode
from gpucheck.model.probe_result import Compute, ProbeStep
from gpucheck.model.target import Path

SCHEMA = "gpucheck.run/1"


class RunVerdict(str, Enum):
    """The answer of ``gpucheck run``."""

    WORKS = "works"
    FAILS = "fails"
    UNKNOWN = "unknown"


class Devices(str, Enum):
    """Whether the container saw the GPUs it was to see, and no others."""

    MATCH = "match"
    MISMATCH = "mismatch"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Requested:
    """What was asked for, and which devices that means on this host."""

    spec: str  # as it would stand in the engine's own command line: --gpus all
    gpus: tuple[str, ...] = ()  # UUIDs
    unknown: tuple[str, ...] = ()  # what of it could not be told, and why: ``gpus`` is not all then
    enforceable: bool = True  # False: the container gets all GPUs, whatever is asked for


@dataclass(frozen=True, slots=True)
class GpuRun:
    """One device that was asked for, or seen."""

    uuid: str
    name: str = ""
    asked: bool | None = None  # None: not known
    seen: bool = False
    compute: Compute = Compute.NOT_RUN
    skipped: str = ""  # why it was left alone
    steps: tuple[ProbeStep, ...] = ()


@dataclass(frozen=True, slots=True)
class PullRun:
    """Getting the image."""

    pulled: bool = False
    bytes: int = 0
    duration_ms: int = 0


@dataclass(frozen=True, slots=True)
class Expected:
    """What the rules said of the image before it was started."""

    verdict: ImageVerdict
    mode: Mode | None = None
    cause: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class CommandRun:
    """The command of the user's own, run in a second container like the first."""

    argv: tuple[str, ...]
    exit_code: int | None = None
    stdout_tail: str = ""


@dataclass(frozen=True, slots=True)
class RunResult:
    """Everything the container test found out."""

    verdict: RunVerdict
    requested: Requested
    engine: str = ""  # docker | podman; empty: none
    engine_version: str = ""
    runtime: str = ""  # the OCI runtime
    injection_path: Path | None = None
    path_note: str = ""
    image: str = ""
    image_chosen: bool = False  # by gpucheck
    expected: Expected | None = None
    level: Level | None = None  # what was really tried
    seen: tuple[str, ...] = ()
    devices: Devices = Devices.UNKNOWN
    compute: Compute = Compute.NOT_RUN
    cause: str = ""  # label of causes.json
    reason: str = ""  # why it fails, or could not be told
    exit_code: int | None = None
    stderr_tail: str = ""
    engine_said: str = ""  # its words where it refused
    driver: str = ""  # as seen inside
    cuda: str = ""  # the newest CUDA that the libcuda inside knows
    gpus: tuple[GpuRun, ...] = ()
    steps: tuple[ProbeStep, ...] = ()  # those of no single GPU
    command: CommandRun | None = None
    pull: PullRun = field(default_factory=PullRun)
    notes: tuple[str, ...] = ()
    remedy: Remedy | None = None
    equivalent: tuple[str, ...] = ()  # the engine's own command line that asks for the same
    duration_ms: int = 0  # of the whole, without the pull
    start_ms: int = 0  # from asking for the container until it had ended
    overrides: tuple[str, ...] = ()


def exit_code(result: RunResult) -> int:
    """Return 0 where it works, 1 where it does not, 3 where that could not be told."""
    return {RunVerdict.WORKS: 0, RunVerdict.FAILS: 1, RunVerdict.UNKNOWN: 3}[result.verdict]
