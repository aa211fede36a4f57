"""What a text says: the signatures it holds, each with its first line, and the values it states."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from gpucheck.explaining.blocks import Text, blocks
from gpucheck.explaining.phrases import PhraseFinder
from gpucheck.explaining.table_rows import OWN_WORDS, xid_signature
from gpucheck.explaining.wording import MOST_COMPARED
from gpucheck.explaining.xids import Xids
from gpucheck.model.signature_rows import ReadingRow, SignatureRow

_Row = SignatureRow | ReadingRow
_LONG = 100_000  # bytes after which a text is a log, in which only messages of tools tell a cause
# A row that never fits the lines of its phrases is given up after so many characters, so that hostile text
# cannot hold us up; after so many of all rows, one that had its chance is. A long line counts several times.
_PATIENCE = 300_000
_PATIENCE_OF_ALL = 6_000_000
_CHANCE = 20_000
_USUAL = 400  # characters of a line


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
        self._found: dict[int, tuple[str, str]] = {}  # row -> (line, value)
        self._xids = Xids()
        self._fitting: dict[int, _Fitting] = {}
        self._closed: set[int] = set()
        self._left = _PATIENCE_OF_ALL
        self._read = 0
        self._short: list[bytes] | None = []

    def at(self, lines: list[bytes]) -> None:
        before = self._read
        self._count(lines)
        self._xids.at(lines)
        closed = len(self._closed)
        for raw, numbers in self._finder.find(lines):
            wanted = [number for number in numbers if number not in self._closed]
            if wanted:
                line = raw.decode("utf-8", "replace")
                for number in wanted:
                    self._try(number, line)
        if before <= _LONG < self._read:
            self._become_log()
        if len(self._closed) > closed:
            self._finder.retire(self._closed)

    def _count(self, lines: list[bytes]) -> None:
        self._read += sum(map(len, lines)) + len(lines)
        if self._short is not None:
            self._short = [*self._short, *lines] if self._read <= MOST_COMPARED else None

    def _become_log(self) -> None:
        """Forget the rows that read people's descriptions, and seek no more values."""
        kept = {number for number, row in enumerate(self._rows) if _is_told_by_a_tool(row)}
        self._closed |= set(range(len(self._rows))) - kept
        for number in [n for n in self._found if _is_description(self._rows[n])]:
            del self._found[number]

    def _try(self, number: int, line: str) -> None:
        fitting = self._fitting.get(number)
        if fitting is None:
            fitting = self._fitting[number] = _Fitting(self._rows[number])
        value = fitting.value(line)
        if value is not None:
            self._found[number] = (line, value)
            self._closed.add(number)
            return
        cost = len(line) * (1 + len(line) // _USUAL)  # patterns take longer the longer the line
        fitting.tried += cost
        self._left -= cost
        if fitting.tried > _PATIENCE or (self._left < 0 and fitting.tried > _CHANCE):
            self._closed.add(number)

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
        for xid, raw in self._xids.lines.items():
            said.signatures[xid_signature(xid)] = raw.decode("utf-8", "replace")
        return said


def _is_told_by_a_tool(row: _Row) -> bool:
    return isinstance(row, SignatureRow) and row.kind == "message" and row.source != OWN_WORDS


def _is_description(row: _Row) -> bool:
    return isinstance(row, SignatureRow) and row.kind != "background" and row.source == OWN_WORDS


class _Fitting:
    """Whether lines fit a row, with its patterns compiled, and how many characters did not."""

    def __init__(self, row: _Row) -> None:
        patterns = row.patterns if isinstance(row, SignatureRow) else (row.pattern,)
        self._patterns = [re.compile(pattern, re.IGNORECASE) for pattern in patterns]
        self._row = row
        self.tried = 0

    def value(self, line: str) -> str | None:
        """Return what the row reads from a line ('' for a signature); None if it does not fit."""
        if isinstance(self._row, SignatureRow):
            return "" if all(pattern.search(line) for pattern in self._patterns) else None
        match = self._patterns[0].search(line)
        if match is None:
            return None
        return self._row.value or next(filter(None, match.groups()), "")
