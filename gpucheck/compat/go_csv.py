r"""The first record of a CSV text as Go programs read it (encoding/csv), with Go's words for what is none.

A field is quoted as a whole or not at all, and a quote within it is doubled. Empty lines in front are
skipped, \r\n counts as \n, a \r at the very end is dropped, blanks belong to the field, and what comes
after the first record is not looked at. Places are counted in bytes. Linear in the length of the text.
Source: https://pkg.go.dev/encoding/csv and https://go.dev/src/encoding/csv/reader.go
"""

import re

_QUOTE = '"'
_EMPTY_LINES = re.compile(r"(?:\r?\n)*")


class CsvError(ValueError):
    """The text has no record; ``str()`` is Go's reason."""


def first_record(text: str) -> list[str]:
    """Return the fields of the first record; raises CsvError."""
    return _Reader(text).record()


class _Reader:
    """A place in the text: a line, and how far it has been read."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.next_line = 0  # where it begins in the text
        self.number = 0  # of the current line
        self.first = 0  # line of the record
        self.line = ""  # with its \n
        self.at = 0

    def record(self) -> list[str]:
        empty = _EMPTY_LINES.match(self.text)
        self.next_line = empty.end() if empty else 0
        self.number = self.text.count("\n", 0, self.next_line)
        if not self._advance() or not self.line:
            raise CsvError("EOF")
        self.first = self.number
        fields: list[str] = []
        more = True
        while more:
            field, more = self._quoted() if self.line.startswith(_QUOTE, self.at) else self._plain()
            fields.append(field)
        return fields

    def _advance(self) -> bool:
        if self.next_line >= len(self.text):
            return False
        end = self.text.find("\n", self.next_line) + 1 or len(self.text)
        line = self.text[self.next_line : end]
        if line.endswith("\r\n"):
            line = f"{line[:-2]}\n"
        self.next_line, self.number, self.at = end, self.number + 1, 0
        self.line = line.removesuffix("\r") if end == len(self.text) else line
        return True

    def _plain(self) -> tuple[str, bool]:
        """Return a field without quotes, and whether another follows."""
        comma = self.line.find(",", self.at)
        end = comma if comma >= 0 else len(self.line.removesuffix("\n"))
        quote = self.line.find(_QUOTE, self.at, end)
        if quote >= 0:
            raise self._error(quote, 'bare " in non-quoted-field')
        field, self.at = self.line[self.at : end], end + 1
        return field, comma >= 0

    def _quoted(self) -> tuple[str, bool]:
        """Return a field in quotes, which may go over several lines, and whether another follows."""
        parts: list[str] = []
        self.at += 1
        while True:
            quote = self.line.find(_QUOTE, self.at)
            if quote < 0:
                parts.append(self.line[self.at :])
                self._next_in_quotes()
                continue
            parts.append(self.line[self.at : quote])
            follows = self.line[quote + 1 : quote + 2]
            self.at = quote + 2
            if follows == _QUOTE:
                parts.append(_QUOTE)
            elif follows in {",", "", "\n"}:
                return "".join(parts), follows == ","
            else:
                raise self._error(quote, 'extraneous or missing " in quoted-field')

    def _next_in_quotes(self) -> None:
        here = self.line, self.number
        if not self._advance() or not self.line:
            self.line, self.number = here
            raise self._error(len(self.line), 'extraneous or missing " in quoted-field')

    def _error(self, place: int, why: str) -> CsvError:
        column = _bytes(self.line[:place]) + 1
        where = f"parse error on line {self.number}, column {column}: {why}"
        return CsvError(where if self.number == self.first else f"record on line {self.first}; {where}")


def _bytes(text: str) -> int:
    # bytes that are no UTF-8 reach Python as lone surrogates, each of which becomes one byte again
    return len(text.encode("utf-8", "replace"))
