"""JSON of a table -> rows, with sources spelled out; anything damaged is named by file and row."""

import json
from collections.abc import Callable
from typing import Any, TypeVar

from gpucheck.errors import DataError
from gpucheck.model.codec import DecodeError, decode

R = TypeVar("R")


def parsed(name: str, read: Callable[[], bytes]) -> Any:
    """Return the JSON of a table; raises DataError where it cannot be read or is none."""
    try:
        return json.loads(read())
    except (OSError, ValueError, RecursionError) as error:
        raise DataError(f"table {name}: {error}") from None


def part_of(table: Any, part: str, name: str, default: Any = None) -> Any:
    """Return a part of a table; raises DataError where it is missing and has no default."""
    if not isinstance(table, dict) or (part not in table and default is None):
        raise DataError(f"table {name}: '{part}' is missing")
    return table.get(part, default)


def decoded_rows(table: Any, name: str, kind: type[R]) -> tuple[R, ...]:
    """Return the rows of a table as records of ``kind``."""
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


def _with_url(row: Any, urls: dict[str, str]) -> Any:
    """Return the row with the id of its source replaced by the address, where the table lists it."""
    if isinstance(row, dict) and row.get("source") in urls:
        return row | {"source": urls[row["source"]]}
    return row
