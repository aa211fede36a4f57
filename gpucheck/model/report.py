"""The report: findings, the verdict they add up to, the cause that leads, the exit code."""

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

from gpucheck.model.choices import ExitCodes, FailOn
from gpucheck.model.finding import Finding, Status

if TYPE_CHECKING:  # few reports hold images, and the records of images cost 10 ms
    from gpucheck.model.judgement import Judgement
    from gpucheck.model.run_result import RunResult

SCHEMA = "gpucheck.report/1"


class NagiosState(Enum):
    """States of a service, by their exit code: https://www.monitoring-plugins.org/doc/guidelines.html."""

    OK = 0
    WARNING = 1
    CRITICAL = 2
    UNKNOWN = 3


class Verdict(str, Enum):
    """The answer of ``gpucheck doctor``."""

    READY = "ready"
    NOT_READY = "not_ready"
    UNDETERMINED = "undetermined"


@dataclass(frozen=True, slots=True)
class GpuReading:
    """What monitoring draws a line of, for one GPU; None: not known."""

    index: int
    temperature_celsius: int | None = None
    slowdown_celsius: int | None = None  # the GPU cuts its clocks from there on


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
    gpu_readings: tuple[GpuReading, ...] = ()


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
    lead: str = ""  # what the report says first of its cause; empty: the cause's title
    contract: str = ""  # the file that says what this host must have; empty: none


def gpu_count(report: Report) -> int | None:
    """Return how many GPUs the host has, None where nobody could tell: not known is not none."""
    none = any(finding.cause == "no_nvidia_gpu" for finding in report.findings)
    return len(report.host.gpus) if report.host.gpus or none else None


def exit_code(report: Report, fail_on: FailOn, codes: ExitCodes = ExitCodes.DEFAULT) -> int:
    """Return 0 ready, 1 not ready, 3 could not determine, 4 a check crashed; or the codes of a monitor.

    Nagios: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN. node-problem-detector: 0 OK, 1 a problem, 3 unknown.
    """
    if codes is ExitCodes.NAGIOS:
        return nagios_state(report, fail_on).value
    code = _exit_code(report, fail_on)
    return 3 if codes is ExitCodes.NPD and code not in {0, 1} else code


def nagios_state(report: Report, fail_on: FailOn) -> NagiosState:
    """Return the state of a Nagios service: warnings are one of their own there."""
    if fail_on is FailOn.NEVER:
        return NagiosState.OK
    code = _exit_code(report, fail_on)
    if code:
        return NagiosState.CRITICAL if code == 1 else NagiosState.UNKNOWN
    warned = any(f.status is Status.WARN and not f.tolerated for f in report.findings)
    return NagiosState.WARNING if warned else NagiosState.OK


def _exit_code(report: Report, fail_on: FailOn) -> int:
    if fail_on is FailOn.NEVER:
        return 0
    statuses = {finding.status for finding in report.findings if not finding.tolerated}
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
