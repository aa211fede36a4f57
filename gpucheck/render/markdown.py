"""The report to be pasted into a bug report: complete, and inert whatever the host's texts hold."""

from collections.abc import Iterator

from gpucheck.model.finding import Finding, Status
from gpucheck.model.report import Report
from gpucheck.render._markup import SIGNS, code, plain
from gpucheck.render._options import Options
from gpucheck.render._outline import (
    CATEGORY_TITLES,
    Entry,
    command_lines,
    headed,
    host_line,
    is_explained,
    outline,
    remarks,
    unread,
)
from gpucheck.render._text import visible

_MAX_ENTRIES = 200  # a bug tracker refuses more text than about this


def render(report: Report, options: Options) -> str:
    """Return the report as GitHub-flavoured Markdown."""
    return "\n".join(_lines(report, options)).rstrip("\n") + "\n"


def _lines(report: Report, options: Options) -> Iterator[str]:
    arranged = outline(report, verbose=options.verbose)
    yield f"### gpucheck: {plain(arranged.opening)}"
    yield ""
    if host_line(report):
        yield plain(host_line(report))
        yield ""
    for remark in remarks(report):
        yield f"- {plain(remark)}"
    for category, entries in arranged.groups.items():
        if entries:
            yield f"\n**{CATEGORY_TITLES[category]}**\n"
            for entry in entries[:_MAX_ENTRIES]:
                yield from _entry(entry)
            if len(entries) > _MAX_ENTRIES:
                yield f"- … and {len(entries) - _MAX_ENTRIES} more"
    if arranged.not_read:
        yield "\n**Not read**\n"
        for reason, findings in arranged.not_read[:_MAX_ENTRIES]:
            checks = ", ".join(dict.fromkeys(f.check for f in findings))
            yield f"- ? {plain(unread(reason, findings))} ({checks})"
    yield ""
    versions = f"gpucheck {report.tool_version}, data {report.data_version}"
    yield f"{plain(arranged.closing)} · {plain(versions)}"


def _entry(entry: Entry) -> Iterator[str]:
    finding = entry.finding
    label = f" ({finding.check} {code(finding.cause)})" if finding.cause else f" ({finding.check})"
    status = Status.SKIP if finding.tolerated else finding.status
    yield f"- {SIGNS[status]} {plain(headed(entry))}{label}"
    if is_explained(finding):
        yield from _explanation(finding)
    if entry.consequences:
        titles = "; ".join(dict.fromkeys(plain(f"{f.title} ({f.check})") for f in entry.consequences))
        yield f"  - what follows from it: {titles}"


def _explanation(finding: Finding) -> Iterator[str]:
    for evidence in finding.evidence:
        expected = f", right: {code(evidence.expected)}" if evidence.expected else ""
        seen = f"{code(evidence.fact)} = {code(evidence.observed)}"
        yield f"  - seen: {seen}{expected}, from {code(evidence.source)}"
    if finding.detail:
        yield f"  - why: {plain(finding.detail)}"
    if finding.remedy:
        yield f"  - fix: {plain(finding.remedy.summary)}"
        commands = command_lines(finding.remedy)
        if commands:
            yield "    ```sh"
            yield from (f"    {visible(command).replace('```', '')}" for command in commands)
            yield "    ```"
