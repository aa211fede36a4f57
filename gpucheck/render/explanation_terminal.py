"""Causes of a text for people at a terminal: the first line answers, the rest tells how to be sure."""

from collections.abc import Iterator

from gpucheck.model.explanation import Confidence, Explanation, Match
from gpucheck.model.finding import Status
from gpucheck.render._explanation import opening, rows, title
from gpucheck.render._lines import COLOURS, Line, detail, line, remedy_lines, sign, written
from gpucheck.render._options import Options

_STATUSES = {
    Confidence.CERTAIN: Status.FAIL,
    Confidence.LIKELY: Status.WARN,
    Confidence.POSSIBLE: Status.UNKNOWN,
}


def render(explanation: Explanation, options: Options) -> str:
    """Return the causes as terminal text, wrapped to ``options.width``."""
    return written(_lines(explanation, options), options)


def _lines(explanation: Explanation, options: Options) -> Iterator[Line]:
    if not explanation.matches:
        yield line(f"{sign(Status.UNKNOWN, options)} ", opening(explanation), "", "bold")
    for number, match in enumerate(explanation.matches):
        if number:
            yield Line()
        yield from _match(match, options, whole=number == 0 or options.verbose)
    yield from (detail("note", note) for note in explanation.notes)


def _match(match: Match, options: Options, *, whole: bool) -> Iterator[Line]:
    status = _STATUSES[match.confidence]
    style = "bold" if whole else ""
    yield line(f"{sign(status, options)} ", title(match), match.cause, style, COLOURS[status])
    for word, text in rows(match):
        if whole or word != "why":
            yield detail(word, text)
    if match.remedy and whole:
        yield from remedy_lines(match.remedy)
    elif match.remedy:
        yield detail("fix", match.remedy.summary)
