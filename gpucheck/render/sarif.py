"""Findings about files as SARIF 2.1.0, for code scanning: what stands in a configuration file, and where.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html. GitHub shows results with a place in a file
only (https://docs.github.com/en/code-security/reference/code-scanning/sarif-files/sarif-support-for-code-scanning),
so findings about no file are left out; the other formats have them.
"""

import json
import re
from typing import Any
from urllib.parse import quote

from gpucheck.model.finding import Evidence, Finding, Status
from gpucheck.model.report import Report
from gpucheck.render._cases import explanation_lines
from gpucheck.render._options import Options
from gpucheck.render._text import visible

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {Status.FAIL: "error", Status.WARN: "warning"}
_NO_FILES = ("/proc/", "/sys/", "/dev/", "/run/docker", "/var/run/docker")  # the kernel's and sockets
_PLACE = re.compile(
    r"^(?P<path>/[^\x00:]+|[^\x00:\s]+\.toml)(?::(?P<line>\d+))?"
)  # or a contract of the project


def render(report: Report, options: Options) -> str:  # noqa: ARG001 - one signature for all formats
    """Return the log as one JSON document in ASCII, with a final newline."""
    located = [(f, place) for f in report.findings if f.status in _LEVELS for place in _places(f)]
    results = [_result(finding, path, line) for finding, (path, line) in located]
    rules = {finding.check: _rule(finding) for finding, _ in located}
    return _log(report.tool_version, list(rules.values()), results, {"executionSuccessful": True})


def failure(message: str, code: int, version: str) -> str:
    """Return the log of a run that could not judge: no results, and a notification that says why."""
    notice = {"level": "error", "message": {"text": visible(message, 1000)}}
    invocation = {
        "executionSuccessful": False, "exitCode": code, "toolExecutionNotifications": [notice],
    }  # fmt: skip
    return _log(version, [], [], invocation)


def _log(
    version: str, rules: list[dict[str, Any]], results: list[dict[str, Any]], invocation: dict[str, Any]
) -> str:
    driver = {"name": "gpucheck", "semanticVersion": version, "rules": rules}
    run = {"tool": {"driver": driver}, "invocations": [invocation], "results": results}
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _places(finding: Finding) -> list[tuple[str, int]]:
    """Return the files that a finding is about, with the line where that is known; else the first."""
    found: dict[str, int] = {}
    for evidence in finding.evidence:
        place = _place(evidence)
        if place is not None:
            found.setdefault(*place)
    return list(found.items())[:1]


def _place(evidence: Evidence) -> tuple[str, int] | None:
    match = _PLACE.match(evidence.source)
    if match is None or match["path"].startswith(_NO_FILES):
        return None
    return match["path"].strip(), int(match["line"] or 1)


def _uri(path: str) -> str:
    text = quote(path.encode("utf-8", "surrogateescape"))
    return f"file://{text}" if text.startswith("/") else text


def _rule(finding: Finding) -> dict[str, Any]:
    words = finding.slug.replace("_", " ")
    rule: dict[str, Any] = {"id": finding.check, "name": finding.slug, "shortDescription": {"text": words}}
    if finding.remedy is not None and finding.remedy.url:
        rule["helpUri"] = finding.remedy.url
    return rule


def _result(finding: Finding, path: str, line: int) -> dict[str, Any]:
    text = "\n".join(visible(part, 2000) for part in (finding.title, *explanation_lines(finding)))
    place = {
        "artifactLocation": {"uri": _uri(path)},
        "region": {"startLine": max(line, 1)},
    }
    result: dict[str, Any] = {
        "ruleId": finding.check,
        "level": _LEVELS[finding.status],
        "message": {"text": text},
        "locations": [{"physicalLocation": place}],
        "partialFingerprints": {"gpucheck/1": f"{finding.check}:{finding.subject}:{finding.cause}"},
    }
    if finding.tolerated:
        result["suppressions"] = [{"kind": "external", "justification": visible(finding.tolerated)}]
    return result
