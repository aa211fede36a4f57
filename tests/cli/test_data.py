"""gpucheck data from outside: version, verify, show, and a user's own rows."""

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from gpucheck.tables import load_tables
from gpucheck.tables.kinds import KINDS
from tests.cli.runner import environment, gpucheck

VERSION = load_tables().version


def own(folder: Path, name: str, *rows: object) -> Path:
    (folder / name).write_text(json.dumps({"rows": rows}))
    return folder


BRANCH = {"branch": 640, "type": "PB", "end_of_life": "2028-03", "max_cuda": "13.5", "open_modules": "only",
          "latest": "640.10", "source": "https://example.org/640", "retrieved": "2026-11-25"}  # fmt: skip


def test_the_version_with_the_size_of_each_table() -> None:
    done = gpucheck("data", "version")
    lines = done.stdout.splitlines()
    assert (done.returncode, done.stderr) == (0, "")
    assert lines[0] == f"data {VERSION}"
    assert [line.split()[0] for line in lines[1:]] == list(KINDS)
    assert "  cuda_majors.json" in done.stdout
    assert dict(line.split() for line in lines[1:])["cuda_majors.json"] == "7"


def test_the_version_as_json() -> None:
    document = json.loads(gpucheck("data", "version", "--format", "json").stdout)
    assert (document["schema"], document["data_version"]) == ("gpucheck.data-version/1", VERSION)
    assert document["overlay"] == ""
    assert {"table": "compat_selection.json", "rows": 5, "own": 0} in document["tables"]


def test_the_version_tells_whose_rows_there_are(tmp_path: Path) -> None:
    own(tmp_path, "driver_branches.json", BRANCH)
    lines = gpucheck("data", "version", "--data", tmp_path).stdout.splitlines()
    assert lines[1] == f"with the rows of {tmp_path}"
    assert next(line for line in lines if "driver_branches" in line).endswith("36  1 of them yours")


def test_nothing_is_wrong_with_the_tables() -> None:
    done = gpucheck("data", "verify")
    rows = sum(len(load_tables().rows_of(name)) for name in KINDS)
    assert done.stdout == f"data {VERSION}: {rows} rows in {len(KINDS)} tables, nothing wrong\n"
    assert (done.returncode, done.stderr) == (0, "")


def test_problems_are_lines_and_exit_1(tmp_path: Path) -> None:
    bad = BRANCH | {"max_cuda": "14.9", "latest": "641.1", "source": "hearsay", "retrieved": "2099-01-01"}
    own(tmp_path, "driver_branches.json", bad)
    done = gpucheck("data", "verify", "--data", tmp_path)
    day = VERSION.replace(".", "-")
    assert done.stdout.splitlines() == [
        "driver_branches.json: 640: source: 'hearsay' is no address, no owner/repository:path and not listed",
        f"driver_branches.json: 640: retrieved: 2099-01-01 is after the data's own date, {day}",
        "driver_branches.json: 640: max_cuda: CUDA 14.9 is no release, and the notes do not say why",
        "driver_branches.json: 640: latest: 641.1 is of another branch",
    ]
    assert (done.returncode, done.stderr) == (1, "")


def test_problems_as_json(tmp_path: Path) -> None:
    own(tmp_path, "driver_branches.json", BRANCH | {"latest": "641.1"})
    done = gpucheck("data", "verify", "--data", tmp_path, "--format", "json")
    assert done.returncode == 1
    assert json.loads(done.stdout) == {
        "schema": "gpucheck.data-verify/1",
        "data_version": VERSION,
        "problems": [
            {"table": "driver_branches.json", "row": "640", "what": "latest: 641.1 is of another branch"}
        ],
    }


def test_no_problem_as_json() -> None:
    done = gpucheck("data", "verify", "--format", "json")
    assert done.returncode == 0
    assert json.loads(done.stdout)["problems"] == []


def test_verify_needs_no_jsonschema() -> None:
    code = "import sys; sys.modules['jsonschema'] = None; sys.argv = ['gpucheck', 'data', 'verify']; "
    code += "from gpucheck.__main__ import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, env=environment()
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_a_table_for_people() -> None:
    lines = gpucheck("data", "show", "cuda").stdout.splitlines()
    assert lines[0].split("  ")[0] == "CUDA"
    assert next(line for line in lines if line.startswith("12.4.1")).split() == [
        "12.4.1", "2024-04-03", "550.54.15", "550", "551.78", "12.4", "Update", "1",
    ]  # fmt: skip
    assert next(line for line in lines if line.startswith("12.3.2")).endswith("?")
    assert lines[-1].startswith(f"{len(load_tables().cuda_releases)} rows of cuda_releases, data {VERSION}; ")
    assert lines[-1].endswith("without a primary document; sources and notes: --format json")
    assert not [line for line in lines if line != line.rstrip()]


