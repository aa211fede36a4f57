"""The table files: valid by their schemas, every row with source and date, nothing twice."""

import re
from itertools import pairwise
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.tables.folder import CHECKOUT, FOLDER, ROW_TABLES, TABLES, read, schema

SHELL = re.compile(r"[|;&<>`]|\$\(")


@pytest.mark.parametrize("name", TABLES)
def test_a_table_is_valid_by_its_schema(name: str) -> None:
    errors = Draft202012Validator(schema(TABLES[name])).iter_errors(read(name))
    assert [f"{list(error.path)}: {error.message}" for error in errors] == []


def test_every_schema_is_itself_valid() -> None:
    for path in FOLDER.glob("schema/*.json"):
        Draft202012Validator.check_schema(read(f"schema/{path.name}"))


@pytest.mark.parametrize(
    ("name", "row", "complaint"),
    [
        ("pci_products", {"device_id": "2330X"}, "does not match"),
        ("pci_products", {"open_modules": "perhaps"}, "is not one of"),
        ("pci_products", {"colour": "green"}, "Additional properties"),
        ("driver_branches", {"end_of_life": "June 2026"}, "does not match"),
        ("driver_branches", {"branch": "580"}, "is not of type 'integer'"),
        ("xids", {"severity": "bad"}, "is not one of"),
        ("causes", {"retrieved": "yesterday"}, "does not match"),
        ("causes", {"source": ""}, "should be non-empty"),
        ("toolkit_cves", {"fixed_in": "the next one"}, "does not match"),
    ],
)
def test_a_schema_refuses_a_wrong_row(name: str, row: dict[str, Any], complaint: str) -> None:
    table = read(f"{name}.json")
    table["rows"][0].update(row)
    messages = [error.message for error in Draft202012Validator(schema(name)).iter_errors(table)]
    assert len(messages) == 1
    assert complaint in messages[0]


@pytest.mark.parametrize("name", [name for name in ROW_TABLES if not name.startswith("remedies/")])
def test_every_source_is_listed_and_used(name: str) -> None:
    table = read(name)
    listed = {source["id"] for source in table["sources"]}
    used = {row["source"] for row in table["rows"]}
    if name.startswith("images/") or name == "causes.json":  # rows may give the address of a page
        used = {source for source in used if ":" not in source.partition("; ")[0]}
    if name == "causes.json":  # its rows add a vendor's page to the one common source
        used = {source.partition("; ")[0] for source in used}
        listed = {source["url"] for source in table["sources"]}
    assert used == listed
    assert len(listed) == len(table["sources"])


def test_the_version_is_the_day_of_the_newest_row() -> None:
    days = {row["retrieved"] for name in ROW_TABLES for row in read(name)["rows"]}
    assert read("version.json")["version"] == max(days).replace("-", ".")


def test_no_remedy_needs_a_shell() -> None:
    for name in ROW_TABLES:
        if not name.startswith("remedies/"):
            continue
        for row in read(name)["rows"]:
            words = [w for lines in row["commands"].values() for argv in lines for w in argv]
            assert [w for w in words if SHELL.search(w)] == [], f"{name}: {row['key']}"


@pytest.mark.parametrize(
    ("name", "key"),
    [("driver_branches.json", "branch"), ("xids.json", "xid"), ("pci_products.json", "device_id")],
)
def test_rows_are_sorted_without_repetition(name: str, key: str) -> None:
    keys = [row[key] for row in read(name)["rows"]]
    assert all(a < b for a, b in pairwise(keys))


def test_no_table_names_a_place_of_the_machine_it_was_made_on() -> None:
    private = re.compile(r"/(?:work|root|tmp)/|/home/")
    files = [*FOLDER.rglob("*.json"), *(CHECKOUT / "scripts").iterdir()]
    assert [p.name for p in files if p.is_file() and private.search(p.read_text("utf-8"))] == []


def test_every_feature_that_code_asks_for_is_tabled() -> None:
    asked = re.compile(r'\b(?:since|feature)\(\s*"([a-z-]+)",\s*"([a-z0-9_]+)"')
    code = "\n".join(path.read_text("utf-8") for path in (CHECKOUT / "gpucheck").rglob("*.py"))
    tabled = {(row["component"], row["feature"]) for row in read("features.json")["rows"]}
    assert set(asked.findall(code)) - tabled == set()
