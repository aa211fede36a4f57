"""Lines of a document for people at a terminal: signs, wrapping, tags, colours.

Without a terminal they are plain ASCII and rich is not even imported.
"""

import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from gpucheck.model.finding import Remedy, Status
from gpucheck.render._options import Options
from gpucheck.render._outline import command_lines
from gpucheck.render._text import ascii_only, visible

SIGNS = {
    Status.PASS: ("✓", "ok"),
    Status.WARN: ("!", "!"),
    Status.FAIL: ("✗", "FAIL"),
    Status.UNKNOWN: ("?", "?"),
    Status.SKIP: ("-", "-"),
    Status.ERROR: ("☠", "ERROR"),
}
COLOURS = {
    Status.PASS: "green",
    Status.WARN: "yellow",
    Status.FAIL: "bold red",
    Status.UNKNOWN: "cyan",
    Status.SKIP: "dim",
    Status.ERROR: "bold magenta",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line before wrapping: a lead that is never broken, text, and a tag at the right edge."""

    lead: str = ""
    text: str = ""
    tag: str = ""
    style: str = ""
    lead_style: str = ""
    wrap: bool = True  # false for commands: what is copied must be whole


def written(lines: Iterable[Line], options: Options) -> str:
    """Return the lines as terminal text, wrapped to ``options.width``, with a final newline."""
    if options.colour:
        return _coloured(lines, options)
    text = "\n".join(row for line in lines for row in _rows(line, options))
    return (text if options.unicode else ascii_only(text)) + "\n"


def line(lead: str, text: str, tag: str = "", style: str = "", lead_style: str = "") -> Line:
    """Return a line of text that may come from the host."""
    return Line(lead, visible(text), tag, style, lead_style or style)


def sign(status: Status, options: Options) -> str:
    """Return the sign of a status, as this terminal can show it."""
    return SIGNS[status][0 if options.unicode else 1]


def detail(word: str, text: str) -> Line:
    """Return a line below an entry: what kind of detail, and the detail."""
    return Line(f"      {word:<4} ", visible(text), lead_style="dim")


def remedy_lines(remedy: Remedy) -> Iterator[Line]:
    """Return a remedy's summary, its commands, each whole, and its page."""
    notes = " (needs a reboot)" if remedy.needs_reboot else ""
    yield detail("fix", remedy.summary + notes)
    for command in command_lines(remedy):
        yield Line("         $ ", visible(command), style="bold", wrap=False)
    if remedy.url:
        yield detail("see", remedy.url)


def _rows(line: Line, options: Options) -> list[str]:
    """Wrap one line with a hanging indent; the tag stands at the right of the first row if it fits."""
    if not line.text.strip():
        return [line.lead.rstrip()]
    if not line.wrap:
        return [line.lead + line.text]
    indent = " " * len(line.lead)
    wrapped = textwrap.wrap(
        line.text, max(options.width, 40), initial_indent=indent, subsequent_indent=indent,
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip
    rows = [line.lead + wrapped[0][len(indent) :], *wrapped[1:]]
    if line.tag:
        room = options.width - len(rows[-1]) - len(line.tag)
        rows[-1:] = [rows[-1] + " " * room + line.tag] if room > 1 else [rows[-1], f"{indent}{line.tag}"]
    return rows


def _coloured(lines: Iterable[Line], options: Options) -> str:
    from io import StringIO  # noqa: PLC0415

    from rich.console import Console
    from rich.text import Text

    out = StringIO()
    console = Console(
        file=out, force_terminal=True, width=max(options.width, 40) + 80, highlight=False,
        color_system="standard", soft_wrap=True, legacy_windows=False,
    )  # fmt: skip
    for line in lines:
        for number, row in enumerate(_rows(line, options)):
            text = Text(row if options.unicode else ascii_only(row), style=line.style)
            if number == 0:
                text.stylize(line.lead_style, 0, len(line.lead))
            if line.tag and row.endswith(line.tag):
                text.stylize("dim", len(row) - len(line.tag))
            console.print(text, no_wrap=True, crop=False)
    return out.getvalue()