@pytest.mark.parametrize(
    ("what", "key", "size"),
    [("cuda", "cuda", 84), ("drivers", "branch", 35), ("gpus", "name", 267), ("images", "family", 0)],
)
def test_a_table_for_programs_has_every_field(what: str, key: str, size: int) -> None:
    document = json.loads(gpucheck("data", "show", what, "--format", "json").stdout)
    assert (document["schema"], document["data_version"]) == ("gpucheck.data/1", VERSION)
    rows = document["rows"]
    assert len(rows) == (size or len(load_tables().image_families))
    assert {"source", "retrieved", "notes", "unverified", key} <= rows[0].keys()


def test_a_table_for_spreadsheets() -> None:
    done = gpucheck("data", "show", "gpus", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    row = next(row for row in rows if row["name"] == "Quadro RTX 6000")
    assert (row["compute_capability"], row["device_class"]) == ("7.5", "workstation")
    assert (row["pci_device_ids"], row["unverified"]) == ("1e30 1e36 1e78", "false")
    assert "README.md, 'Compatible GPUs'" in row["source"]  # a comma, quoted


def test_a_table_is_written_to_a_file(tmp_path: Path) -> None:
    path = tmp_path / "cuda.csv"
    done = gpucheck("data", "show", "cuda", "--format", "csv", "-o", path)
    assert (done.returncode, done.stdout) == (0, "")
    assert path.read_text().startswith("cuda,source,retrieved,label,released,driver,")


def test_own_rows_are_shown_in_order(tmp_path: Path) -> None:
    own(tmp_path, "driver_branches.json", BRANCH, BRANCH | {"branch": 500})
    lines = gpucheck("data", "show", "drivers", "--data", tmp_path).stdout.splitlines()
    branches = [line.split()[0] for line in lines[1:-2]]
    assert branches == sorted(branches, key=int)
    assert {"500", "640"} <= set(branches)


def test_own_rows_by_the_environment(tmp_path: Path) -> None:
    own(tmp_path, "driver_branches.json", BRANCH)
    done = gpucheck("data", "show", "drivers", env={"GPUCHECK_DATA": str(tmp_path)})
    assert "\n640     PB    2028-03" in done.stdout


def test_own_text_cannot_move_the_cursor(tmp_path: Path) -> None:
    row = {"name": "evil\x1b[2J\x07", "compute_capability": "9.0", "device_class": "other",
           "source": "https://example.org", "retrieved": "2026-11-25"}  # fmt: skip
    own(tmp_path, "gpu_products.json", row)
    shown = gpucheck("data", "show", "gpus", "--data", tmp_path).stdout
    assert "evil\\x1b[2J\\x07  " in shown
    bad = own(tmp_path, "gpu_products.json", row | {"device_class": "x", "source": "\x1b]0;title"})
    verified = gpucheck("data", "verify", "--data", bad).stdout
    assert "\x1b" not in verified
    assert "gpu_products.json: evil\\x1b[2J\\x07: device_class: x is not tabled" in verified


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("xids.json", "{", "table xids.json: Expecting property name enclosed in double quotes: "
                           "line 1 column 2 (char 1)"),
        ("xids.json", '{"rows": [{"xid": 1}]}', "table xids.json: row 1: 'meaning' is missing"),
        ("xid.json", "{}", "xid.json is named like no table; did you mean xids.json?"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("command", [["version"], ["verify"], ["show", "cuda"]])
def test_a_bad_file_is_one_line_and_exit_2(
    tmp_path: Path, command: list[str], name: str, content: str, message: str
) -> None:
    (tmp_path / name).write_text(content)
    done = gpucheck("data", *command, "--data", tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"gpucheck: --data {tmp_path}: {message}\n"


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    done = gpucheck("data", "version", "--data", tmp_path / "none")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"gpucheck: --data {tmp_path / 'none'}: No such file or directory\n"


def test_an_unknown_table_is_a_usage_error() -> None:
    done = gpucheck("data", "show", "planets")
    assert done.returncode == 2
    assert "'planets' is not one of" in done.stderr


def test_no_command_shows_the_help() -> None:
    done = gpucheck("data")
    assert done.returncode == 2
    for command in ("version", "verify", "show"):
        assert command in done.stdout + done.stderr


def test_help_of_data_is_as_light_as_the_others() -> None:
    argv = [sys.executable, "-X", "importtime", "-m", "gpucheck", "data", "show", "--help"]
    done = subprocess.run(argv, capture_output=True, text=True, check=True, env=environment())
    assert "gpucheck.tables" not in {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
