"""The tables that foretell by which path GPUs come into a container, and what that brings with it."""

from functools import cached_property

from gpucheck.model.injection_rows import InjectionConsequenceRow, InjectionPathRow
from gpucheck.tables.reader import TableReader


class InjectionTables(TableReader):
    """What is known of injection paths. Every property raises DataError on a damaged table."""

    @cached_property
    def injection_paths(self) -> tuple[InjectionPathRow, ...]:
        """Paths by engine, way of asking, releases and facts, in the order in which they are tried."""
        found = self._listed("injection_paths.json", InjectionPathRow, lambda row: row.row)
        return tuple(sorted(found, key=lambda row: row.order))

    @cached_property
    def injection_consequences(self) -> tuple[InjectionConsequenceRow, ...]:
        """What follows from a path, of each topic in the order in which the rows are tried."""
        found = self._listed(
            "injection_consequences.json", InjectionConsequenceRow, lambda row: row.consequence
        )
        return tuple(sorted(found, key=lambda row: row.order))
