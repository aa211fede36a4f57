"""gpucheck data verify, as a function: every kind of mistake is one line that names table and row."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from gpucheck.model.data import Problem
from gpucheck.tables import Tables, load_tables
from gpucheck.tables.locate import beside
from gpucheck.tables.verify import verify

Change = Callable[[Any], None]


def with_changed(name: str, change: Change) -> Tables:
    """Return the shipped tables, one file of them changed."""

    def reader(asked: str) -> bytes:
        content = beside(asked)
        if asked != name:
            return content
        table = json.loads(content)
        change(table)
        return json.dumps(table).encode()

    return Tables(reader)


def row_of(table: Any, **key: Any) -> Any:
    return next(row for row in table["rows"] if key.items() <= row.items())


def changed(key: dict[str, Any], **values: Any) -> Change:
    return lambda table: row_of(table, **key).update(values)


def test_the_shipped_tables_have_no_problem() -> None:
    assert verify(load_tables()) == []


@pytest.mark.parametrize(
    ("name", "change", "row", "what"),
    [
        ("cuda_releases.json", changed({"cuda": "12.4.1"}, source="hearsay"), "12.4.1",
         "source: 'hearsay' is no address, no owner/repository:path and not listed"),
        ("cuda_releases.json", changed({"cuda": "12.4.1"}, retrieved="2099-01-01"), "12.4.1",
         "retrieved: 2099-01-01 is after the data's own date, "),
        ("cuda_releases.json", changed({"cuda": "12.4.1"}, retrieved="23.11.2026"), "12.4.1",
         "retrieved: '23.11.2026' is no day (YYYY-MM-DD)"),
        ("cuda_releases.json", changed({"cuda": "12.4.1"}, driver="560.1"), "12.4.1",
         "driver: 560.1 is not of branch 550"),
        ("cuda_releases.json", changed({"cuda": "12.4.1"}, driver_branch=551, driver="551.1"), "12.4.1",
         "driver_branch: 551 is not tabled"),
        ("cuda_releases.json", changed({"cuda": "12.4.1"}, cuda="6.5.1"), "6.5.1",
         "cuda: its major is not in cuda_majors.json"),
        ("cuda_majors.json", changed({"cuda_major": 12}, min_driver="526.1"), "12", "branch 526 is not tabled"),
        ("compat_packages.json", changed({"cuda": "12.4"}, cuda="12.7"), "12.7", "cuda: 12.7 is no release"),
        ("compat_packages.json", changed({"cuda": "12.4"}, on_branch={"536": "C"}), "12.4",
         "branch 536 is not tabled"),
        ("compat_packages.json", changed({"cuda": "12.4"}, image_branches=[471]), "12.4",
         "branch 471 is not tabled"),
        ("compat_packages.json", changed({"cuda": "12.4"}, driver="555.1"), "12.4",
         "driver: 555.1 is not of branch 550"),
        ("driver_branches.json", changed({"branch": 565}, notes=""), "565",
         "max_cuda: CUDA 12.7 is no release, and the notes do not say why"),
        ("driver_branches.json", changed({"branch": 570}, latest="575.1"), "570",
         "latest: 575.1 is of another branch"),
        ("gpu_architectures.json", changed({"compute_capability": "7.0"}, last_driver_branch=581), "7.0",
         "branch 581 is not tabled"),
        ("gpu_products.json", changed({"name": "Tesla T4"}, compute_capability="7.6"), "Tesla T4",
         "compute_capability: 7.6 is not tabled"),
        ("gpu_products.json", changed({"name": "Tesla T4"}, device_class="gaming"), "Tesla T4",
         "device_class: gaming is not tabled"),
        ("gpu_products.json", changed({"name": "Tesla T4"}, brand="Nvidia"), "Tesla T4",
         "brand: Nvidia is not tabled"),
        ("gpu_products.json", changed({"name": "Tesla T4"}, pci_device_ids=["ffff"]), "Tesla T4",
         "pci_device_ids: ffff is not tabled"),
        ("pci_products.json", changed({"device_id": "2330"}, compute_capability="9.9"), "2330",
         "compute_capability: 9.9 is not tabled"),
        ("device_classes.json", changed({"device_class": "titan"}, brands=["GeForce"]), "titan",
         "brand GeForce also settles geforce"),
        ("device_classes.json", changed({"device_class": "titan"}, brands=["Riva"]), "titan",
         "brand Riva is not tabled"),
        ("brands.json", changed({"brand": "NVIDIA"}, former="Riva"), "NVIDIA", "former: Riva is not tabled"),
        ("framework_builds.json", changed({"framework": "tensorflow", "release": "2.15"}, cuda="12.7"),
         "tensorflow 2.15 12.7 linux x86_64", "cuda: 12.7 is no release"),
        ("framework_builds.json", changed({"framework": "tensorflow", "release": "2.15"}, sm=["6.6"]),
         "tensorflow 2.15 12.2 linux x86_64", "compute capability 6.6 is not tabled"),
        ("error_codes.json", changed({"api": "cuda", "code": 803}, causes=["gremlins"]), "cuda 803",
         "cause gremlins is not tabled"),
        ("xids.json", changed({"xid": 79}, cause="gremlins"), "79", "cause gremlins is not tabled"),
        ("toolkit_cves.json", changed({"cve": "CVE-2024-0132"}, fixed_in="1.16.3"), "CVE-2024-0132",
         "release 1.16.3 is not tabled"),
        ("compat_selection.json", changed({"toolkit_since": "1.20.0"}, toolkit_since="1.20.1"), "1.20.1",
         "release 1.20.1 is not tabled"),
    ],
)  # fmt: skip
def test_a_mistake_is_one_problem(name: str, change: Change, row: str, what: str) -> None:
    problems = verify(with_changed(name, change))
    assert [(p.table, p.row) for p in problems] == [(name, row)]
    assert problems[0].what.startswith(what)


@pytest.mark.parametrize(
    ("name", "damage", "what"),
    [
        ("xids.json", lambda table: table.pop("rows"), "'rows' is missing"),
        ("xids.json", lambda table: table["rows"].append(table["rows"][0]), "'8' is there twice"),
        ("brands.json", lambda table: table["rows"][1].pop("brand"), "row 2: 'brand' is missing"),
    ],
)
def test_a_damaged_table_is_one_problem_and_the_others_are_looked_at(
    name: str, damage: Change, what: str
) -> None:
    found = {problem.table: problem for problem in verify(with_changed(name, damage))}
    assert found[name] == Problem(name, "", what)
    assert found.keys() <= {name, "gpu_products.json", "device_classes.json"}


def test_a_version_that_is_none_is_one_problem() -> None:
    problems = verify(with_changed("cuda_releases.json", changed({"cuda": "12.4.1"}, cuda="next")))
    assert problems == [Problem("cuda_releases.json", "next", r"cuda: 'next' does not match \d+(\.\d+){1,2}")]


def test_the_version_of_the_data_is_a_day() -> None:
    problems = verify(with_changed("version.json", lambda table: table.update(version="new")))
    assert problems == [Problem("version.json", "", "'new' is no day (YYYY.MM.DD)")]


def test_data_without_a_version_is_one_problem() -> None:
    problems = verify(with_changed("version.json", lambda table: table.clear()))
    assert problems == [Problem("version.json", "", "'version' is missing")]


def test_two_problems_are_two(tables_changed_twice: Tables) -> None:
    assert [problem.row for problem in verify(tables_changed_twice)] == ["13", "45"]


@pytest.fixture
def tables_changed_twice() -> Tables:
    def change(table: Any) -> None:
        row_of(table, xid=13)["source"] = "me"
        row_of(table, xid=45)["cause"] = "gremlins"

    return with_changed("xids.json", change)
