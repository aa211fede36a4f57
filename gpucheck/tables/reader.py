"""Reads tables: each when it is first asked for, with a user's own rows laid over the shipped ones."""

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from gpucheck.errors import DataError, UserDataError
from gpucheck.tables.decoding import decoded_rows, parsed, part_of
from gpucheck.tables.locate import Reader
from gpucheck.tables.overlay import NO_OVERLAY, Overlay

R = TypeVar("R")
K = TypeVar("K", bound=Hashable)


class TableReader:
    """Rows of table files. Every method raises DataError on a damaged table."""

    def __init__(self, reader: Reader, overlay: Overlay = NO_OVERLAY) -> None:
        self._reader = reader
        self.overlay = overlay

    def rows_of(self, name: str) -> tuple[Any, ...]:
        """Return every row of a table file, by its name in compat_data."""
        from gpucheck.tables.kinds import KINDS, key_of  # noqa: PLC0415 - the records of all tables

        return self._listed(name, KINDS[name], lambda row: " ".join(map(str, key_of(row))))

    def sources_of(self, name: str) -> frozenset[str]:
        """Return the ids and addresses of the sources that a table file lists."""
        listed = part_of(self._read(name), "sources", name, [])
        return frozenset(str(source.get(part)) for source in listed for part in ("id", "url"))

    def _keyed(self, names: tuple[str, ...], kind: type[R], key: Callable[[R], K]) -> dict[K, R]:
        found: dict[K, R] = {}
        for name in names:
            for row in self._rows(name, kind):
                if key(row) in found:
                    raise DataError(f"table {name}: {key(row)!r} is there twice")
                found[key(row)] = row
        return found | self._users_own(names, kind, key) if self.overlay.rows else found

    def _users_own(self, names: tuple[str, ...], kind: type[R], key: Callable[[R], K]) -> dict[K, R]:
        own: dict[K, R] = {}
        for name in names:
            for row in self.overlay.of(name, kind):
                if key(row) in own:
                    raise UserDataError(
                        f"--data {self.overlay.folder}: table {name}: {key(row)!r} is there twice"
                    )
                own[key(row)] = row
        return own

    def _listed(self, name: str, kind: type[R], key: Callable[[R], Hashable]) -> tuple[R, ...]:
        return tuple(self._keyed((name,), kind, key).values())

    def _rows(self, name: str, kind: type[R]) -> tuple[R, ...]:
        return decoded_rows(self._read(name), name, kind)

    def _read(self, name: str) -> Any:
        return parsed(name, lambda: self._reader(name))
