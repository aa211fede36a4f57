"""What a text says: the signatures it holds, each with its first line, and the values it states."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from gpucheck.explaining.blocks import Text, blocks
from gpucheck.explaining.fitting import Fitting, Row, counts_in_a_log, is_description, is_told_by_a_tool
from gpucheck.explaining.phrase import words
from gpucheck.explaining.phrases import PhraseFinder
from gpucheck.explaining.table_rows import xid_signature
from gpucheck.explaining.wording import MOST_COMPARED
from gpucheck.explaining.wrapped_lines import rejoined
from gpucheck.explaining.xids import Xids
from gpucheck.model.signature_rows import ReadingRow, SignatureRow

_Key = tuple[int, int]  # row, and which of its phrases
_LONG = 100_000  # bytes after which a text is a log, in which only messages of tools tell a cause
# A phrase whose lines never fit its row is given up after so many characters, so that hostile text cannot
# hold us up; after so many of all rows, one that had its chance is. A long line counts several times.
_PATIENCE = 300_000
_PATIENCE_OF_ALL = 6_000_000
_CHANCE = 20_000
_USUAL = 400  # characters of a line
_SHORTEST = 3  # letters that a word of a phrase has which is sought in a log


@dataclass(slots=True)
class Observed:
    """Signatures with the line each was seen in, and readings."""

    signatures: dict[str, str] = field(default_factory=dict)
    readings: dict[str, str] = field(default_factory=dict)
    whole: str = ""  # the text itself, if it is short
    xids: dict[int, str] = field(default_factory=dict)  # with the line that each was seen in


def observe(
    text: Text,
    signatures: Iterable[SignatureRow],
    readings: Iterable[ReadingRow],
    sifted: Callable[[Iterable[bytes]], Iterable[bytes]] = iter,
) -> Observed:
    """Read a text once and return what it says; bounded in time and memory, whatever the text.

    ``sifted`` takes from its blocks what is to be read otherwise.
    """
    look = _Look([*signatures, *readings])
    for block in sifted(blocks(text)):
        look.at(block)
    look.at_wrapped()
    return look.observed()


class _Look:
    def __init__(self, rows: list[Row]) -> None:
        self._rows = rows
        phrases = ((number, place) for number, row in enumerate(rows) for place in range(len(row.phrases)))
        self._finder = PhraseFinder((key, rows[key[0]].phrases[key[1]]) for key in phrases)
        self._found: dict[int, tuple[str, str]] = {}  # row -> (line, value)
        self._xids = Xids()
        self._fitting: dict[int, Fitting] = {}
        self._closed: set[int] = set()
        self._tried: Counter[_Key] = Counter()  # characters that a phrase brought up in vain
        self._given_up: set[_Key] = set()
        self._left = _PATIENCE_OF_ALL
        self._read = 0
        self._short: list[bytes] | None = []

    def at(self, block: bytes) -> None:
        before = self._read, len(self._closed) + len(self._given_up)
        self._count(block)
        self._xids.at(block)
        for raw, keys in self._finder.find(block):
            wanted = [key for key in keys if not self._is_settled(key)]
            if wanted:
                self._try(wanted, raw.decode("utf-8", "replace"))
        if before[0] <= _LONG < self._read:
            self._become_log()
        if len(self._closed) + len(self._given_up) > before[1]:
            self._finder.retire(self._is_settled)

    def at_wrapped(self) -> None:
        """Look at the lines of a short text once more, as they were before a terminal wrapped them."""
        for raw, keys in self._finder.find(rejoined(b"".join(self._short or []))):
            wanted = [key for key in keys if not self._is_settled(key)]
            self._try(wanted, raw.decode("utf-8", "replace"))

    def _is_settled(self, key: _Key) -> bool:
        return key[0] in self._closed or key in self._given_up

    def _count(self, block: bytes) -> None:
        self._read += len(block)
        if self._short is not None:
            self._short = [*self._short, block] if self._read <= MOST_COMPARED else None

    def _become_log(self) -> None:
        """Forget the rows that read people's descriptions, and seek no more values."""
        told = [row for row in self._rows if is_told_by_a_tool(row)]
        needed = {need for row in told if isinstance(row, SignatureRow) for need in row.needs}
        self._closed |= {n for n, row in enumerate(self._rows) if not counts_in_a_log(row, needed)}
        self._given_up |= {
            (number, place)
            for number, row in enumerate(self._rows)
            for place, phrase in enumerate(row.phrases)
            if max(map(len, words(phrase.encode()).split())) < _SHORTEST
        }
        for number in [n for n in self._found if is_description(self._rows[n])]:
            del self._found[number]

    def _try(self, keys: list[_Key], line: str) -> None:
        cost = len(line) * (1 + len(line) // _USUAL)  # patterns take longer the longer the line
        vain: dict[int, bool] = {}
        for key in keys:
            number = key[0]
            if number not in vain:
                vain[number] = not self._fits(number, line)
                self._left -= cost * vain[number]
            if vain[number]:
                self._tried[key] += cost
                if self._tried[key] > _PATIENCE or (self._left < 0 and self._tried[key] > _CHANCE):
                    self._given_up.add(key)

    def _fits(self, number: int, line: str) -> bool:
        fitting = self._fitting.get(number)
        if fitting is None:
            fitting = self._fitting[number] = Fitting(self._rows[number])
        value = fitting.value(line)
        if value is None:
            return False
        self._found[number] = (line, value)
        self._closed.add(number)
        return True

    def observed(self) -> Observed:
        said = Observed(whole=b"".join(self._short or []).decode("utf-8", "replace"))
        for number, row in enumerate(self._rows):
            if number not in self._found:
                continue
            line, value = self._found[number]
            if isinstance(row, SignatureRow):
                said.signatures[row.signature] = line
            else:
                said.readings.setdefault(row.reading, value)
        for xid, raw in self._xids.lines.items():
            said.xids[xid] = said.signatures[xid_signature(xid)] = raw.decode("utf-8", "replace")
        return said
