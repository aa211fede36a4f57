"""What a text says: the signatures it holds, each with its first line, and the values it states."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from gpucheck.explain.blocks import Text, blocks
from gpucheck.explain.phrases import PhraseFinder
from gpucheck.explain.wording import MOST_COMPARED
from gpucheck.model.signature_rows import ReadingRow, SignatureRow

_Row = SignatureRow | ReadingRow
# a pattern that never fits its phrase's lines is given up after so many characters: hostile text ends there
_PATIENCE = 1_000_000
_PATIENCE_OF_ALL = 16_000_000


@dataclass(slots=True)
class Observed:
    """Signatures with the line each was seen in, and readings."""

    signatures: dict[str, str] = field(default_factory=dict)
    readings: dict[str, str] = field(default_factory=dict)
    whole: str = ""  # the text itself, if it is short


def observe(text: Text, signatures: Iterable[SignatureRow], readings: Iterable[ReadingRow]) -> Observed:
    """Read a text once and return what it says; bounded in time and memory, whatever the text."""
    look = _Look([*signatures, *readings])
    for lines in blocks(text):
        look.at(lines)
    return look.observed()


class _Look:
    def __init__(self, rows: list[_Row]) -> None:
        self._rows = rows
        self._finder = PhraseFinder((number, p) for number, row in enumerate(rows) for p in row.phrases)
        self._open = {number for number, row in enumerate(rows) if row.phrases}
        self._found: dict[int, tuple[str, str]] = {}  # row -> (line, value)
        self._patience = dict.fromkeys(self._open, _PATIENCE)
        self._left = _PATIENCE_OF_ALL
        self._short: list[bytes] | None = []

    def at(self, lines: list[bytes]) -> None:
        self._keep(lines)
        for raw, numbers in self._finder.find(lines):
            wanted = [number for number in numbers if number in self._open]
            if wanted:
                line = raw.decode("utf-8", "replace")
                for number in wanted:
                    self._try(number, line)

    def _keep(self, lines: list[bytes]) -> None:
        if self._short is not None:
            self._short += lines
            if sum(map(len, self._short)) > MOST_COMPARED:
                self._short = None

    def _try(self, number: int, line: str) -> None:
        value = _value(self._rows[number], line)
        if value is not None:
            self._found[number] = (line, value)
            self._close(number)
            return
        self._patience[number] -= len(line)
        self._left -= len(line)
        if self._patience[number] < 0 or self._left < 0:
            self._close(number)

    def _close(self, number: int) -> None:
        self._open.discard(number)
        self._finder.retire(number)

    def observed(self) -> Observed:
        said = Observed(whole=b"\n".join(self._short or []).decode("utf-8", "replace"))
        for number, row in enumerate(self._rows):
            if number not in self._found:
                continue
            line, value = self._found[number]
            if isinstance(row, SignatureRow):
                said.signatures[row.signature] = line
            else:
                said.readings.setdefault(row.reading, value)
        return said


def _value(row: _Row, line: str) -> str | None:
    """Return what a row reads from a line ('' for a signature); None if it does not fit."""
    if isinstance(row, SignatureRow):
        fits = all(re.search(pattern, line, re.IGNORECASE) for pattern in row.patterns)
        return "" if fits else None
    match = re.search(row.pattern, line, re.IGNORECASE)
    if match is None:
        return None
    return row.value or next(filter(None, match.groups()), "")
