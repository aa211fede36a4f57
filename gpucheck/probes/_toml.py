"""Reading TOML: the text with errors of one line, the keys with the kinds of their values."""

import sys
from collections.abc import Iterator
from typing import Any

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_MAX_KEYS = 500  # of one file, and characters of one name; real files have some dozens
_MAX_DEPTH = 8
_MAX_NAME = 120


def parse_toml(text: str) -> dict[str, Any]:
    """Return the tables of a TOML text; raises ValueError with the place, in one line."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"not TOML: {' '.join(str(error).split())}") from None
    except RecursionError:
        raise ValueError("not TOML: nested too deep") from None


def kinds_of_keys(data: dict[str, Any]) -> dict[str, str]:
    """Return every key by its dotted name with the kind of its value; values are left behind."""
    found = {}
    for name, kind in _kinds(data, "", 0):
        found[name[:_MAX_NAME]] = kind
        if len(found) == _MAX_KEYS:
            break
    return found


def _kinds(table: dict[str, Any], where: str, depth: int) -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        name = f"{where}{key}"
        yield name, kind_of(value)
        if isinstance(value, dict) and depth < _MAX_DEPTH:
            yield from _kinds(value, f"{name}.", depth + 1)


def kind_of(value: Any) -> str:
    """Return the word for the kind of a TOML value."""
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, list):
        return "strings" if all(isinstance(item, str) for item in value) else "array"
    kinds = {dict: "table", str: "string", int: "integer", float: "number"}
    return kinds.get(type(value), "date")
