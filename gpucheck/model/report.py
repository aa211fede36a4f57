"""The report: findings, the verdict they add up to, the cause that leads, the exit code."""

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

from gpucheck.model.choices import FailOn
from gpucheck.model.finding import Finding, Status

if TYPE_CHECKING:  # few reports hold images, and the records of images cost 10 ms
    from gpucheck.model.judgement import Judgement
    from gpucheck.model.run_result import RunResult

SCHEMA = "gpucheck.report/1"


class Verdict(str, Enum):
    """The answer of ``gpucheck doctor``."""

    READY = "ready"
    NOT_READY = "not_ready"
    UNDETERMINED = "undetermined"


@dataclass(frozen=True, slots=True)
class HostSummary:
    """The host in a few words, for the head of every report."""

    hostname: str
    os: str
    kernel: str
    architecture: str
    virtualization: str
    driver: str
    cuda: str
    gpus: tuple[str, ...]  # product names, one per GPU
    engine: str
    toolkit: str


@dataclass(frozen=True, slots=True)
class Report:
    """Everything ``doctor`` found out, in the order it should be read."""

    tool_version: str
    data_version: str
    taken_at: int
    host: HostSummary
    verdict: Verdict
    cause: Finding | None
    findings: tuple[Finding, ...]
    duration_ms: int
    overrides: tuple[str, ...] = ()
    redacted: bool = False
    root: str = "/"
    counts: dict[str, int] = field(default_factory=dict)
    images: tuple["Judgement", ...] = ()  # those that were asked about, in that order
    run: "RunResult | None" = None  # the container test, where it was asked for


def exit_code(report: Report, fail_on: FailOn) -> int:
    """Return 0 ready, 1 not ready, 3 could not determine, 4 a check crashed."""
    if fail_on is FailOn.NEVER:
        return 0
    statuses = {finding.status for finding in report.findings}
    not_ready = {Status.FAIL}
    if fail_on is FailOn.WARN:
        not_ready |= {Status.WARN}
    if fail_on is FailOn.UNKNOWN:
        not_ready |= {Status.UNKNOWN, Status.ERROR}
    if statuses & not_ready:
        return 1
    if Status.ERROR in statuses:
        return 4
    return 3 if report.verdict is Verdict.UNDETERMINED else 0
