"""Causes of a text to be pasted, inert whatever the text held."""

from collections.abc import Iterator

from gpucheck.model.explanation import Explanation, Match
from gpucheck.render._explanation import opening, rows, title
from gpucheck.render._markup import code, plain
from gpucheck.render._options import Options
from gpucheck.render._outline import command_lines
from gpucheck.version import __version__


def render(explanation: Explanation, options: Options) -> str:  # noqa: ARG001 - one signature for all formats
    """Return the causes as GitHub-flavoured Markdown."""
    return "\n".join(_lines(explanation)).rstrip("\n") + "\n"


def _lines(explanation: Explanation) -> Iterator[str]:
    yield f"### gpucheck: {plain(opening(explanation))}"
    for match in explanation.matches:
        yield from _match(match)
    yield from (f"- note: {plain(note)}" for note in explanation.notes)
    yield ""
    yield plain(f"gpucheck {__version__}, data {explanation.data_version}")


def _match(match: Match) -> Iterator[str]:
    yield f"\n**{plain(title(match))}** ({code(match.cause)})\n"
    yield from (f"- {word}: {plain(text)}" for word, text in rows(match))
    if match.remedy:
        yield f"- fix: {plain(match.remedy.summary)}"
        yield from (f"  - {code(command)}" for command in command_lines(match.remedy))
