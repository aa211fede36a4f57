"""Judgements of images, and container tests, as reports: for the formats that know findings only."""

from collections import Counter
from dataclasses import replace

from gpucheck.checks.image.image_runs import finding_of
from gpucheck.model.finding import Evidence, Finding, Status
from gpucheck.model.host import HostSnapshot
from gpucheck.model.image_report import ImageReport
from gpucheck.model.report import HostSummary, Report, Verdict
from gpucheck.model.run_result import RunResult
from gpucheck.model.target import Target
from gpucheck.system.process import now
from gpucheck.tables import Tables

_RUN_CHECKS = ("GC701", "GC702")


def report_of_images(report: ImageReport) -> Report:
    """Return a report whose findings are those of GC601, one per image."""
    no_driver = Evidence("host.driver", report.target.driver or "not known", "", "the host")
    found = []
    for judgement in report.images:
        finding = finding_of(judgement, report.target, no_driver)
        found.append(replace(finding, subject=judgement.need.reference.text))
    failures = [f for f in found if f.status is Status.FAIL]
    return Report(
        tool_version=report.tool_version,
        data_version=report.data_version,
        taken_at=now(),
        host=_summary(report.target, report.hostname),
        verdict=_verdict(found),
        cause=failures[0] if failures else None,
        findings=tuple(found),
        duration_ms=0,
        overrides=report.overrides,
        counts=_counts(found),
        images=report.images,
    )


def report_of_run(result: RunResult, host: HostSnapshot, tables: Tables) -> Report:
    """Return a report whose findings are those of the container test."""
    from gpucheck.checks._base import all_checks
    from gpucheck.evaluate import evaluate

    checks = tuple(check for check in all_checks() if check.id in _RUN_CHECKS)
    return evaluate(host, tables, checks, result.overrides, run=result)


def _summary(target: Target, hostname: str) -> HostSummary:
    return HostSummary(
        hostname, "", "", target.architecture, "wsl" if target.wsl else "", target.driver, target.cuda,
        tuple(gpu.name for gpu in target.gpus if gpu.name), "", target.toolkit,
    )  # fmt: skip


def _verdict(findings: list[Finding]) -> Verdict:
    statuses = {finding.status for finding in findings}
    if Status.FAIL in statuses:
        return Verdict.NOT_READY
    return Verdict.UNDETERMINED if statuses & {Status.UNKNOWN, Status.ERROR} else Verdict.READY


def _counts(findings: list[Finding]) -> dict[str, int]:
    number = Counter(finding.status.value for finding in findings)
    return {status.value: number[status.value] for status in Status}
