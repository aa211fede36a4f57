"""The list of table files, complete: what is not in it could be neither verified nor overlaid."""

from dataclasses import fields

import pytest

from gpucheck.tables import Tables, load_tables
from gpucheck.tables.kinds import KINDS, key_of
from tests.tables.folder import FOLDER, ROW_TABLES


@pytest.fixture(scope="module")
def tables() -> Tables:
    return load_tables()


def test_every_table_file_has_its_kind() -> None:
    files = {path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.json")}
    tabled = {name for name in files if not name.startswith("schema/")} - {"version.json"}
    assert tabled == KINDS.keys()
    assert set(ROW_TABLES) == tabled


@pytest.mark.parametrize("name", KINDS)
def test_the_key_tells_rows_apart(tables: Tables, name: str) -> None:
    rows = tables.rows_of(name)
    assert rows
    assert {type(row) for row in rows} == {KINDS[name]}
    assert len({key_of(row) for row in rows}) == len(rows)


@pytest.mark.parametrize("name", KINDS)
def test_every_row_says_where_it_is_from_and_when_it_was_read(name: str) -> None:
    assert {"source", "retrieved"} <= {part.name for part in fields(KINDS[name])}
