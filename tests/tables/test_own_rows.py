"""A user's own rows: they replace and add; what is wrong with them is named by file and row."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from gpucheck.errors import UsageError, UserDataError
from gpucheck.tables import load_tables

RELEASE = {"cuda": "14.0.0", "driver": "640.10", "driver_branch": 640, "source": "https://example.org/cuda",
           "retrieved": "2026-11-25"}  # fmt: skip
BRANCH = {"branch": 580, "max_cuda": "13.1", "source": "https://example.org/580", "retrieved": "2026-11-25"}
CVE = {
    "cve": "CVE-2027-0001",
    "fixed_in": "1.21.0",
    "source": "https://example.org",
    "retrieved": "2026-11-25",
}


def write(folder: Path, name: str, content: Any) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content if isinstance(content, str) else json.dumps(content))


def rows(folder: Path, name: str, *given: Any, **more: Any) -> None:
    write(folder, name, {"rows": given, **more})


def test_without_a_folder_nothing_is_laid_over() -> None:
    assert load_tables().overlay.rows == {}
    assert load_tables("").overlay.folder == ""


def test_a_row_with_a_key_of_ours_takes_its_place_and_others_are_added(tmp_path: Path) -> None:
    rows(tmp_path, "driver_branches.json", BRANCH, BRANCH | {"branch": 640})
    tables, shipped = load_tables(str(tmp_path)), load_tables()
    assert tables.driver_branches[580].max_cuda == "13.1"
    assert tables.driver_branches[580].latest == ""  # the whole row, not field by field
    assert tables.driver_branches.keys() - shipped.driver_branches.keys() == {640}
    assert tables.driver_branches[570] == shipped.driver_branches[570]


def test_a_new_release_stands_where_it_belongs(tmp_path: Path) -> None:
    rows(tmp_path, "cuda_releases.json", RELEASE, RELEASE | {"cuda": "12.4.9"})
    found = list(load_tables(str(tmp_path)).cuda_releases)
    assert found[0] == "14.0.0"
    assert found[found.index("12.4.9") + 1] == "12.4.1"


def test_tables_that_are_lists_are_overlaid_too(tmp_path: Path) -> None:
    rows(tmp_path, "toolkit_cves.json", CVE, CVE | {"cve": "CVE-2024-0132", "fixed_in": "1.16.9"})
    found = {row.cve: row.fixed_in for row in load_tables(str(tmp_path)).toolkit_cves}
    assert (found["CVE-2027-0001"], found["CVE-2024-0132"]) == ("1.21.0", "1.16.9")
    assert len(found) == len(load_tables().toolkit_cves) + 1


def test_a_remedy_of_one_area_replaces_that_of_another(tmp_path: Path) -> None:
    key = next(iter(load_tables().remedies))
    mine = {"key": key, "summary": "Call Ann.", "source": "https://example.org", "retrieved": "2026-11-25",
            "commands": {}}  # fmt: skip
    rows(tmp_path, "remedies/gpu.json", mine)
    assert load_tables(str(tmp_path)).remedies[key].summary == "Call Ann."


def test_the_id_of_a_source_becomes_its_address(tmp_path: Path) -> None:
    source = {"id": "lab", "url": "https://example.org/lab"}
    rows(tmp_path, "driver_branches.json", BRANCH | {"source": "lab"}, sources=[source])
    assert load_tables(str(tmp_path)).driver_branches[580].source == "https://example.org/lab"


def test_hidden_files_are_left_out(tmp_path: Path) -> None:
    write(tmp_path, ".git/config.json", "{")
    write(tmp_path, ".note", "mine")
    assert load_tables(str(tmp_path)).overlay.rows == {}


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("xids.json", '{"rows": [', "table xids.json: Expecting value: line 1 column 11 (char 10)"),
        ("xids.json", [], "table xids.json: 'rows' is missing"),
        ("xids.json", {"rows": [{"xid": "79"}]}, "table xids.json: row 1.xid: int is expected, not text"),
        ("xids.json", {"rows": ["79"]}, "table xids.json: row 1: an object is expected, not text"),
        ("driver_branches.json", {"rows": [BRANCH, {"branch": 1}]},
         "table driver_branches.json: row 2: 'source' is missing"),
        ("driver_branches.json", {"rows": [BRANCH, BRANCH | {"branch": 1, "max_cud": "1"}]},
         "table driver_branches.json: row 2: no field 'max_cud'; did you mean max_cuda?"),
        ("driver_branches.json", {"rows": [BRANCH | {"end_of_life": "soon"}]},
         r"table driver_branches.json: row 1: end_of_life: 'soon' does not match (\d{4}-\d{2}(-\d{2})?)?"),
        ("cuda_releases.json", {"rows": [RELEASE | {"cuda": "next"}]},
         r"table cuda_releases.json: row 1: cuda: 'next' does not match \d+(\.\d+){1,2}"),
        ("driver_branches.json", {"rows": [BRANCH | {"retrieved": "today"}]},
         "table driver_branches.json: row 1: retrieved: 'today' is no day (YYYY-MM-DD)"),
        ("cuda_relases.json", {"rows": []},
         "cuda_relases.json is named like no table; did you mean cuda_releases.json?"),
        ("version.json", {"version": "2026.11.25"}, "version.json is named like no table"),
        ("zzz/y.json", {"rows": []}, "zzz is named like no table"),
        ("remedies/gpus.json", {"rows": []},
         "remedies/gpus.json is named like no table; did you mean remedies/gpu.json?"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_named(tmp_path: Path, name: str, content: Any, message: str) -> None:
    write(tmp_path, name, content)
    with pytest.raises(UserDataError) as caught:
        load_tables(str(tmp_path))
    assert str(caught.value) == f"--data {tmp_path}: {message}"


def test_a_mistake_of_the_user_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        load_tables(str(tmp_path / "nowhere"))
    assert str(caught.value) == f"--data {tmp_path / 'nowhere'}: No such file or directory"
    assert caught.value.exit_code == 2


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    write(tmp_path, "file", "")
    with pytest.raises(UserDataError, match=r"file: Not a directory$"):
        load_tables(str(tmp_path / "file"))


def test_a_key_may_not_be_given_twice(tmp_path: Path) -> None:
    rows(tmp_path, "driver_branches.json", BRANCH, BRANCH)
    with pytest.raises(UserDataError) as caught:
        _ = load_tables(str(tmp_path)).driver_branches
    assert str(caught.value) == f"--data {tmp_path}: table driver_branches.json: 580 is there twice"


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "xids.json")
    with pytest.raises(UserDataError, match=r"table xids\.json: it is no regular file$"):
        load_tables(str(tmp_path))


def test_links_that_lead_round_end(tmp_path: Path) -> None:
    (tmp_path / "remedies").mkdir()
    (tmp_path / "remedies" / "remedies").symlink_to(tmp_path)
    with pytest.raises(UserDataError, match=r"remedies/remedies is named like no table"):
        load_tables(str(tmp_path))
