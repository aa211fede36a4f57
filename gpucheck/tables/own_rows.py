"""Reads a user's own rows (``--data DIR``): files named like those of compat_data.

What is wrong with a file is the user's to mend, so it is said as a usage error that names file and row.
"""

from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

from gpucheck.errors import DataError, UserDataError
from gpucheck.tables.decoding import decoded_rows, parsed, part_of
from gpucheck.tables.kinds import KINDS
from gpucheck.tables.overlay import Overlay
from gpucheck.tables.values import faults


def read_overlay(folder: str) -> Overlay:
    """Return the rows of a folder; raises UserDataError for the first file that cannot be used."""
    root = Path(folder)
    try:
        names = sorted(_files(root, root))
    except OSError as error:
        raise UserDataError(f"--data {folder}: {error.strerror or error}") from None
    return Overlay(folder, {name: _rows(root, name) for name in names})


def _files(root: Path, folder: Path) -> Iterator[str]:
    """Yield what is in a folder, by its name there; hidden files (.git) are left out.

    Only folders that tables lie in are entered, so that a link that leads round ends.
    """
    for path in folder.iterdir():
        name = path.relative_to(root).as_posix()
        if path.name.startswith("."):
            continue
        if path.is_dir() and any(table.startswith(f"{name}/") for table in KINDS):
            yield from _files(root, path)
        else:
            yield name


def _rows(root: Path, name: str) -> tuple[Any, ...]:
    kind = KINDS.get(name)
    if kind is None:
        # by the stems: the ending that all share is no likeness
        meant = _meant(name.removesuffix(".json"), [table.removesuffix(".json") for table in KINDS], ".json")
        raise UserDataError(f"--data {root}: {name} is named like no table{meant}")
    try:
        table = parsed(name, lambda: _content(root / name))
        rows = decoded_rows(table, name, kind)
    except DataError as error:
        raise UserDataError(f"--data {root}: {error}") from None
    wrong = [*_unknown_names(part_of(table, "rows", name), kind), *_bad_values(rows)]
    if wrong:
        number, what = min(wrong)
        raise UserDataError(f"--data {root}: table {name}: row {number}: {what}")
    return rows


def _content(path: Path) -> bytes:
    if not path.is_file():
        raise OSError("it is no regular file")
    return path.read_bytes()


def _unknown_names(rows: list[dict[str, Any]], kind: type[Any]) -> Iterator[tuple[int, str]]:
    """Yield mistyped fields: the decoder would pass over them, and over the facts in them."""
    known = [part.name for part in fields(kind)]
    for number, row in enumerate(rows, start=1):
        yield from ((number, f"no field '{word}'{_meant(word, known)}") for word in row if word not in known)


def _bad_values(rows: tuple[Any, ...]) -> Iterator[tuple[int, str]]:
    for number, row in enumerate(rows, start=1):
        yield from ((number, fault) for fault in faults(row))


def _meant(word: str, names: list[str], ending: str = "") -> str:
    from difflib import get_close_matches  # noqa: PLC0415 - only mistakes need it

    near = get_close_matches(word, names, 1)
    return f"; did you mean {near[0]}{ending}?" if near else ""
