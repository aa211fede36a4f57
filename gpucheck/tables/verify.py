"""Whether the tables can be trusted: rows that decode, values that make sense, sources, links among tables.

Needs nothing but the tables themselves; the JSON Schemas say the same and more of each file's shape.
"""

import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from gpucheck.errors import DataError
from gpucheck.model.data import Problem
from gpucheck.tables.image_links import IMAGE_LINKS
from gpucheck.tables.kinds import KINDS, key_of
from gpucheck.tables.links import LINKS
from gpucheck.tables.load import Tables
from gpucheck.tables.signature_links import SIGNATURE_LINKS
from gpucheck.tables.values import faults

# an address, owner/repository:path, or public files by what they are, where they have no one address
_ADDRESS = re.compile(r"https?://\S+|[\w.-]+/[\w.-]+:\S.*|public files on GitHub: .+", re.DOTALL)


def verify(tables: Tables) -> list[Problem]:
    """Return everything that is wrong, by table; a damaged table is one problem, the others are looked at."""
    found = [*_contained("version.json", _version, tables)]
    for name in KINDS:
        found += _contained(name, _table(name), tables)
    for link in (*LINKS, *IMAGE_LINKS, *SIGNATURE_LINKS):
        try:
            found += link(tables)
        except ValueError:
            if not found:
                raise
            # a damaged table, or a version that is none: named above, and no second problem
    return found


def _contained(name: str, look: Callable[[Tables], Iterator[Problem]], tables: Tables) -> Iterator[Problem]:
    try:
        yield from look(tables)
    except DataError as error:
        yield Problem(name, "", str(error).removeprefix(f"table {name}: "))


def _version(tables: Tables) -> Iterator[Problem]:
    if _day(tables.version.replace(".", "-")) is None:
        yield Problem("version.json", "", f"'{tables.version}' is no day (YYYY.MM.DD)")


def _table(name: str) -> Callable[[Tables], Iterator[Problem]]:
    def look(tables: Tables) -> Iterator[Problem]:
        listed = tables.sources_of(name)
        newest = _newest(tables)
        for row in tables.rows_of(name):
            wrong = [*faults(row), *_source(row, listed), *_future(row, newest)]
            yield from (Problem(name, label(row), what) for what in wrong)

    return look


def _source(row: Any, listed: frozenset[str]) -> Iterator[str]:
    """Yield where a row's source is neither an address, nor a citation, nor one that the table lists."""
    first = row.source.partition("; ")[0]
    own = first.startswith("gpucheck")  # the project's own words, such as its vocabulary
    if row.source and not own and not _ADDRESS.fullmatch(row.source) and not {row.source, first} & listed:
        yield f"source: '{row.source[:60]}' is no address, no owner/repository:path and not listed"


def _future(row: Any, newest: date | None) -> Iterator[str]:
    day = _day(row.retrieved)
    if day and newest and day > newest:
        yield f"retrieved: {row.retrieved} is after the data's own date, {newest.isoformat()}"


def _newest(tables: Tables) -> date | None:
    try:
        return _day(tables.version.replace(".", "-"))
    except DataError:
        return None  # a problem of version.json


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def label(row: Any) -> str:
    """Return the key of a row in words."""
    words = (" ".join(part) if isinstance(part, tuple) else str(part) for part in key_of(row))
    return " ".join(word for word in words if word)
