"""Findings as the test cases of formats that know tests only: ok, failed, could not be run, skipped."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import Enum

from gpucheck.model.choices import FailOn
from gpucheck.model.finding import Category, Finding, Status
from gpucheck.model.report import Report, exit_code
from gpucheck.render._outline import command_lines, opening


class Result(str, Enum):
    """How a test ended, in the words of JUnit."""

    OK = "ok"
    FAILURE = "failure"  # what was judged is bad
    ERROR = "error"  # it could not be judged, and readiness hangs on it
    SKIPPED = "skipped"  # nothing to judge, or not known and readiness does not hang on it


BAD = {Result.FAILURE, Result.ERROR}


@dataclass(frozen=True, slots=True)
class Case:
    """One finding as a test: its name is the same on every run, whatever came of it."""

    suite: str  # the category
    name: str  # GC212 libraries_match_module, with the subject behind where it is not the host
    result: Result
    message: str  # '' where all is well
    finding: Finding


def cases_of(report: Report, fail_on: FailOn) -> list[Case]:
    """Return findings as tests, so that a file of tests says what the exit code says.

    Where nothing could be judged no finding is bad, and a test is added that is.
    """
    cases = _named_apart(_case_of(finding, fail_on) for finding in report.findings)
    if exit_code(report, fail_on) and not any(case.result in BAD for case in cases):
        title = opening(report)
        finding = Finding("gpucheck", "verdict", Category.RUN, Status.UNKNOWN, title)
        cases.append(Case("gpucheck", "gpucheck verdict", Result.ERROR, title, finding))
    return cases


def _named_apart(cases: Iterable[Case]) -> list[Case]:
    """Give each its own name: of two, Jenkins and GitLab would take the first.

    The second of a check that says several things of one subject has (2) behind it.
    """
    seen: Counter[str] = Counter()
    found = []
    for case in cases:
        seen[case.name] += 1
        number = seen[case.name]
        found.append(case if number == 1 else replace(case, name=f"{case.name} ({number})"))
    return found


def _case_of(finding: Finding, fail_on: FailOn) -> Case:
    subject = "" if finding.subject == "host" else f" [{finding.subject}]"
    name = f"{finding.check} {finding.slug}{subject}"
    result = _result(finding, fail_on)
    return Case(finding.category.value, name, result, _message(finding, result), finding)


def _result(finding: Finding, fail_on: FailOn) -> Result:
    if finding.tolerated:
        return Result.SKIPPED
    if finding.status is Status.FAIL or (finding.status is Status.WARN and fail_on is FailOn.WARN):
        return Result.FAILURE
    if finding.status is Status.ERROR:
        return Result.ERROR
    if finding.status is Status.UNKNOWN:
        hangs = (finding.decides and not finding.because_of) or fail_on is FailOn.UNKNOWN
        return Result.ERROR if hangs else Result.SKIPPED
    return Result.SKIPPED if finding.status is Status.SKIP else Result.OK


def _message(finding: Finding, result: Result) -> str:
    if finding.tolerated:
        return f"tolerated: {finding.tolerated} ({finding.title})"
    if result is Result.OK and finding.status is not Status.WARN:
        return ""
    return f"warning: {finding.title}" if finding.status is Status.WARN else finding.title


def explanation_lines(finding: Finding) -> list[str]:
    """Return cause, evidence, why and fix as lines of plain text, without the title."""
    lines = [f"cause: {finding.cause}"] if finding.cause else []
    lines += [f"follows from: {', '.join(finding.because_of)}"] if finding.because_of else []
    for evidence in finding.evidence:
        right = f" (right: {evidence.expected})" if evidence.expected else ""
        lines.append(f"seen: {evidence.fact} = {evidence.observed}{right}, from {evidence.source}")
    lines += [f"why: {finding.detail}"] if finding.detail else []
    if finding.remedy is not None:
        lines.append(f"fix: {finding.remedy.summary}")
        lines += [f"  {command}" for command in command_lines(finding.remedy)]
    return lines
