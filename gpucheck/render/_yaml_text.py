"""YAML as text: scalars that hold anything and say nothing to Jinja, lists, comments; no line is long."""

import textwrap
from collections.abc import Iterator

from gpucheck.render._text import visible

Value = str | bool | tuple[str, ...]

_WIDTH = 100  # columns of text in a line; linters bear 160 altogether
_MAX_COMMENT = 1000
_ESCAPES = {'"': '\\"', "\\": "\\\\"}


class Template(str):
    """A text in which Jinja is to be read."""

    __slots__ = ()


def scalar(text: str, indent: str = "") -> str:
    """Return a text as a double-quoted scalar, over several lines where it is long."""
    pieces = [text[at : at + _WIDTH] for at in range(0, len(text), _WIDTH)] or [""]
    # an escaped line break joins the lines; a blank at the start of one would be lost
    lines = [_escaped(piece, first=number == 0) for number, piece in enumerate(pieces)]
    unsafe = "!unsafe " if "{" in text and not isinstance(text, Template) else ""
    return f'{unsafe}"' + f"\\\n{indent}  ".join(lines) + '"'


def key_and_value(indent: str, key: str, value: Value) -> Iterator[str]:
    """Yield an entry of a mapping."""
    if isinstance(value, bool):
        yield f"{indent}{key}: {'true' if value else 'false'}"
    elif isinstance(value, str):
        yield f"{indent}{key}: {scalar(value, indent)}"
    else:
        yield f"{indent}{key}:"
        for item in value:
            yield f"{indent}  - {scalar(item, indent + '  ')}"


def comment(indent: str, label: str, text: str) -> Iterator[str]:
    """Yield a comment in lines; each begins with words of ours or with blanks, never with a directive."""
    lead = f"{indent}# {label}: "
    yield from textwrap.wrap(
        visible(text, _MAX_COMMENT), _WIDTH + 40, initial_indent=lead, subsequent_indent=f"{indent}#    ",
        break_on_hyphens=False,
    ) or [lead.rstrip()]  # fmt: skip


def _escaped(text: str, *, first: bool) -> str:
    escaped = "".join(_ESCAPES.get(c) or (c if c.isprintable() else _code(c)) for c in text)
    return escaped if first or not escaped.startswith(" ") else f"\\{escaped}"


def _code(character: str) -> str:
    code = ord(character)
    if code <= 0xFF:  # noqa: PLR2004
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"  # noqa: PLR2004
