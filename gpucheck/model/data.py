"""What ``gpucheck data`` tells of the tables: plain data for the renderers."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with a table; ``row`` is empty where the whole table is meant."""

    table: str  # cuda_releases.json
    row: str  # 12.4.1
    what: str


@dataclass(frozen=True, slots=True)
class TableSize:
    """How many rows a table has, and how many of them are the user's own."""

    table: str
    rows: int
    own: int = 0


@dataclass(frozen=True, slots=True)
class Listing:
    """The rows of one table, and the columns that people are shown."""

    table: str
    data_version: str
    columns: dict[str, str]  # field -> heading
    rows: tuple[Any, ...]
