"""Whether lines fit a row of signatures or readings, and which rows count where."""

import re

from gpucheck.explaining.table_rows import OWN_WORDS
from gpucheck.model.signature_rows import ReadingRow, SignatureRow

Row = SignatureRow | ReadingRow


def is_told_by_a_tool(row: Row) -> bool:
    """Return whether a row reads the messages of tools, not people's descriptions."""
    return isinstance(row, SignatureRow) and row.kind == "message" and row.source != OWN_WORDS


def counts_in_a_log(row: Row, needed: set[str]) -> bool:
    """Return whether a row is sought in a log: messages, and what these need."""
    is_needed = isinstance(row, SignatureRow) and row.kind == "background" and row.signature in needed
    return is_needed or is_told_by_a_tool(row)


def is_description(row: Row) -> bool:
    """Return whether a row reads people's descriptions and speaks for causes."""
    return isinstance(row, SignatureRow) and row.kind != "background" and row.source == OWN_WORDS


class Fitting:
    """Whether lines fit a row, with its patterns compiled."""

    def __init__(self, row: Row) -> None:
        patterns = row.patterns if isinstance(row, SignatureRow) else (row.pattern,)
        self._patterns = [re.compile(pattern, re.IGNORECASE) for pattern in patterns]
        self._row = row

    def value(self, line: str) -> str | None:
        """Return what the row reads from a line ('' for a signature); None if it does not fit."""
        if isinstance(self._row, SignatureRow):
            return "" if all(pattern.search(line) for pattern in self._patterns) else None
        match = self._patterns[0].search(line)
        if match is None:
            return None
        return self._row.value or next(filter(None, match.groups()), "")
