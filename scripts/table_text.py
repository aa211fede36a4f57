"""Tables of compat_data as text: one source and one row a line, so that a diff shows which facts changed.

Two scripts make them: import_reference from collected reference files, refresh_tables from the vendor's own.
A row that was read after the reference was collected is kept by the import.
"""

import json
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

Row = dict[str, Any]
Table = dict[str, Any]


def render(table: Table) -> str:
    """Return a table as JSON text with one source and one row a line."""
    head = {name: value for name, value in table.items() if name not in {"sources", "rows"}}
    parts = [f" {json.dumps(name)}: {json.dumps(value)}" for name, value in head.items()]
    for name in ("sources", "rows"):
        lines = ",\n".join(f"  {json.dumps(row, ensure_ascii=False)}" for row in table[name])
        parts.append(f' "{name}": [\n{lines}\n ]')
    return "{\n" + ",\n".join(parts) + "\n}\n"


def replace_file(target: Path, text: str) -> None:
    """Write ``text`` under a temporary name and rename it: the file is old or new, never half."""
    temporary = target.with_name(f".{target.name}.new")
    temporary.write_text(text, "utf-8")
    temporary.replace(target)


def numbers(version: str) -> tuple[int, ...]:
    """Return a version's numbers, to sort by; texts that are none come first."""
    match = re.match(r"\d+(?:\.\d+)*", version)
    return tuple(int(part) for part in match.group().split(".")) if match else ()


def newest_first(rows: Iterable[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: numbers(row["cuda"]), reverse=True)


def by_branch(rows: Iterable[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: int(row["branch"]))


# the tables that are refreshed: the key of their rows, and their order
REFRESHED: dict[str, tuple[str, Callable[[Iterable[Row]], list[Row]]]] = {
    "cuda_releases.json": ("cuda", newest_first),
    "driver_branches.json": ("branch", by_branch),
}


def merged(name: str, table: Table, rows: Iterable[Row], sources: Iterable[Row]) -> Table:
    """Return the table with ``rows`` added, or in the place of those with the same key; none is deleted."""
    key, ordered = REFRESHED[name]
    everyone = {row[key]: row for row in [*table["rows"], *rows]}
    listed = {source["id"]: source for source in [*table["sources"], *sources]}
    used = {row["source"] for row in everyone.values()}
    kept = [source for source in listed.values() if source["id"] in used]
    return {**table, "sources": kept, "rows": ordered(everyone.values())}


def with_newer_rows(name: str, table: Table, old: Table) -> Table:
    """Return the table with the rows of ``old`` that were read after this one was collected."""
    if name not in REFRESHED:
        return table
    newer = [row for row in old.get("rows", []) if row["retrieved"] > table["checked"]]
    return merged(name, table, newer, old.get("sources", [])) if newer else table
