"""The report as JUnit XML, for Jenkins, GitLab and Azure: a suite per category, a test per finding.

The elements and attributes are those that the schema of Jenkins' xUnit plugin knows: there is no other
formal standard (https://github.com/jenkinsci/xunit-plugin, junit-10.xsd, read 2026-11-25).
"""

import re
from collections import Counter
from datetime import datetime, timezone
from xml.etree import ElementTree as ET

from gpucheck.model.finding import Category, Finding
from gpucheck.model.report import Report
from gpucheck.render._cases import Case, Result, cases_of, explanation_lines
from gpucheck.render._options import Options
from gpucheck.render._outline import host_line, opening
from gpucheck.render._text import visible

_ORDER = [*(category.value for category in Category), "gpucheck"]
# what XML 1.0 forbids: https://www.w3.org/TR/xml/#charsets
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(report: Report, options: Options) -> str:
    """Return the report as one XML document in ASCII, with a final newline."""
    cases = cases_of(report, options.fail_on)
    seconds = f"{report.duration_ms / 1000:.3f}"
    root = ET.Element("testsuites", {"name": "gpucheck", **_counts(cases), "time": seconds})
    for suite in sorted({case.suite for case in cases}, key=_ORDER.index):
        own = [case for case in cases if case.suite == suite]
        # probes run at once, so the time is the whole report's: on the first suite, or sums would lie
        root.append(_suite(suite, own, report, seconds if not len(root) else "0.000"))
    return _written(root)


def failure(message: str, code: int, version: str) -> str:
    """Return the document of a run that could not judge: one test that could not be run."""
    root = ET.Element("testsuites", {"name": "gpucheck", "tests": "1", "failures": "0", "errors": "1"})
    counts = {"tests": "1", "failures": "0", "errors": "1", "skipped": "0"}
    suite = ET.SubElement(root, "testsuite", {"name": "gpucheck", **counts})
    test = ET.SubElement(suite, "testcase", {"classname": "gpucheck", "name": f"gpucheck {version}"})
    ET.SubElement(test, "error", {"type": f"exit_{code}", "message": _clean(message)})
    return _written(root)


def _written(root: ET.Element) -> str:
    ET.indent(root)
    text: bytes = ET.tostring(root, "us-ascii", xml_declaration=True)
    return text.decode("ascii") + "\n"


def _suite(name: str, cases: list[Case], report: Report, seconds: str) -> ET.Element:
    when = datetime.fromtimestamp(report.taken_at, timezone.utc).strftime("%Y-%m-%dT%H:%M:%S")
    suite = ET.Element(
        "testsuite",
        {
            "name": f"gpucheck.{name}",
            **_counts(cases),
            "skipped": str(sum(case.result is Result.SKIPPED for case in cases)),
            "time": seconds,
            "timestamp": when,
            **({"hostname": _clean(report.host.hostname)} if report.host.hostname else {}),
        },
    )
    properties = ET.SubElement(suite, "properties")
    for key, value in _properties(report):
        ET.SubElement(properties, "property", {"name": key, "value": _clean(value)})
    suite.extend(_test(case) for case in cases)
    return suite


def _properties(report: Report) -> list[tuple[str, str]]:
    settings = [("override", setting) for setting in report.overrides]
    return [
        ("verdict", report.verdict.value),
        ("summary", opening(report)),
        ("host", host_line(report)),
        ("gpucheck", report.tool_version),
        ("data", report.data_version),
        *([("contract", report.contract)] if report.contract else []),
        *settings,
    ]


def _test(case: Case) -> ET.Element:
    attributes = {"classname": f"gpucheck.{case.suite}", "name": _clean(case.name), "time": "0.000"}
    test = ET.Element("testcase", attributes)
    if case.result is not Result.OK:
        kind = case.finding.cause or case.finding.status.value
        outcome = ET.SubElement(test, case.result.value, {"message": _clean(case.message), "type": kind})
        outcome.text = _text(case.finding)
    elif case.message:
        ET.SubElement(test, "system-out").text = "\n".join([_clean(case.message), _text(case.finding)])
    return test


def _text(finding: Finding) -> str:
    return "\n".join(map(_clean, explanation_lines(finding)))


def _counts(cases: list[Case]) -> dict[str, str]:
    number = Counter(case.result for case in cases)
    return {
        "tests": str(len(cases)),
        "failures": str(number[Result.FAILURE]),
        "errors": str(number[Result.ERROR]),
    }


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("?", visible(text, 2000))
