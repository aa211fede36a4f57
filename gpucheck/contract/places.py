"""On which line of a TOML text each key stands: parsers of TOML do not tell."""

import re
from collections import Counter
from collections.abc import Iterator

_TABLE = re.compile(r"^\s*\[(?!\[)\s*([^\]]+?)\s*\]")
_ARRAY = re.compile(r"^\s*\[\[\s*([^\]]+?)\s*\]\]")
_KEY = re.compile(r"^\s*([A-Za-z0-9_.\"'\s-]+?)\s*=")
_QUOTES = re.compile(r"[\"'\s]")


def places(text: str) -> dict[str, int]:
    """Return the line, from 1, of every dotted key and table; ``tolerate.1.check`` in an array of tables.

    A guess in odd layouts (keys in inline tables, lines within multi-line strings): then the table's line
    stands for its keys, see ``line_of``. The text itself is judged by a real parser.
    """
    found: dict[str, int] = {}
    for name, line in _named(text):
        found.setdefault(name, line)
    return found


def line_of(key: str, found: dict[str, int]) -> int:
    """Return the line of a key, or of the innermost table around it that has one; 1 if there is none."""
    while key and key not in found:
        key = key.rpartition(".")[0]
    return found.get(key, 1)


def _named(text: str) -> Iterator[tuple[str, int]]:
    table, arrays = "", Counter[str]()
    for number, line in enumerate(text.splitlines(), 1):
        array, header, key = _ARRAY.match(line), _TABLE.match(line), _KEY.match(line)
        if array:
            name = _bare(array[1])
            table = f"{name}.{arrays[name]}"
            arrays[name] += 1
        elif header:
            table = _bare(header[1])
        if array or header:
            yield table, number
        elif key:
            yield f"{table}.{_bare(key[1])}".lstrip("."), number


def _bare(text: str) -> str:
    return _QUOTES.sub("", text)
