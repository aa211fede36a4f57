"""What ``gpucheck image`` found out: one judgement per image, for one host."""

from dataclasses import dataclass

from gpucheck.model.choices import FailOn
from gpucheck.model.judgement import ImageVerdict, Judgement
from gpucheck.model.target import Target

_NOT_RUNNING = {ImageVerdict.REFUSED, ImageVerdict.FAILS}


@dataclass(frozen=True, slots=True)
class ImageReport:
    """The judgements in the order of the references, and the host they are for."""

    tool_version: str
    data_version: str
    hostname: str  # empty: not known, or a host made up from options
    target: Target
    images: tuple[Judgement, ...]
    overrides: tuple[str, ...] = ()  # GPUCHECK_* settings in force, NAME=value


def exit_code(images: tuple[Judgement, ...], fail_on: FailOn) -> int:
    """Return 0 where all run, 1 where one does not, 3 where none fails and one could not be told."""
    if fail_on is FailOn.NEVER:
        return 0
    verdicts = {judgement.verdict for judgement in images}
    not_running = set(_NOT_RUNNING)
    if fail_on is FailOn.WARN:
        not_running |= {ImageVerdict.DEGRADED}
    if fail_on is FailOn.UNKNOWN:
        not_running |= {ImageVerdict.UNKNOWN}
    if verdicts & not_running:
        return 1
    return 3 if ImageVerdict.UNKNOWN in verdicts else 0
