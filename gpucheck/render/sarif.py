"""Findings about files as SARIF 2.1.0, for code scanning: what stands in a configuration file, and where.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html. GitHub shows results with a place in a file
only (https://docs.github.com/en/code-security/reference/code-scanning/sarif-files/sarif-support-for-code-scanning),
so findings about no file are left out; the other formats have them.
"""

import json
import re
from posixpath import normpath
from typing import Any
from urllib.parse import quote

from gpucheck.model.finding import Finding, Status
from gpucheck.model.report import Report
from gpucheck.render._cases import explanation_lines
from gpucheck.render._options import Options
from gpucheck.render._text import visible

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {Status.FAIL: "error", Status.WARN: "warning"}
_PLACE = re.compile(r"(?P<path>[^\x00]+?)(?::(?P<line>\d+))?")
_AGREED = "contract."  # evidence of what the contract says, and where
# what people write; libraries, folders, sockets and what the kernel shows are no files of a configuration
_WRITTEN = re.compile(
    r"/etc/(?!.*\.cache(?::|$)).+|/(?!proc/|sys/|dev/).+\.(?:json|toml|ya?ml|conf|cfg|list|rules|service)(?::\d+)?"
)


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
    """Return the file that a finding is about, none or one; its first line where none is known."""
    agreed = [
        e.source for e in finding.evidence if e.fact.startswith(_AGREED) and not e.source.startswith("stdin:")
    ]
    written = [e.source for e in finding.evidence if _WRITTEN.fullmatch(e.source)]
    return [_place(source) for source in (*agreed, *written)][:1]


def _place(source: str) -> tuple[str, int]:
    match = _PLACE.fullmatch(source)
    assert match is not None
    return match["path"].strip(), int(match["line"] or 1)


def _fingerprint(finding: Finding) -> str:
    terms = (e.fact for e in finding.evidence if e.fact.startswith(_AGREED))
    return ":".join((finding.check, finding.subject, finding.cause, *terms))


def _uri(path: str) -> str:
    """Return a file's URI; of one of the project relative to it, as code scanning wants it."""
    text = quote(normpath(path).encode("utf-8", "surrogateescape"))
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
        "partialFingerprints": {"gpucheck/1": _fingerprint(finding)},
    }
    if finding.tolerated:
        result["suppressions"] = [{"kind": "external", "justification": visible(finding.tolerated)}]
    return result
