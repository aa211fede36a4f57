"""The report for the textfile collector of node_exporter.

Rules of names and of the format: https://prometheus.io/docs/practices/naming/ and
https://prometheus.io/docs/instrumenting/exposition_formats/. What is not known has no sample: a word in the
place of a number would make the whole file unreadable.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from gpucheck.model.finding import Finding, Status
from gpucheck.model.report import Report, Verdict, gpu_count
from gpucheck.render._options import Options
from gpucheck.render._text import visible

_TOLERATED = "tolerated"  # a complaint that the contract tolerates is none to be woken for
# a check of several subjects stands as its worst
_WORST = ("fail", "error", "unknown", "warn", _TOLERATED, "pass", "skip")
_Labels = dict[str, str]


class _Family(NamedTuple):
    name: str
    help: str
    samples: list[tuple[_Labels, float]]


def render(report: Report, options: Options) -> str:  # noqa: ARG001 - one signature for all formats
    """Return the metrics, all gauges, with HELP and TYPE and a final newline."""
    return "".join(f"{line}\n" for family in _families(report) for line in _lines(family))


def failure(message: str, code: int, version: str) -> str:
    """Return the metrics of a run that could not judge: not ready, and why stays in the log."""
    del message
    families = (
        _Family("gpucheck_ready", "Whether the host is ready for GPU containers.", [({}, 0)]),
        _Family(
            "gpucheck_run_failed_info",
            "A run that could not judge, by its exit code.",
            [({"exit_code": str(code), "version": version}, 1)],
        ),
    )
    return "".join(f"{line}\n" for family in families for line in _lines(family))


def _families(report: Report) -> Iterator[_Family]:
    ready = 1 if report.verdict is Verdict.READY else 0
    yield _Family("gpucheck_ready", "Whether the host is ready for GPU containers.", [({}, ready)])
    verdicts: list[tuple[_Labels, float]] = [({"verdict": v.value}, v is report.verdict) for v in Verdict]
    yield _Family("gpucheck_verdict", "The verdict: 1 for the one that holds.", verdicts)
    yield _Family("gpucheck_check_status", "The worst status of each check: 1.", _statuses(report.findings))
    yield _Family("gpucheck_findings", "Findings by status.", _counts(report))
    count = gpu_count(report)
    yield _Family("gpucheck_gpus", "GPUs of the host.", [] if count is None else [({}, count)])
    yield _Family("gpucheck_driver_info", "The NVIDIA driver.", _driver(report))
    yield _Family("gpucheck_build_info", "gpucheck itself.", _build(report))
    yield _Family(
        "gpucheck_gpu_temperature_celsius",
        "Temperature of each GPU.",
        [
            ({"gpu": str(reading.index)}, reading.temperature_celsius)
            for reading in report.host.gpu_readings
            if reading.temperature_celsius is not None
        ],
    )
    seconds = report.duration_ms / 1000
    yield _Family("gpucheck_duration_seconds", "How long it took to look.", [({}, seconds)])
    when: list[tuple[_Labels, float]] = [({}, report.taken_at)] if report.taken_at else []
    yield _Family("gpucheck_last_run_timestamp_seconds", "When the host was looked at.", when)


def _statuses(findings: Iterable[Finding]) -> list[tuple[_Labels, float]]:
    worst: dict[tuple[str, str], str] = {}
    for finding in findings:
        check, status = (finding.check, finding.slug), _status(finding)
        worst[check] = min(worst.get(check, status), status, key=_WORST.index)
    return [
        ({"check": check, "slug": slug, "status": status}, status == holds)
        for (check, slug), holds in sorted(worst.items())
        for status in (*(s.value for s in Status), _TOLERATED)
    ]


def _status(finding: Finding) -> str:
    return _TOLERATED if finding.tolerated else finding.status.value


def _counts(report: Report) -> list[tuple[_Labels, float]]:
    tolerated = sum(bool(finding.tolerated) for finding in report.findings)
    return [({"status": s}, n) for s, n in (*report.counts.items(), (_TOLERATED, tolerated))]


def _driver(report: Report) -> list[tuple[_Labels, float]]:
    host = report.host
    return [({"version": host.driver, "cuda": host.cuda}, 1)] if host.driver else []


def _build(report: Report) -> list[tuple[_Labels, float]]:
    return [({"version": report.tool_version, "data_version": report.data_version}, 1)]


def _lines(family: _Family) -> Iterator[str]:
    if not family.samples:
        return
    yield f"# HELP {family.name} {family.help}"
    yield f"# TYPE {family.name} gauge"
    for labels, value in family.samples:
        inside = ",".join(f'{name}="{_escaped(text)}"' for name, text in labels.items())
        number = float(value)
        yield f"{family.name}{{{inside}}} {number:.17g}" if inside else f"{family.name} {number:.17g}"


def _escaped(text: str) -> str:
    return visible(text).replace("\\", "\\\\").replace('"', '\\"')
