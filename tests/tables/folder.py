"""The tables as they lie in the checkout, for tests that look at the files themselves."""

import json
from pathlib import Path
from typing import Any

from gpucheck.tables.kinds import schema_of

CHECKOUT = Path(__file__).resolve().parents[2]
FOLDER = CHECKOUT / "compat_data"

_FILES = {path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.json")}
# every table file with the name of its schema
TABLES = {name: schema_of(name) for name in sorted(_FILES) if not name.startswith("schema/")}
ROW_TABLES = [name for name in TABLES if name != "version.json"]


def read(name: str) -> Any:
    return json.loads((FOLDER / name).read_text("utf-8"))


def schema(name: str) -> Any:
    return read(f"schema/{name}.schema.json")
