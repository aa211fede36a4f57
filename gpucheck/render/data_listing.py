"""One table for people (aligned columns), for spreadsheets (CSV) or for programs (JSON, every field)."""

import csv
import io
import json
from typing import Any

from gpucheck.model.codec import encode
from gpucheck.model.data import Listing
from gpucheck.render._text import visible

SCHEMA = "gpucheck.data/1"
_MAX_CELL = 60  # characters; the widest product name has 57


def render(listing: Listing, form: str) -> str:
    """Return the listing as terminal text, CSV or JSON (``form``)."""
    return {"json": _json, "csv": _csv}.get(form, _terminal)(listing)


def _json(listing: Listing) -> str:
    head = {"schema": SCHEMA, "table": listing.table, "data_version": listing.data_version}
    return json.dumps(head | {"rows": encode(listing.rows)}, indent=2, ensure_ascii=False) + "\n"


def _csv(listing: Listing) -> str:
    rows = [encode(row) for row in listing.rows]
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(list(rows[0]) if rows else list(listing.columns))
    writer.writerows([_cell(value) for value in row.values()] for row in rows)
    return written.getvalue()


def _terminal(listing: Listing) -> str:
    lines = [list(listing.columns.values())]
    for row in listing.rows:
        cells = [visible(_cell(encode(getattr(row, field))), _MAX_CELL) for field in listing.columns]
        lines.append([*cells, "?" if getattr(row, "unverified", False) else ""])
    widths = [max(len(line[i]) for line in lines) for i in range(len(listing.columns))]
    text = "\n".join(_aligned(line, widths) for line in lines)
    doubtful = sum(line[-1] == "?" for line in lines[1:])
    closing = f"{len(listing.rows)} rows of {listing.table}, data {visible(listing.data_version)}"
    closing += f"; {doubtful} of them (?) without a primary document" if doubtful else ""
    return f"{text}\n\n{closing}; sources and notes: --format json\n"


def _aligned(cells: list[str], widths: list[int]) -> str:
    shown = [cell.ljust(width) for cell, width in zip(cells, [*widths, 0], strict=False)]
    return "  ".join(shown).rstrip()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return " ".join(f"{name}={_cell(item)}" for name, item in value.items())
    if isinstance(value, list):
        return " ".join(map(_cell, value))
    return str(value)
