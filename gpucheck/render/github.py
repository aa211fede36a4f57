"""The report as workflow commands of GitHub Actions: at most ten annotations, the worst first.

Commands and escapes: https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions. The
limit is GitHub's own, of ten of a kind per step: https://github.com/orgs/community/discussions/26680.
"""

from collections.abc import Iterator

from gpucheck.model.choices import FailOn
from gpucheck.model.finding import Status
from gpucheck.model.report import Report, Verdict, exit_code
from gpucheck.render._options import Options
from gpucheck.render._outline import Entry, command_lines, headed, opening
from gpucheck.render._text import visible
from gpucheck.render._worst import worst_first

MAX_ANNOTATIONS = 10
_LEVELS = {Status.FAIL: "error", Status.ERROR: "error", Status.UNKNOWN: "error", Status.WARN: "warning"}


def render(report: Report, options: Options) -> str:
    """Return one command per line: the answer, then what to mend."""
    entries = worst_first(report, options.fail_on)
    rest = len(entries) - (MAX_ANNOTATIONS - 1)
    shown = entries[: MAX_ANNOTATIONS - 1]
    lines = [_answer(report, options, rest), *(_annotation(entry, options) for entry in shown)]
    return "\n".join(lines) + "\n"


def failure(message: str, code: int, version: str) -> str:
    """Return the annotation of a run that could not judge."""
    return command("error", f"gpucheck {version} ended with {code}", message) + "\n"


def command(level: str, title: str, message: str) -> str:
    """Return one workflow command; neither text can end it or begin another."""
    return f"::{level} title={_property(title)}::{_data(message)}"


def _answer(report: Report, options: Options, rest: int) -> str:
    more = f" {rest} more complaints are in the report." if rest > 0 else ""
    level = "notice" if report.verdict is Verdict.READY else "warning"  # of a step that goes on
    level = "error" if exit_code(report, options.fail_on) else level
    return command(level, "gpucheck", f"{visible(opening(report))}{more}")


def _annotation(entry: Entry, options: Options) -> str:
    finding = entry.finding
    title = f"{finding.check} {finding.cause or finding.slug}"
    level = "error" if options.fail_on is FailOn.WARN else _LEVELS[finding.status]
    return command(level, title, "\n".join(_body(entry)))


def _body(entry: Entry) -> Iterator[str]:
    finding = entry.finding
    yield visible(headed(entry))
    if finding.detail:
        yield visible(finding.detail)
    if finding.remedy is not None:
        yield f"Fix: {visible(finding.remedy.summary)}"
        yield from (f"  {visible(line)}" for line in command_lines(finding.remedy))
    if entry.consequences:
        yield f"What follows from it: {', '.join(dict.fromkeys(f.check for f in entry.consequences))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(visible(text)).replace(":", "%3A").replace(",", "%2C")
