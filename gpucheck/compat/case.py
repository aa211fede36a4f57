"""One question to the rules: this image, on this GPU, by this injection path."""

from dataclasses import dataclass
from functools import lru_cache

from gpucheck.compat.knowledge import Knowledge
from gpucheck.model.finding import Evidence
from gpucheck.model.image import ImageNeed
from gpucheck.model.judgement import GpuOutcome, ImageVerdict, Mode, Step
from gpucheck.model.target import Path, Target, TargetGpu
from gpucheck.model.versions import Version

GOOD = frozenset({ImageVerdict.RUNS, ImageVerdict.DEGRADED})


@dataclass(frozen=True, slots=True)
class Case:
    """What a rule may look at."""

    need: ImageNeed
    target: Target
    tables: Knowledge
    path: Path
    gpu: TargetGpu

    @property
    def driver(self) -> Version | None:
        """The driver's version, None where it is not known."""
        return version(self.target.driver)

    @property
    def host_cuda(self) -> Version | None:
        """The highest CUDA of the host's own libcuda, None where it is not known."""
        return version(self.target.cuda)

    @property
    def only_major(self) -> bool:
        """Whether of the image's CUDA only the major is known."""
        need = self.need
        return bool(need.cuda_major) and not (need.cuda or need.program_cuda or need.cuda_bundled)

    @property
    def device(self) -> str:
        """The GPU in words, with its compute capability."""
        capability = self.gpu.compute_capability
        name = self.gpu.name or self.gpu.label or "the GPU"
        return f"{name} ({capability})" if capability else name


@dataclass(frozen=True, slots=True)
class Said:
    """What one rule says: a step of the chain, and the end of it where the rule decides."""

    step: Step
    verdict: ImageVerdict | None = None  # None: the next rule is asked
    mode: Mode | None = None
    cause: str = ""
    error: int = 0
    chance: str = ""
    doubt: str = ""  # what could not be told here, and matters unless a later rule ends the matter


def goes_on(rule: str, text: str, *evidence: Evidence, mode: Mode | None = None, chance: str = "") -> Said:
    """Return what a rule says that has nothing against the image."""
    return Said(Step(rule, text, evidence), mode=mode, chance=chance)


def doubts(rule: str, text: str, doubt: str, *evidence: Evidence) -> Said:
    """Return what a rule says that could not tell; the chain goes on, and cannot end in "runs"."""
    return Said(Step(rule, text, evidence), doubt=doubt)


def ends(
    verdict: ImageVerdict,
    rule: str,
    text: str,
    *evidence: Evidence,
    cause: str = "",
    error: int = 0,
    mode: Mode | None = None,
    chance: str = "",
) -> Said:
    """Return what a rule says that decides."""
    return Said(Step(rule, text, evidence), verdict, mode, cause, error, chance)


def outcome_of(gpu: str, said: list[Said]) -> GpuOutcome:
    """Return the outcome of a chain: runs, unless a rule decided otherwise or could not tell."""
    decided = next((s for s in said if s.verdict is not None), None)
    verdict = decided.verdict if decided and decided.verdict else ImageVerdict.RUNS
    steps = [s.step for s in said]
    doubt = next((s.doubt for s in said if s.doubt), "")
    if doubt and verdict in GOOD:
        verdict = ImageVerdict.UNKNOWN
        steps.append(Step("undecided", doubt))
    mode = next((s.mode for s in reversed(said) if s.mode is not None), None)
    return GpuOutcome(
        gpu=gpu,
        verdict=verdict,
        mode=mode if verdict in GOOD else None,
        steps=tuple(steps),
        cause=decided.cause if decided else "",
        error=decided.error if decided else 0,
        chance=" ".join(s.chance for s in said if s.chance),
    )


@lru_cache(maxsize=4096)
def version(text: str) -> Version | None:
    """Return a text as a version, None where it is none."""
    try:
        return Version(text) if text else None
    except ValueError:
        return None


@lru_cache(maxsize=1024)
def minor(number: Version) -> Version:
    """Return the first two parts of a CUDA version: drivers know no updates."""
    parts = (*number.parts, 0)
    return Version(f"{parts[0]}.{parts[1]}")
