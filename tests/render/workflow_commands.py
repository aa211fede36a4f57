"""Reads a log as the runner of GitHub Actions does: which lines are commands, and what they say.

From its source: https://github.com/actions/runner, src/Runner.Common/ActionCommand.cs, read 2026-11-25.
"""

from typing import NamedTuple

_OF_DATA = (("%0D", "\r"), ("%0A", "\n"), ("%25", "%"))
_OF_PROPERTIES = (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%"))


class Command(NamedTuple):
    """One workflow command."""

    name: str
    properties: dict[str, str]
    data: str


def commands(log: str) -> list[Command]:
    """Return the commands of a log, in order."""
    return [command for line in log.splitlines() for command in _of_line(line)]


def _of_line(line: str) -> list[Command]:
    text = line.lstrip()
    if not text.startswith("::") or "::" not in text[2:]:
        return _of_old_line(line)
    head, _, data = text[2:].partition("::")
    name, _, rest = head.partition(" ")
    pairs = (pair.partition("=") for pair in rest.split(",") if pair)
    properties = {key.strip(): _plain(value, _OF_PROPERTIES) for key, _, value in pairs}
    return [Command(name, properties, _plain(data, _OF_DATA))]


def _of_old_line(line: str) -> list[Command]:
    at = line.find("##[")
    if at < 0 or "]" not in line[at:]:
        return []
    inside, _, data = line[at + 3 :].partition("]")
    return [Command(inside.split(" ")[0], {}, data)]


def _plain(text: str, escapes: tuple[tuple[str, str], ...]) -> str:
    for escape, character in escapes:
        text = text.replace(escape, character)
    return text
