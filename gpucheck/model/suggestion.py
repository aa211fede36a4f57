"""What ``gpucheck suggest`` found: per family, the images that run on one host."""

from dataclasses import dataclass

from gpucheck.model.judgement import ImageVerdict, Judgement
from gpucheck.model.target import Target

SCHEMA = "gpucheck.suggest/1"


@dataclass(frozen=True, slots=True)
class Suggestions:
    """The images of one family that run, best first; where there is none, why."""

    family: str  # nvidia-cuda
    repository: str  # docker.io/nvidia/cuda
    verdict: ImageVerdict  # runs: there are some; fails: none of those known runs; unknown
    images: tuple[Judgement, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SuggestReport:
    """The families in the order they were asked for, and the host they are for."""

    tool_version: str
    data_version: str
    hostname: str  # empty: not known, or a host made up from options
    target: Target
    families: tuple[Suggestions, ...]
    overrides: tuple[str, ...] = ()


def exit_code(families: tuple[Suggestions, ...]) -> int:
    """Return 0 where each family has an image, 1 where one has none, 3 where that could not be told."""
    verdicts = {found.verdict for found in families}
    if verdicts == {ImageVerdict.RUNS}:
        return 0
    return 1 if ImageVerdict.FAILS in verdicts else 3
