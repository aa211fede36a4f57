"""Judgements of images for people at a terminal: the first line answers, the rest earns its place."""

from collections.abc import Iterator

from gpucheck.model.finding import Status
from gpucheck.model.image_report import ImageReport
from gpucheck.model.judgement import Judgement
from gpucheck.render._image_outline import (
    STATUSES,
    Row,
    about_host,
    brief,
    details,
    opening,
    summary,
)
from gpucheck.render._lines import COLOURS, Line, line, remedy_lines, sign, written
from gpucheck.render._options import Options
from gpucheck.render._text import visible

_MAX_DETAILED = 40  # images with details; nobody reads more of them at a terminal


def render(report: ImageReport, options: Options) -> str:
    """Return the judgements as terminal text, wrapped to ``options.width``."""
    return written(_lines(report, options), options)


def _lines(report: ImageReport, options: Options) -> Iterator[Line]:
    if len(report.images) == 1:
        (judgement,) = report.images
        yield _answer("", judgement, opening(judgement, report.target), options)
        yield from _about_the_host(report)
        yield Line()
        yield from _details(judgement, report, options)
    else:
        status, said = summary(report)
        yield line(f"{sign(status, options)} ", said, "", "bold", COLOURS[status])
        yield from _about_the_host(report)
        yield Line()
        for judgement in report.images:
            yield _answer("  ", judgement, brief(judgement, report.target), options)
        yield from _sections(report, options)


def _answer(indent: str, judgement: Judgement, text: str, options: Options) -> Line:
    status = STATUSES[judgement.verdict]
    style = "" if indent else "bold"
    return line(f"{indent}{sign(status, options)} ", text, judgement.cause, style, COLOURS[status])


def _about_the_host(report: ImageReport) -> Iterator[Line]:
    yield from (line("  ", text, style="dim") for text in about_host(report))
    for setting in report.overrides:
        yield line("  ", f"override in force: {setting}", style="yellow")


def _sections(report: ImageReport, options: Options) -> Iterator[Line]:
    """Yield the details of the images that need attention; of all where that was asked for."""
    wanted = [j for j in report.images if options.verbose or _needs_attention(j)]
    for judgement in wanted[:_MAX_DETAILED]:
        yield Line()
        yield line("", judgement.need.reference.text, style="bold")
        yield from _details(judgement, report, options)
    if len(wanted) > _MAX_DETAILED:
        yield Line()
        yield line("", f"… and {len(wanted) - _MAX_DETAILED} more; --format json has them all")


def _needs_attention(judgement: Judgement) -> bool:
    need = judgement.need
    return STATUSES[judgement.verdict] is not Status.PASS or bool(need.secrets) or need.published is False


def _details(judgement: Judgement, report: ImageReport, options: Options) -> Iterator[Line]:
    former = ""
    for row in details(judgement, report.target, verbose=options.verbose):
        yield _detail(row, "" if row.word == former else row.word)
        former = row.word
    for remedy in judgement.remedies:
        yield from remedy_lines(remedy)


def _detail(row: Row, word: str) -> Line:
    return Line(f"      {word:<4} ", visible(row.text), row.tag, lead_style="dim")
