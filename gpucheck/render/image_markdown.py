"""Judgements of images to be pasted: a table, then the details, inert whatever the texts hold."""

from collections.abc import Iterator

from gpucheck.compat.sentence import answer
from gpucheck.model.image_report import ImageReport
from gpucheck.model.judgement import Judgement
from gpucheck.render._image_outline import STATUSES, about_host, details, opening, summary
from gpucheck.render._markup import SIGNS, code, plain
from gpucheck.render._options import Options
from gpucheck.render._outline import command_lines
from gpucheck.render._text import visible

_MAX_DETAILED = 100  # a bug tracker refuses more text than about this
_WORDS = {
    "need": "needs", "why": "why", "gpus": "on", "else": "elsewhere", "but": "but", "note": "note",
    "ask": "asked", "from": "source", "seen": "seen",
}  # fmt: skip


def render(report: ImageReport, options: Options) -> str:
    """Return the judgements as GitHub-flavoured Markdown."""
    return "\n".join(_lines(report, options)).rstrip("\n") + "\n"


def _lines(report: ImageReport, options: Options) -> Iterator[str]:
    one = len(report.images) == 1
    first = opening(report.images[0], report.target) if one else summary(report)[1]
    yield f"### gpucheck: {plain(first)}"
    yield ""
    yield from (f"- {plain(text)}" for text in about_host(report))
    for setting in report.overrides:
        yield f"- override in force: {plain(setting)}"
    if not one:
        yield from _table(report)
    for judgement in report.images[:_MAX_DETAILED]:
        yield from _details(judgement, report, options)
    if len(report.images) > _MAX_DETAILED:
        yield f"\n… and {len(report.images) - _MAX_DETAILED} more"
    yield ""
    yield plain(f"gpucheck {report.tool_version}, data {report.data_version}")


def _table(report: ImageReport) -> Iterator[str]:
    yield "\n| | image | verdict | why |"
    yield "|---|---|---|---|"
    for judgement in report.images:
        mode = f", {judgement.mode.value}" if judgement.mode else ""
        reference = code(judgement.need.reference.text, in_table=True)
        why = plain(answer(judgement, report.target))
        sign = SIGNS[STATUSES[judgement.verdict]]
        yield f"| {sign} | {reference} | {judgement.verdict.value}{mode} | {why} |"


def _details(judgement: Judgement, report: ImageReport, options: Options) -> Iterator[str]:
    cause = f" ({code(judgement.cause)})" if judgement.cause else ""
    yield f"\n**{plain(judgement.need.reference.text)}**{cause}\n"
    for row in details(judgement, report.target, verbose=options.verbose):
        tag = f" ({code(row.tag)})" if row.tag else ""
        yield f"- {_WORDS[row.word]}: {plain(row.text)}{tag}"
    for remedy in judgement.remedies:
        yield f"- fix: {plain(remedy.summary)}"
        commands = command_lines(remedy)
        if commands:
            yield "  ```sh"
            yield from (f"  {visible(command).replace('```', '')}" for command in commands)
            yield "  ```"
