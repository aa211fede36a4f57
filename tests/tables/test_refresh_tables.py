"""scripts/refresh_tables: rows from the vendor's own files, on small ones in their true shape."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.tables.folder import CHECKOUT

SCRIPT = CHECKOUT / "scripts" / "refresh_tables"
DAY = "2026-12-01"
LIST = {"id": "list", "url": "https://example.org/list", "version": "1"}


def manifest(cuda: str, released: str, runtime: str, driver: str = "", **more: Any) -> dict[str, Any]:
    """Return a redistrib file: text at the top, an object a component, in it an object a platform."""
    return {
        "release_date": released,
        "release_label": cuda,
        "release_product": "cuda",
        "cuda_cudart": component("CUDA Runtime (cudart)", runtime),
        **({"nvidia_driver": component("NVIDIA Linux Driver", driver)} if driver else {}),
        **more,
    }


def component(name: str, version: str) -> dict[str, Any]:
    archive = {"relative_path": "a/b.tar.xz", "sha256": "0" * 64, "md5": "0" * 32, "size": "1"}
    return {"name": name, "license": "CUDA Toolkit", "license_path": "a/LICENSE.txt", "version": version,
            "linux-x86_64": archive, "linux-sbsa": archive}  # fmt: skip


def branch(kind: str, *releases: tuple[str, str, list[str]], **more: Any) -> dict[str, Any]:
    """Return a branch of releases.json."""
    info = [
        {
            "release_version": version,
            "release_date": day,
            "release_notes": "https://docs.nvidia.com/datacenter/tesla/",
            "architectures": architectures,
            "runfile_url": dict.fromkeys(architectures, "https://example.org/x.run"),
        }
        for version, day, architectures in releases
    ]
    return {"type": kind, "driver_info": info, **more}


BOTH, ARM = ["x86_64", "aarch64"], ["aarch64"]


class Bench:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.write("version.json", {"version": "2026.11.25"})
        self.table("cuda_releases.json", [
            {"cuda": "13.4.2", "released": "2026-09", "driver": "615.1", "source": "list", "notes": "n"},
            {"cuda": "12.4.0", "released": "2024-03-05", "driver": "550.54.14", "driver_branch": 550,
             "source": "list"},
        ])  # fmt: skip
        self.table("driver_branches.json", [
            {"branch": 550, "type": "PB", "end_of_life": "2025-04-17", "latest": "550.163.01",
             "source": "list", "notes": "n"},
            {"branch": 580, "type": "LTS", "latest": "580.95.05", "source": "list"},
        ])  # fmt: skip

    def write(self, name: str, content: Any) -> Path:
        path = self.folder / name
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return path

    def table(self, name: str, rows: list[dict[str, Any]]) -> None:
        listed = [{**row, "retrieved": "2026-11-23"} for row in rows]
        self.write(name, {"title": "t", "checked": "2026-11-23", "sources": [LIST], "rows": listed})

    def run(self, *arguments: str | Path, day: str = DAY) -> subprocess.CompletedProcess[str]:
        argv = [
            sys.executable,
            str(SCRIPT),
            "--date",
            day,
            "--tables",
            str(self.folder),
            *map(str, arguments),
        ]
        return subprocess.run(argv, capture_output=True, text=True, check=False)

    def read(self, name: str) -> Any:
        return json.loads((self.folder / name).read_text())

    def rows(self, name: str, key: str) -> dict[Any, Any]:
        return {row[key]: row for row in self.read(name)["rows"]}

    def files(self) -> dict[str, str]:
        return {path.name: path.read_text() for path in sorted(self.folder.glob("*.json"))}


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def test_a_new_release_is_added_where_it_belongs(bench: Bench) -> None:
    path = bench.write("redistrib_12.9.2.json", manifest("12.9.2", "2026-05-14", "12.9.79", "575.57.08"))
    done = bench.run("--cuda", path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "cuda_releases.json 12.9.2: new (released 2026-05-14, driver 575.57.08)",
        "version.json: 2026.11.25 -> 2026.12.01",
    ]
    rows = bench.rows("cuda_releases.json", "cuda")
    assert list(rows) == ["13.4.2", "12.9.2", "12.4.0"]
    assert rows["12.9.2"] == {
        "cuda": "12.9.2",
        "released": "2026-05-14",
        "driver": "575.57.08",
        "driver_branch": 575,
        "source": "redistrib_12.9.2.json",
        "retrieved": DAY,
    }
    assert bench.read("cuda_releases.json")["sources"][1] == {
        "id": "redistrib_12.9.2.json",
        "url": "https://developer.download.nvidia.com/compute/cuda/redist/redistrib_12.9.2.json",
        "version": "release of 2026-05-14",
    }
    assert bench.read("version.json") == {"version": "2026.12.01"}


def test_a_release_without_a_driver_keeps_the_one_it_has(bench: Bench) -> None:
    path = bench.write("redistrib_13.4.2.json", manifest("13.4.2", "2026-09-11", "13.4.92"))
    done = bench.run("--cuda", path)
    assert done.stdout.splitlines()[0] == "cuda_releases.json 13.4.2: released 2026-09 -> 2026-09-11"
    row = bench.rows("cuda_releases.json", "cuda")["13.4.2"]
    assert (row["driver"], row["source"], row["notes"]) == ("615.1", "list", "n")
    assert (row["released"], row["retrieved"]) == ("2026-09-11", DAY)
    assert bench.read("cuda_releases.json")["sources"] == [LIST]


def test_a_driver_for_other_systems_is_none_of_linux(bench: Bench) -> None:
    windows = {"name": "driver", "version": "551.61", "windows-x86_64": {}}
    path = bench.write("r.json", manifest("12.9.2", "2026-05-14", "12.9.79", nvidia_driver=windows))
    assert bench.run("--cuda", path).stdout.startswith(
        "cuda_releases.json 12.9.2: new (released 2026-05-14)\n"
    )


def test_what_is_known_already_changes_nothing(bench: Bench) -> None:
    before = bench.files()
    path = bench.write("redistrib_12.4.0.json", manifest("12.4.0", "2024-03-05", "12.4.99", "550.54.14"))
    done = bench.run("--cuda", path)
    assert (done.returncode, done.stdout) == (0, "nothing changed\n")
    assert {name: bench.files()[name] for name in before} == before


def test_several_files_at_once_and_twice_the_same_bytes(bench: Bench) -> None:
    paths = [
        bench.write("a.json", manifest("12.8.2", "2026-04-21", "12.8.90", "570.211.01")),
        bench.write("b.json", manifest("12.9.2", "2026-05-14", "12.9.79", "575.57.08")),
    ]
    assert bench.run("--cuda", *paths).returncode == 0
    once = bench.files()
    assert bench.run("--cuda", *reversed(paths), day="2026-12-24").stdout == "nothing changed\n"
    assert bench.files() == once
    assert once["cuda_releases.json"].count("\n  {") == 3 + 4  # a line a source and a row


def test_branches(bench: Bench) -> None:
    path = bench.write("releases.json", {
        "640": branch("new feature branch", ("640.10", "2026-11-30", BOTH), ("640.12", "2026-12-01", ARM)),
        "580": branch("lts branch", ("580.178.04", "2026-08-03", BOTH), ("580.95.05", "2025-10-01", BOTH)),
        "550": branch("production branch", ("550.90.07", "2024-06-04", BOTH)),
    })  # fmt: skip
    done = bench.run("--drivers", path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "driver_branches.json 640: new (type NFB, latest 640.10)",
        "driver_branches.json 580: latest 580.95.05 -> 580.178.04",
        "version.json: 2026.11.25 -> 2026.12.01",
    ]
    rows = bench.rows("driver_branches.json", "branch")
    assert list(rows) == [550, 580, 640]
    assert rows[640] == {
        "branch": 640, "type": "NFB", "latest": "640.10", "source": "releases", "retrieved": DAY,
    }  # fmt: skip
    assert rows[550]["latest"] == "550.163.01"  # a latest release never goes back
    assert (rows[550]["retrieved"], rows[580]["retrieved"]) == ("2026-11-23", DAY)
    assert bench.read("driver_branches.json")["sources"][1]["version"] == f"saved on {DAY}"


def test_an_end_of_life_is_taken_with_its_source(bench: Bench) -> None:
    path = bench.write("releases.json", {
        "580": branch("lts branch", ("580.95.05", "2025-10-01", BOTH), end_of_life="2028-06"),
    })  # fmt: skip
    done = bench.run("--drivers", path)
    assert done.stdout.splitlines()[0] == "driver_branches.json 580: end_of_life nothing -> 2028-06"
    row = bench.rows("driver_branches.json", "branch")[580]
    assert (row["end_of_life"], row["source"]) == ("2028-06", "releases")


def test_a_type_that_is_not_known_is_said_and_left(bench: Bench) -> None:
    path = bench.write("releases.json", {"580": branch("beta branch", ("580.95.05", "2025-10-01", BOTH))})
    done = bench.run("--drivers", path)
    assert done.stdout.splitlines() == [
        "driver_branches.json 580: the type 'beta branch' is not known, left as it is",
        "nothing changed",
    ]


def test_a_check_writes_nothing_and_exits_1(bench: Bench) -> None:
    path = bench.write("r.json", manifest("12.9.2", "2026-05-14", "12.9.79"))
    before = bench.files()
    done = bench.run("--cuda", path, "--check")
    assert done.returncode == 1
    assert done.stdout.startswith("cuda_releases.json 12.9.2: new")
    assert bench.files() == before


def test_an_older_day_does_not_take_the_version_back(bench: Bench) -> None:
    path = bench.write("r.json", manifest("12.9.2", "2026-05-14", "12.9.79"))
    assert bench.run("--cuda", path, day="2026-06-01").returncode == 0
    assert bench.read("version.json") == {"version": "2026.11.25"}


GOOD = manifest("12.9.2", "2026-05-14", "12.9.79", "575.57.08")
RELEASE = ("580.95.05", "2025-10-01", BOTH)


@pytest.mark.parametrize(
    ("option", "content", "message"),
    [
        ("--cuda", "{", "Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"),
        ("--cuda", [], "a JSON object is expected"),
        ("--cuda", {}, "release_product is not cuda: this is no redistrib file of CUDA"),
        ("--cuda", GOOD | {"release_product": "cudnn"},
         "release_product is not cuda: this is no redistrib file of CUDA"),
        ("--cuda", GOOD | {"release_label": 12.9}, r"release_label is 12.9, which does not match \d+(\.\d+)+"),
        ("--cuda", GOOD | {"release_date": "May"},
         r'release_date is "May", which does not match \d{4}-\d{2}-\d{2}'),
        ("--cuda", GOOD | {"release_date": "2026-02-30"},
         "release_date: 2026-02-30 is no day (YYYY-MM-DD)"),
        ("--cuda", GOOD | {"cuda_cudart": None}, "'cuda_cudart' is missing"),
        ("--cuda", GOOD | {"cuda_cudart": component("x", "11.8.89")},
         "release 12.9.2 cannot hold cuda_cudart 11.8.89"),
        ("--cuda", GOOD | {"nvidia_driver": component("x", "new")},
         r'version is "new", which does not match \d+(\.\d+)+'),
        ("--drivers", {"R580": branch("lts branch", RELEASE)}, "'R580' is no driver branch"),
        ("--drivers", {"580": []}, "'580' is no driver branch"),
        ("--drivers", {"580": {"type": "lts branch"}}, "branch 580: driver_info is no list of releases"),
        ("--drivers", {"570": branch("lts branch", RELEASE)}, "branch 570 cannot hold release 580.95.05"),
        ("--drivers", {"580": branch("lts branch", ("580.95.05", "soon", BOTH))},
         r'release_date is "soon", which does not match \d{4}-\d{2}-\d{2}'),
        ("--drivers", {"580": branch("lts branch", RELEASE, end_of_life="never")},
         r'end_of_life is "never", which does not match \d{4}-\d{2}(-\d{2})?'),
    ],
)  # fmt: skip
def test_bad_input_is_one_line_and_exit_2(bench: Bench, option: str, content: Any, message: str) -> None:
    path = bench.write("input.json", content)
    before = bench.files()
    done = bench.run(option, path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"refresh_tables: {path}: {message}\n"
    assert bench.files() == before


def test_a_file_that_is_not_there(bench: Bench) -> None:
    path = bench.folder / "none.json"
    done = bench.run("--cuda", path)
    assert done.returncode == 2
    assert done.stderr == f"refresh_tables: {path}: [Errno 2] No such file or directory: '{path}'\n"


def test_the_day_must_be_given_and_be_one(bench: Bench) -> None:
    path = bench.write("r.json", GOOD)
    done = bench.run("--cuda", path, day="today")
    assert (done.returncode, done.stderr) == (2, "refresh_tables: --date: today is no day (YYYY-MM-DD)\n")
    argv = [sys.executable, str(SCRIPT), "--cuda", str(path), "--tables", str(bench.folder)]
    without = subprocess.run(argv, capture_output=True, text=True, check=False)
    assert without.returncode == 2
    assert without.stderr.endswith("the following arguments are required: --date\n")


def test_nothing_to_read_is_a_usage_error(bench: Bench) -> None:
    done = bench.run()
    assert done.returncode == 2
    assert done.stderr.endswith("nothing to read: give --cuda or --drivers\n")
