"""The report for programs: gpucheck.report/1, described by compat_data/schema/report.schema.json."""

import json
from typing import Any

from gpucheck.model.codec import encode
from gpucheck.model.finding import Finding
from gpucheck.model.report import SCHEMA, Report
from gpucheck.render._judgement import judgement_document
from gpucheck.render._options import Options


def render(report: Report, options: Options) -> str:  # noqa: ARG001 - one signature for all formats
    """Return the report as one JSON document in ASCII, with a final newline."""
    return json.dumps(document(report), indent=2) + "\n"


def document(report: Report) -> dict[str, Any]:
    """Return the report as JSON-ready data."""
    cause = report.cause
    return _document(report.tool_version, report.data_version) | {
        "host": encode(report.host),
        "taken_at": report.taken_at,
        "root": report.root,
        "redacted": report.redacted,
        "verdict": report.verdict.value,
        "cause": {"check": cause.check, "cause": cause.cause, "title": cause.title} if cause else None,
        "findings": [_finding(finding) for finding in report.findings],
        "images": [judgement_document(judgement) for judgement in report.images],
        "run": _run(report),
        "counts": report.counts,
        "duration_ms": report.duration_ms,
        "overrides": list(report.overrides),
        "contract": report.contract,
    }


def failure(message: str, exit_code: int, tool_version: str) -> str:
    """Return the document of a run that ended before it could judge: undetermined, and why."""
    data = _document(tool_version, "") | {"error": {"message": message, "exit_code": exit_code}}
    return json.dumps(data, indent=2) + "\n"


def _document(tool_version: str, data_version: str) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "tool": {"version": tool_version, "data_version": data_version},
        "host": None,
        "taken_at": 0,
        "root": "/",
        "redacted": False,
        "verdict": "undetermined",
        "cause": None,
        "findings": [],
        "images": [],
        "run": None,
        "counts": {},
        "duration_ms": 0,
        "overrides": [],
        "contract": "",
        "error": None,
    }


def _run(report: Report) -> dict[str, Any] | None:
    if report.run is None:
        return None
    from gpucheck.render.run_json import run_document  # noqa: PLC0415 - few reports have one

    return run_document(report.run)


def _finding(finding: Finding) -> dict[str, Any]:
    data: dict[str, Any] = encode(finding)
    del data["headline"]  # how the short report looks is no part of the interface
    return data | {"cause": finding.cause or None}
