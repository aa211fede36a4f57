"""The verdict on an image: not a boolean, but an answer with the rules that led there."""

from dataclasses import dataclass
from enum import Enum

from gpucheck.model.finding import Evidence, Remedy
from gpucheck.model.image import ImageNeed
from gpucheck.model.target import Path

SCHEMA = "gpucheck.image/1"


class ImageVerdict(str, Enum):
    """What happens when the image is started with the selected GPUs."""

    RUNS = "runs"
    DEGRADED = "degraded"  # runs, but not all of it, or only on some of the GPUs
    REFUSED = "refused"  # the runtime will not start it
    FAILS = "fails"  # it starts, then CUDA fails
    UNKNOWN = "unknown"


class Mode(str, Enum):
    """By which compatibility it runs."""

    NATIVE = "native"  # the driver is as new as the image's CUDA
    MINOR_VERSION = "minor-version"
    FORWARD_COMPAT = "forward-compat"


@dataclass(frozen=True, slots=True)
class Step:
    """One rule of the chain and what it said; the last one decides."""

    rule: (
        str  # snake case, permanent: gpu_known_to_driver, requirement, libcuda, cuda_version, device_code, …
    )
    text: str
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class GpuOutcome:
    """What happens on one GPU, by one path."""

    gpu: str  # label of the GPU; empty where none is known
    verdict: ImageVerdict
    mode: Mode | None = None
    steps: tuple[Step, ...] = ()
    cause: str = ""  # label of causes.json
    error: int = 0  # CUDA's result code, where it fails with a known one
    chance: str = ""  # what may make it better or worse: "PTX made at run time fails (222)"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What happens by one injection path, over all selected GPUs."""

    path: Path
    verdict: ImageVerdict
    mode: Mode | None
    gpus: tuple[GpuOutcome, ...]
    own: bool = False  # this is the host's own path

    @property
    def deciding(self) -> GpuOutcome:
        """The GPU whose outcome stands for the whole: the first that is as bad, else the first that fails."""
        alike = [g for g in self.gpus if g.verdict is self.verdict]
        worse = [g for g in self.gpus if g.verdict is not ImageVerdict.RUNS]
        return (alike or worse or list(self.gpus))[0]


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict on one image for one host, with every outcome that another engine would give."""

    need: ImageNeed
    verdict: ImageVerdict
    mode: Mode | None
    steps: tuple[Step, ...]
    cause: str = ""
    outcomes: tuple[Outcome, ...] = ()
    remedies: tuple[Remedy, ...] = ()
    min_driver: str = ""  # the oldest driver on which the image's CUDA runs natively
