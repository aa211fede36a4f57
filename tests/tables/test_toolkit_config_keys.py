"""The table of config.toml's keys: whole in itself, and all that the toolkit's own file has."""

import pytest

from gpucheck.model.versions import Version
from gpucheck.probes._toml import kinds_of_keys, parse_toml
from gpucheck.tables import Tables, load_tables
from gpucheck.tables.verify import verify
from tests.tables.folder import CHECKOUT
from tests.tables.test_verify import changed, with_changed

DEFAULT = CHECKOUT / "tests" / "outputs" / "nvidia_ctk_1.20_config_default.toml"


@pytest.fixture
def tables() -> Tables:
    return load_tables()


def test_the_table_of_each_key_is_a_row(tables: Tables) -> None:
    rows = tables.toolkit_config_keys
    for key in rows:
        table, _, _ = key.rpartition(".")
        assert not table or rows[table].kind == "table", key


def test_a_key_is_not_older_than_its_table(tables: Tables) -> None:
    rows = tables.toolkit_config_keys
    for key, row in rows.items():
        above = rows.get(key.rpartition(".")[0])
        if above is not None and above.since:
            assert row.since, key
            assert Version(row.since) >= Version(above.since), key


def test_only_texts_have_choices(tables: Tables) -> None:
    assert {row.kind for row in tables.toolkit_config_keys.values() if row.choices} == {"string"}


def test_the_toolkits_own_file_has_known_keys_only(tables: Tables) -> None:
    rows = tables.toolkit_config_keys
    found = kinds_of_keys(parse_toml(DEFAULT.read_text("utf-8")))
    assert found
    assert {key: kind for key, kind in found.items() if key not in rows or rows[key].kind != kind} == {}


@pytest.mark.parametrize(
    ("name", "key", "values", "what"),
    [
        (
            "toolkit_config_keys.json",
            {"key": "features.allow-ldconfig-from-container"},
            {"since": "1.17.99"},
            "release 1.17.99 is not tabled",
        ),
        (
            "toolkit_config_keys.json",
            {"key": "nvidia-container-runtime.mode"},
            {"choices": {"auto": "1.17.99"}},
            "release 1.17.99 is not tabled",
        ),
        (
            "remedies/driver.json",
            {"key": "load_module"},
            {"in_container": "pray"},
            "in_container: pray is no remedy",
        ),
    ],
)
def test_what_links_lead_nowhere(
    name: str, key: dict[str, str], values: dict[str, object], what: str
) -> None:
    problems = verify(with_changed(name, changed(key, **values)))
    assert [(p.table, p.row, p.what) for p in problems] == [(name, key["key"], what)]
