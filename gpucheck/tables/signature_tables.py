"""The tables that name causes from texts."""

from functools import cached_property

from gpucheck.model.signature_rows import ReadingRow, SignatureRow
from gpucheck.tables.reader import TableReader


class SignatureTables(TableReader):
    """What is known of texts. Every property raises DataError on a damaged table."""

    @cached_property
    def signatures(self) -> tuple[SignatureRow, ...]:
        """What texts say, and which causes that speaks for."""
        return self._listed("signatures.json", SignatureRow, lambda row: row.signature)

    @cached_property
    def readings(self) -> tuple[ReadingRow, ...]:
        """How versions and the like are read from texts, in the order in which they are tried."""
        return self._listed("readings.json", ReadingRow, lambda row: (row.reading, row.pattern))
