"""Reads tables: rows decoded, sources spelled out, anything damaged named by file and row."""

import json
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from gpucheck.errors import DataError
from gpucheck.model.codec import DecodeError, decode
from gpucheck.tables.locate import Reader

R = TypeVar("R")
K = TypeVar("K", bound=Hashable)


class TableReader:
    """Rows of table files. Every method raises DataError on a damaged table."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def _keyed(self, names: tuple[str, ...], kind: type[R], key: Callable[[R], K]) -> dict[K, R]:
        found: dict[K, R] = {}
        for name in names:
            for row in self._rows(name, kind):
                if key(row) in found:
                    raise DataError(f"table {name}: {key(row)!r} is there twice")
                found[key(row)] = row
        return found

    def _rows(self, name: str, kind: type[R]) -> tuple[R, ...]:
        table = self._read(name)
        rows, sources = part_of(table, "rows", name), part_of(table, "sources", name, [])
        try:
            urls = {source["id"]: source["url"] for source in sources}
            return tuple(
                decode(kind, _with_url(row, urls), f"{name}: row {number}")
                for number, row in enumerate(rows, start=1)
            )
        except DecodeError as error:
            raise DataError(f"table {error}") from None
        except (KeyError, TypeError):
            raise DataError(f"table {name}: rows and sources are not lists of objects") from None

    def _read(self, name: str) -> Any:
        try:
            return json.loads(self._reader(name))
        except (OSError, ValueError) as error:
            raise DataError(f"table {name}: {error}") from None


def part_of(table: Any, part: str, name: str, default: Any = None) -> Any:
    """Return a part of a table; raises DataError where it is missing and has no default."""
    if not isinstance(table, dict) or (part not in table and default is None):
        raise DataError(f"table {name}: '{part}' is missing")
    return table.get(part, default)


def _with_url(row: Any, urls: dict[str, str]) -> Any:
    """Return the row with the id of its source replaced by the address, where the table lists it."""
    if isinstance(row, dict) and row.get("source") in urls:
        return row | {"source": urls[row["source"]]}
    return row
