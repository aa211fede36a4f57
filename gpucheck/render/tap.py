"""The report as the Test Anything Protocol, version 13 (https://testanything.org/tap-version-13-specification.html).

What could not be judged is ``not ok`` where readiness hangs on it, and skipped where it does not.
"""

import json
from collections.abc import Iterator

from gpucheck.model.report import Report
from gpucheck.render._cases import BAD, Case, Result, cases_of
from gpucheck.render._options import Options
from gpucheck.render._outline import command_lines, opening
from gpucheck.render._text import ascii_only, visible


def render(report: Report, options: Options) -> str:
    """Return a plan and a line per finding, in ASCII; failed ones with a YAML block of why and what to do."""
    return "\n".join(_lines(report, options)) + "\n"


def failure(message: str, code: int, version: str) -> str:
    """Return the stream of a run that could not judge."""
    line = ascii_only(visible(message))
    return f"TAP version 13\n1..0\nBail out! gpucheck {version} ended with {code}: {line}\n"


def _lines(report: Report, options: Options) -> Iterator[str]:
    yield "TAP version 13"
    cases = cases_of(report, options.fail_on)
    yield f"1..{len(cases)}"
    yield f"# {_line(opening(report))}"
    for number, case in enumerate(cases, 1):
        yield from _test(number, case)


def _test(number: int, case: Case) -> Iterator[str]:
    sign = "not ok" if case.result in BAD else "ok"
    words = f"{sign} {number} - {_line(case.name)}"
    if case.result is Result.SKIPPED:
        yield f"{words} # SKIP {_line(case.message)}"
        return
    yield words
    if case.message:
        yield "  ---"
        yield from (f"  {key}: {json.dumps(_visible(value))}" for key, value in _block(case))
        yield "  ..."


def _block(case: Case) -> Iterator[tuple[str, object]]:
    """Yield what a reader of a failure wants; JSON values, since JSON is YAML that nobody has to guess at."""
    finding = case.finding
    yield "message", finding.title
    yield "severity", finding.status.value
    yield "cause", finding.cause
    yield "because_of", list(finding.because_of)
    yield "why", finding.detail
    yield "seen", [f"{e.fact} = {e.observed}" for e in finding.evidence]
    yield "fix", finding.remedy.summary if finding.remedy else ""
    yield "commands", command_lines(finding.remedy) if finding.remedy else []


def _visible(value: object) -> object:
    return [visible(str(part)) for part in value] if isinstance(value, list) else visible(str(value))


def _line(text: str) -> str:
    """Return host text that is no directive: a # would begin one."""
    return ascii_only(visible(text)).replace("#", "\\x23")
