"""scripts/import_reference: the same tables from the same reference, on a small one made here."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.tables.folder import CHECKOUT

SCRIPT = CHECKOUT / "scripts" / "import_reference"


def product(name: str, capability: str, *device_ids: str, **more: Any) -> dict[str, Any]:
    known = {"name": name, "cc": capability, "pci_device_ids": list(device_ids), "source": "open"}
    return {**known, "brand_class": "tesla/data-center", **more}


def branch(number: int, **more: Any) -> dict[str, Any]:
    return {"branch": number, "source": "list", "open_kernel_modules": "none", **more}


def architecture(capability: str, chips: list[str], flavour: str) -> dict[str, Any]:
    return {
        "cc": capability,
        "architecture": "A",
        "chips": chips,
        "open_kernel_modules": flavour,
        "min_driver_branch": None,
        "last_driver_branch": 580,
        "source": "open",
    }


SOURCES = [
    {"id": name, "url": url, "version": "1"}
    for name, url in {
        "open": "owner/name:README.md, a table",
        "ids": "https://example.org/ids (all of them)",
        "list": "https://example.org/list",
        "eol": "https://example.org/eol",
        "sdd580": "https://example.org/sdd580",
        "unused": "https://example.org/unused",
    }.items()
]
REFERENCE: dict[str, Any] = {
    "gpu_architectures.json": {
        "architectures": [
            architecture("10.0", ["GB1"], "required"),
            architecture("9.0", ["GH1", "GH2"], "supported; required for Grace Hopper"),
        ],
        "products_turing_and_later": [
            product("NVIDIA One", "9.0", "0002"),
            product("NVIDIA One with Max-Q Design", "9.0", "0002"),
            product("NVIDIA Four", "9.0", "0004", subsystem_ids=["10DE:1"]),
            product("NVIDIA Vier", "9.0", "0004", subsystem_ids=["10DE:2"]),
            product("NVIDIA PG506-1", "9.0", "0004", subsystem_ids=["10DE:3"]),
            product("NVIDIA New", "10.0", "0003"),
        ],
        "products_before_turing": [product("Tesla Old", "9.0", "0005", unverified=True)],
        "products_tegra": [
            {
                "name": "Board (nvidia-smi name 'Chip (x)', unverified)",
                "cc": "8.7",
                "brand_class": "jetson",
                "source": "open",
            }
        ],
        "binary_rules": [{"rule": "Code is code", "source": "list"}],
        "driver_rules": [{"rule": "Drivers drive.", "source": "list"}],
        "pci_device_table": {
            "source": "ids",
            "rows": [["0002", "GH1", "One", "9.0"], ["0001", "GH2", "", "9.0"], ["2342", "GH1", "G", "9.0"]],
        },
    },
    "driver_branches.json": {
        "branches": [
            branch(600, eol="before 2026-09 (not listed)", eol_source="eol"),
            branch(410, type="Evaluation", latest_linux={"version": "410.1"}),
            branch(580, open_kernel_modules="optional, default", open_kernel_modules_unverified=True),
            branch(470, type="LTS", eol_endoflife_date="2024-07-20", max_cuda_reported="11.4"),
        ],
    },
    "container_toolkit.json": {
        "cves": [
            {"cve": "CVE-2", "affected": "< 2", "fixed_in": "2", "source": "list", "unverified": True},
            {"cve": "CVE-1", "affected": "< 1", "fixed_in": "1", "source": "list", "notes": "n"},
        ],
        "releases": [{"version": "2", "tag_date": "2026-01-01", "changes": ["c"], "source": "list"}],
    },
    "cuda_releases.json": {
        "releases": [
            {
                "cuda": "10.0.130",
                "linux_x86_64_driver": ">=410.48",
                "windows_driver": "N/A",
                "source": "list",
            },
            {"cuda": "12.7", "never_released": True, "source": "list"},
            {
                "cuda": "12.4.1",
                "linux_x86_64_driver": ">=550.54.15",
                "windows_driver": ">=551.78",
                "released": "2024-04",
                "label": "12.4 Update 1",
                "source": "list",
            },
            {"cuda": "12.3.2", "source": "list", "unverified": True, "notes": "No row."},
            {"cuda": "13.0.3", "source": "list", "driver_branch": "R580"},
            {"cuda": "11.2.0", "linux_x86_64_driver": ">=460.27.03", "source": "list"},
            {"cuda": "11.1.0", "linux_x86_64_driver": ">=455.23", "source": "list"},
            {"cuda": "11.0.3", "linux_x86_64_driver": ">=450.51.06", "source": "list"},
        ],
    },
    "images.json": {
        "about": "gathered 2026-01-02",
        "sources": [{"id": "copy", "url": "https://example.org/copy ; https://example.org/2", "title": "T"}],
        "toolkit_driver_table": {
            "values": {
                cuda: {"linux_driver": driver, "source": "copy"}
                for cuda, driver in {
                    "10.0": "410.48",
                    "12.3.2": "545.23.08",
                    "13.0.3": "580",
                    "11.2.0": "460.27.04",
                    "11.1.0": "455.23.04",
                    "11.0.3": "450",
                }.items()
            }
        },
    },
    "minor_version_compat.json": {
        "majors": [
            {"cuda_major": 13, "min_linux": "580.65.06", "max_linux": None, "source": "list", "notes": "n"},
            {
                "cuda_major": 12,
                "min_linux": "525.60.13",
                "max_linux": "580",
                "min_windows": "527.41",
                "source": "list",
            },
            {"cuda_major": 10, "minor_version_compat": False, "source": "list"},
        ],
        "limits": [{"id": "no-ptx", "text": "PTX does not.", "source": "list", "unverified": True}],
        "needs_exact_driver": [
            {"case": "JIT/PTX", "needs": "a newer one (see other.json)", "source": "list"}
        ],
    },
    "forward_compat.json": {
        "matrix": [
            {
                "compat_package": "cuda-compat-12-4",
                "cuda": "12.4",
                "carries_driver_branch": "550",
                "installed_driver_branch": {"535": "C", "550": "N/A"},
                "source": "list",
                "carries_driver_example": "550.54.15 (conda)",
            },
        ],
        "image_require_cuda": [
            {
                "compat_package_in_image": ["cuda-compat-12-4"],
                "exceptions": [{"driver_ranges": [">=470,<471", ">=550,<551", ">=450"], "brands": ["tesla"]}],
            },
            {
                "compat_package_in_image": ["cuda-compat-11-2"],
                "exceptions": [{"driver_ranges": [">=418,<419"], "brands": ["tesla"]}],
            },
        ],
        "libraries": [{"name": "libcuda", "since": "all"}, {"name": "libnvvm", "since": "11.5"}],
        "libraries_source": "list",
        "column_rule": "r",
        "install_path": "p",
        "notes": ["n"],
        "ptx": {"text": "t", "source": "list"},
        "base_install": {"text": "b", "source": "list"},
        "feature_exceptions": [{"feature": "Interop", "supported": False, "source": "list"}],
        "supported_hardware": [{"class": "Toys", "supported": False, "result": "804", "source": "list"}],
        "sources": [
            {"id": "list", "url": "https://example.org/list", "version": "1"},
            {"id": "imgs", "url": "owner/images:dist", "version": "1"},
        ],
    },
    "framework_archs.json": {
        "pytorch_binaries": [
            {
                "release": "2.11",
                "variant": "cu128",
                "cuda": "12.8",
                "platform": "linux x86_64",
                "sm": ["7.5"],
                "ptx": [],
                "cuda_patch": "12.8.1",
                "notes": "n",
                "source": "list",
            },
        ],
        "tensorflow": [
            {"release": "2.4", "cuda": "11.0", "source": "list"},
            {
                "release": "2.18",
                "cuda": "12.5",
                "sm": ["6.0"],
                "ptx": ["9.0"],
                "source": "list",
                "archs_unverified_per_release": True,
            },
        ],
        "jax": [
            {
                "what": "jax[cuda12]",
                "built_with": "CUDA 12.3",
                "min_driver_linux": "525",
                "min_cc": "5.2",
                "compatible_cuda": ">=12.1",
                "notes": "n",
                "source": "list",
            },
            {"what": "wheels", "text": "mind the path", "source": "list"},
        ],
        "vllm": [
            {"release": "0.4 on", "image_base_cuda": "12.4", "source": "list"},
            {
                "release": ">= 0.20",
                "wheel_cuda": "13.0",
                "image_latest_cuda": "13.0",
                "variants": ["cu129"],
                "min_cc": "7.5",
                "source": "list",
            },
        ],
    },
}
COMPATIBILITY = (
    "compat_packages.json", "compat_rules.json", "cuda_majors.json", "cuda_releases.json",
    "framework_builds.json", "gpu_products.json",
)  # fmt: skip


class Bench:
    def __init__(self, folder: Path) -> None:
        self.reference, self.tables = folder / "reference", folder / "tables"
        self.reference.mkdir()
        self.tables.mkdir()
        for name, content in REFERENCE.items():
            text = json.dumps({"checked": "2026-01-02", "sources": SOURCES} | content)
            (self.reference / name).write_text(text)

    def run(self, *options: str) -> subprocess.CompletedProcess[str]:
        argv = [sys.executable, str(SCRIPT), str(self.reference), "--tables", str(self.tables), *options]
        return subprocess.run(argv, capture_output=True, text=True, check=False)

    def table(self, name: str) -> Any:
        return json.loads((self.tables / name).read_text())

    def rows(self, name: str, key: str) -> dict[Any, Any]:
        return {row[key]: row for row in self.table(name)["rows"]}


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    bench = Bench(tmp_path)
    assert bench.run().returncode == 0
    return bench


def test_the_names_of_nvml_win_over_those_of_the_database(bench: Bench) -> None:
    rows = bench.rows("pci_products.json", "device_id")
    assert list(rows) == ["0001", "0002", "0003", "0004", "0005", "2342"]
    assert rows["0002"] == {
        "device_id": "0002",
        "chip": "GH1",
        "compute_capability": "9.0",
        "source": "open",
        "retrieved": "2026-01-02",
        "name": "NVIDIA One",
        "notes": "the same device id is also used for NVIDIA One with Max-Q Design",
    }
    assert (rows["0003"]["name"], rows["0003"]["chip"]) == ("NVIDIA New", "GB1")
    assert (rows["0005"]["chip"], rows["0005"]["unverified"]) == ("", True)


def test_a_device_without_a_name_is_called_by_its_chip(bench: Bench) -> None:
    row = bench.rows("pci_products.json", "device_id")["0001"]
    assert (row["name"], row["source"]) == ("NVIDIA GH2 (no product name published)", "ids")


def test_boards_that_the_id_cannot_tell_apart_are_all_named(bench: Bench) -> None:
    row = bench.rows("pci_products.json", "device_id")["0004"]
    assert row["name"] == "NVIDIA Four / NVIDIA Vier"
    assert row["notes"] == "the same device id is also used for NVIDIA PG506-1"


def test_grace_hopper_needs_the_open_modules(bench: Bench) -> None:
    rows = bench.rows("pci_products.json", "device_id")
    assert [i for i, row in rows.items() if row.get("open_modules")] == ["2342"]
    assert rows["2342"]["open_modules"] == "required"


def test_architectures_are_sorted_by_number(bench: Bench) -> None:
    rows = bench.rows("gpu_architectures.json", "compute_capability")
    assert [(c, row["open_modules"]) for c, row in rows.items()] == [
        ("9.0", "supported"),
        ("10.0", "required"),
    ]


def test_the_end_of_a_branch_names_the_source_that_gives_it(bench: Bench) -> None:
    rows = bench.rows("driver_branches.json", "branch")
    assert {number: (row["end_of_life"], row["source"]) for number, row in rows.items()} == {
        410: ("2025-08", "sdd580"),
        470: ("2024-07-20", "eol"),
        580: ("", "list"),
        600: ("2026-09", "eol"),
    }
    assert rows[600]["notes"] == (
        "End of life is given as 'before 2026-09 (not listed)': the month is the latest it can have been."
    )
    assert rows[410]["notes"].startswith("NVIDIA calls it Evaluation. No end-of-life date was seen")
    assert (rows[410]["type"], rows[410]["latest"]) == ("", "410.1")
    assert (rows[580]["open_modules"], rows[580]["unverified"]) == ("optional", True)
    assert (rows[470]["type"], rows[470]["max_cuda"]) == ("LTS", "11.4")


def test_vulnerabilities_keep_what_is_doubtful(bench: Bench) -> None:
    rows = bench.rows("toolkit_cves.json", "cve")
    assert list(rows) == ["CVE-1", "CVE-2"]
    assert rows["CVE-1"]["notes"] == "n"
    assert rows["CVE-2"]["unverified"] is True


def test_only_the_sources_of_rows_are_kept(bench: Bench) -> None:
    assert bench.table("pci_products.json")["sources"] == [
        {"id": "open", "url": "owner/name:README.md, a table", "version": "1"},
        {"id": "ids", "url": "https://example.org/ids", "version": "1", "covers": "all of them"},
    ]


def test_a_row_is_a_line(bench: Bench) -> None:
    text = (bench.tables / "toolkit_cves.json").read_text()
    assert text.splitlines()[-4:] == [
        '  {"cve": "CVE-1", "affected": "< 1", "fixed_in": "1", "source": "list", '
        '"retrieved": "2026-01-02", "notes": "n"},',
        '  {"cve": "CVE-2", "affected": "< 2", "fixed_in": "2", "source": "list", '
        '"retrieved": "2026-01-02", "unverified": true}',
        " ]",
        "}",
    ]


def test_a_second_run_changes_nothing(bench: Bench) -> None:
    again = bench.run("--check")
    assert (again.returncode, again.stdout) == (0, "all tables are as the reference says\n")


def test_a_check_writes_nothing_and_fails(bench: Bench) -> None:
    target = bench.tables / "toolkit_releases.json"
    target.write_text("{}")
    checked = bench.run("--check")
    assert (checked.returncode, checked.stdout) == (1, "changed: toolkit_releases.json\n")
    assert target.read_text() == "{}"


def test_only_these_tables_are_written(bench: Bench) -> None:
    written = {path.name for path in bench.tables.iterdir()}
    older = {"driver_branches", "gpu_architectures", "pci_products", "toolkit_cves", "toolkit_releases"}
    assert {*COMPATIBILITY, *(f"{name}.json" for name in older)} <= written
    assert not written & {"causes.json", "features.json", "brands.json", "device_classes.json"}


def test_releases_of_both_references_newest_first(bench: Bench) -> None:
    rows = bench.rows("cuda_releases.json", "cuda")
    assert {cuda: row.get("driver", "") for cuda, row in rows.items()} == {
        "13.0.3": "580",
        "12.4.1": "550.54.15",
        "12.3.2": "545.23.08",
        "11.2.0": "460.27.03",
        "11.1.0": "455.23.04",
        "11.0.3": "450.51.06",
        "10.0.130": "410.48",
        "10.0": "410.48",
    }
    assert list(rows) == ["13.0.3", "12.4.1", "12.3.2", "11.2.0", "11.1.0", "11.0.3", "10.0.130", "10.0"]
    assert rows["12.4.1"] == {
        "cuda": "12.4.1",
        "label": "12.4 Update 1",
        "released": "2024-04",
        "driver": "550.54.15",
        "windows_driver": "551.78",
        "driver_branch": 550,
        "source": "list",
        "retrieved": "2026-01-02",
    }


def test_the_more_exact_driver_wins_and_names_its_source(bench: Bench) -> None:
    rows = bench.rows("cuda_releases.json", "cuda")
    assert (rows["12.3.2"]["source"], rows["12.3.2"]["unverified"]) == ("copy", True)
    assert (rows["11.1.0"]["source"], rows["11.1.0"]["notes"]) == ("copy", "NVIDIA's table prints 455.23.")
    assert (rows["11.2.0"]["source"], rows["11.2.0"]["notes"]) == (
        "list",
        "Another copy of the table says 460.27.04.",
    )
    assert (rows["13.0.3"]["source"], rows["13.0.3"]["driver_branch"]) == ("list", 580)  # no news
    assert "notes" not in rows["11.0.3"]
    assert bench.table("cuda_releases.json")["sources"][-1] == {
        "id": "copy", "url": "https://example.org/copy", "version": "T", "covers": "https://example.org/2",
    }  # fmt: skip


def test_a_major_without_minor_compatibility_has_no_floor(bench: Bench) -> None:
    rows = bench.rows("cuda_majors.json", "cuda_major")
    ends = {major: (row["min_driver"], row["below_driver"]) for major, row in rows.items()}
    assert ends == {13: ("580.65.06", ""), 12: ("525.60.13", "580"), 10: ("", "")}
    assert rows[12]["min_windows_driver"] == "527.41"


def test_packages_of_the_matrix_and_of_images(bench: Bench) -> None:
    rows = bench.rows("compat_packages.json", "cuda")
    assert rows["12.4"] == {
        "cuda": "12.4",
        "driver_branch": 550,
        "driver": "550.54.15",
        "on_branch": {"535": "C", "550": "N/A"},
        "image_branches": [470],  # its own branch and a range without an end are none
        "source": "list",
        "retrieved": "2026-01-02",
        "notes": "The full driver version is that of one package: 550.54.15 (conda).",
    }
    older = rows["11.2"]
    assert (older["driver_branch"], older["on_branch"], older["source"]) == (460, {}, "imgs")


def test_builds(bench: Bench) -> None:
    rows = bench.table("framework_builds.json")["rows"]
    assert [(r["framework"], r["release"], r["variant"], r["cuda"]) for r in rows] == [
        ("pytorch", "2.11", "cu128", "12.8"),
        ("tensorflow", "2.4", "", "11.0"),
        ("tensorflow", "2.18", "", "12.5"),
        ("jax", "", "cuda12", "12.3"),
        ("vllm", "0.4 on", "image", "12.4"),
        ("vllm", ">= 0.20", "", "13.0"),
        ("vllm", ">= 0.20", "cu129", "12.9"),
    ]
    assert (rows[0]["sm"], rows[0].get("ptx"), rows[0]["notes"]) == (
        ["7.5"],
        None,
        "n. Built with CUDA 12.8.1.",
    )
    assert rows[2]["unverified"] is True
    assert rows[3]["notes"] == "Needs driver 525. Compatible with CUDA >=12.1. n. mind the path."
    assert rows[6]["min_compute_capability"] == "7.5"


def test_products_by_name(bench: Bench) -> None:
    rows = bench.rows("gpu_products.json", "name")
    assert rows["NVIDIA One"]["device_class"] == "data_center"
    assert rows["Chip (x)"] == {
        "name": "Chip (x)",
        "compute_capability": "8.7",
        "device_class": "jetson",
        "source": "open",
        "retrieved": "2026-01-02",
        "notes": "The boards are Board.",
        "unverified": True,
    }


def test_rules_that_no_number_expresses(bench: Bench) -> None:
    rows = bench.rows("compat_rules.json", "rule")
    assert {rule: row["text"] for rule, row in rows.items()} == {
        "no_ptx": "PTX does not.",
        "jit_ptx": "JIT/PTX: a newer one.",
        "forward_column_rule": "r.",
        "forward_install_path": "p.",
        "forward_libraries": "A package holds libcuda, libnvvm (since 11.5).",
        "forward_matrix_1": "n.",
        "forward_ptx": "t.",
        "forward_base_install": "b.",
        "forward_interop": "Interop: does not work.",
        "forward_toys": "Toys: does not work; 804.",
        "binary_1": "Code is code.",
        "driver_1": "Drivers drive.",
    }


def test_rows_that_were_refreshed_later_are_kept(bench: Bench) -> None:
    path = bench.tables / "cuda_releases.json"
    table = json.loads(path.read_text())
    later = {"cuda": "12.4.1", "driver": "550.90.07", "source": "maker", "retrieved": "2026-01-03"}
    table["rows"][1] = later
    table["rows"].append({"cuda": "14.0.0", "source": "maker", "retrieved": "2026-01-03"})
    table["rows"].append({"cuda": "15.0.0", "source": "maker", "retrieved": "2026-01-02"})
    table["sources"].append({"id": "maker", "url": "https://example.org/maker", "version": "1"})
    path.write_text(json.dumps(table))
    assert bench.run().stdout == "changed: cuda_releases.json\n"
    rows = bench.rows("cuda_releases.json", "cuda")
    assert (next(iter(rows)), rows["12.4.1"], "15.0.0" in rows) == ("14.0.0", later, False)
    assert bench.run("--check").returncode == 0
