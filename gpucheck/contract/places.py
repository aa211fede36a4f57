"""On which line of a TOML text each key stands: parsers of TOML do not tell."""

import re
from collections import Counter
from collections.abc import Iterator

# https://toml.io/en/v1.0.0: strings of several lines first, since they begin like the others
_TOKEN = re.compile(
    r'(?P<text>"""(?:\\.|[^\\])*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\')'
    r"|(?P<comment>#[^\n]*)|(?P<end>\n)|(?P<sign>[\[\]{}=,.])|(?P<bare>[^\s\[\]{}=,.#\"']+)",
    re.DOTALL,
)
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8}))")


def places(text: str) -> dict[str, int]:
    """Return the line, from 1, of every dotted key and table; ``tolerate.1.check`` in an array of tables.

    ``text`` has been read by a real parser: of one that is no TOML this would be a guess.
    """
    found: dict[str, int] = {}
    for name, line in _Reader(text).named():
        found.setdefault(name, line)
    return found


def line_of(key: str, found: dict[str, int]) -> int:
    """Return the line of a key, or of the innermost table around it that has one; 1 if there is none."""
    while key and key not in found:
        key = key.rpartition(".")[0]
    return found.get(key, 1)


class _Reader:
    """Goes through the tokens once; holds in which table, and how deep in a value, it is."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._table, self._arrays = "", Counter[str]()
        self._inside: list[tuple[str, str]] = []  # brackets of values, with the key that they belong to
        self._parts: list[str] = []  # of the key, or table, that is being read
        self._in_value = False

    def named(self) -> Iterator[tuple[str, int]]:
        line, begun = 1, 1
        for match in _TOKEN.finditer(self._text):
            kind, piece = match.lastgroup, match.group()
            if kind in {"bare", "text"} and not self._in_value:
                begun = begun if self._parts else line
                self._parts.append(_bare(piece))
            elif kind == "sign":
                yield from ((name, begun if piece == "=" else line) for name in self._signed(piece))
            elif kind == "end" and not self._inside:
                yield from ((name, line) for name in self._ended())
            line += piece.count("\n")

    def _signed(self, sign: str) -> Iterator[str]:
        """Take one sign; yield the key or the element of an array that begins here."""
        if sign == "=":
            self._in_value = True
            yield self._key()
        elif sign in "[{" and (self._in_value or self._inside):
            yield from self._opened(sign)
        elif sign == "[":
            self._parts.append(sign)
        elif sign in "]}" and self._inside:
            self._inside.pop()
            self._in_value, self._parts = True, []
        elif sign == "," and self._inside:
            self._in_value, self._parts = self._inside[-1][0] == "[", []

    def _opened(self, bracket: str) -> Iterator[str]:
        around, name = self._inside[-1] if self._inside else ("", "")
        if not self._inside or around == "{":
            name = self._last
        elif bracket == "{":
            name, number = f"{name}.{self._arrays[name]}", self._arrays[name]
            self._arrays[name.rpartition(".")[0]] = number + 1
            yield name
        self._inside.append((bracket, name))
        self._in_value, self._parts = bracket == "[", []

    def _key(self) -> str:
        around = self._inside[-1][1] if self._inside else self._table
        self._last = ".".join(filter(None, (around, *self._parts)))
        self._parts = []
        return self._last

    def _ended(self) -> Iterator[str]:
        """Take the end of a line: of a table's header it is the name."""
        brackets = self._parts.count("[")
        if brackets:
            name = ".".join(part for part in self._parts if part != "[")
            self._table = f"{name}.{self._arrays[name]}" if brackets > 1 else name
            self._arrays[name] += brackets > 1
            yield self._table
        self._parts, self._in_value = [], False


def _bare(token: str) -> str:
    """Return a key without its quotes, escapes read."""
    if token.startswith('"'):
        plain = _ESCAPE.sub(lambda m: chr(int(m[1] or m[2], 16)), token[1:-1])
        return plain.replace('\\"', '"').replace("\\\\", "\\")
    return token.strip("'")
