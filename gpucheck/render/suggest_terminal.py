"""Suggested images for people at a terminal: a line each, what it holds at the right."""

from collections.abc import Iterator

from gpucheck.compat.sentence import cuda_of
from gpucheck.model.finding import Status
from gpucheck.model.judgement import Judgement
from gpucheck.model.suggestion import Suggestions, SuggestReport
from gpucheck.render._image_outline import STATUSES, host_line, in_units, not_known
from gpucheck.render._lines import COLOURS, Line, line, sign, written
from gpucheck.render._options import Options
from gpucheck.render._text import visible


def render(report: SuggestReport, options: Options) -> str:
    """Return the suggestions as terminal text, wrapped to ``options.width``."""
    return written(_lines(report, options), options)


def _lines(report: SuggestReport, options: Options) -> Iterator[Line]:
    status, said = _opening(report)
    yield line(f"{sign(status, options)} ", said, "", "bold", COLOURS[status])
    for text in (host_line(report.hostname, report.target), not_known(report.target)):
        if text:
            yield line("  ", text, style="dim")
    for setting in report.overrides:
        yield line("  ", f"override in force: {setting}", style="yellow")
    for found in report.families:
        yield Line()
        yield line("", found.repository.removeprefix("docker.io/"), style="bold")
        yield from _family(found, options)


def _opening(report: SuggestReport) -> tuple[Status, str]:
    names: dict[Status, list[str]] = {status: [] for status in Status}
    for found in report.families:
        names[STATUSES[found.verdict]].append(found.repository.removeprefix("docker.io/"))
    if names[Status.FAIL]:
        return Status.FAIL, f"No known image of {' and '.join(names[Status.FAIL])} runs here."
    if names[Status.UNKNOWN]:
        return Status.UNKNOWN, f"Could not determine what of {' and '.join(names[Status.UNKNOWN])} runs here."
    return Status.PASS, "These run here, the best first:"


def _family(found: Suggestions, options: Options) -> Iterator[Line]:
    for judgement in found.images:
        status = STATUSES[judgement.verdict]
        lead, reference = f"  {sign(status, options)} ", judgement.need.reference.text
        yield line(lead, reference, visible(_holds(judgement)), "", COLOURS[status])
    if not found.images:
        status = STATUSES[found.verdict]
        yield line(f"  {sign(status, options)} ", found.reason, "", "", COLOURS[status])


def _holds(judgement: Judgement) -> str:
    need = judgement.need
    parts = [
        cuda_of(need),
        "nvcc" if need.compiler else "",
        in_units(need.size_bytes) if need.size_bytes else "",
        judgement.mode.value if judgement.mode else "",
    ]
    return " · ".join(part for part in parts if part)
