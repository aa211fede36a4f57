"""The report for people at a terminal: the first line answers, the rest earns its place."""

from collections.abc import Iterator

from gpucheck.model.finding import Category, Finding, Status
from gpucheck.model.report import Report, Verdict
from gpucheck.render._lines import COLOURS, Line, detail, line, remedy_lines, sign, written
from gpucheck.render._options import Options
from gpucheck.render._outline import (
    CATEGORY_TITLES,
    Entry,
    headed,
    host_line,
    is_explained,
    outline,
    remarks,
    unread,
)
from gpucheck.render._text import visible

_VERDICTS = {
    Verdict.READY: Status.PASS,
    Verdict.NOT_READY: Status.FAIL,
    Verdict.UNDETERMINED: Status.UNKNOWN,
}
_MAX_CONSEQUENCES = 6  # titles listed in full; the rest is counted
_MAX_IDS = 8  # check ids named beside what could not be read
_MAX_ENTRIES = 40  # of one group; a machine with more faults than that has one cause


def render(report: Report, options: Options) -> str:
    """Return the report as terminal text, wrapped to ``options.width``."""
    return written(_lines(report, options), options)


def _lines(report: Report, options: Options) -> Iterator[Line]:
    arranged = outline(report, verbose=options.verbose)
    status = _VERDICTS[report.verdict]
    tag = report.cause.check if report.cause else ""
    yield line(f"{sign(status, options)} ", arranged.opening, tag, "bold", COLOURS[status])
    if host_line(report):
        yield line("  ", host_line(report), style="dim")
    for remark in remarks(report):
        yield line("  ", remark, style="yellow")
    for category, entries in arranged.groups.items():
        yield from _group(category, entries, options)
    yield from _not_read(arranged.not_read, options)
    yield Line()
    yield line("", arranged.closing, style="dim")


def _group(category: Category, entries: list[Entry], options: Options) -> Iterator[Line]:
    if not entries:
        return
    yield Line()
    yield line("", CATEGORY_TITLES[category], style="bold")
    for entry in entries[:_MAX_ENTRIES]:
        yield from _entry(entry, options)
    if len(entries) > _MAX_ENTRIES:
        yield line("  ", f"… and {len(entries) - _MAX_ENTRIES} more; --format json has them all")


def _entry(entry: Entry, options: Options) -> Iterator[Line]:
    finding = entry.finding
    complaint = is_explained(finding)
    tag = f"{finding.check} {finding.cause}".strip() if complaint or options.verbose else ""
    status = Status.SKIP if finding.tolerated else finding.status
    yield line(f"  {sign(status, options)} ", headed(entry), tag, "", COLOURS[status])
    if complaint or options.verbose:
        yield from _explanation(entry)
    elif finding.status is Status.PASS and finding.headline and finding.detail:
        yield line("      ", finding.detail, style="dim")


def _explanation(entry: Entry) -> Iterator[Line]:
    finding = entry.finding
    for evidence in finding.evidence:
        expected = f" (right: {evidence.expected})" if evidence.expected else ""
        yield detail("seen", f"{evidence.fact}: {evidence.observed}{expected} · {evidence.source}")
    if finding.detail:
        yield detail("why", finding.detail)
    if finding.remedy:
        yield from remedy_lines(finding.remedy)
    if entry.consequences:
        yield _consequences(entry.consequences)


def _consequences(findings: list[Finding]) -> Line:
    """Return the line of what follows: faults by title, and how much could not be read because of it."""
    faults = [f for f in findings if f.status in {Status.FAIL, Status.WARN}]
    titles = list(dict.fromkeys(f.title for f in faults))
    parts = titles[:_MAX_CONSEQUENCES]
    if len(titles) > _MAX_CONSEQUENCES:
        parts.append(f"and {len(titles) - _MAX_CONSEQUENCES} more")
    unread = {f.check for f in findings} - {f.check for f in faults}
    if unread:
        parts.append(f"{len(unread)} checks could not look" if len(unread) > 1 else "1 check could not look")
    checks = list(dict.fromkeys(finding.check for finding in findings))
    return Line("      so   ", visible(" · ".join(parts)) + f" ({_few(checks)})", lead_style="dim")


def _few(checks: list[str]) -> str:
    more = f" and {len(checks) - _MAX_IDS} more" if len(checks) > _MAX_IDS else ""
    return " ".join(checks[:_MAX_IDS]) + more


def _not_read(reasons: list[tuple[str, list[Finding]]], options: Options) -> Iterator[Line]:
    if not reasons:
        return
    yield Line()
    yield line("", "Not read", style="bold")
    for reason, findings in reasons[:_MAX_ENTRIES]:
        status = findings[0].status
        checks = list(dict.fromkeys(f.check for f in findings))
        lead = f"  {sign(status, options)} "
        text = unread(reason, findings)
        yield line(lead, text, _few(checks), "", COLOURS[status])
