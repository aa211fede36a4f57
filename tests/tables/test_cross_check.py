"""Every fact of the collected reference is in compat_data; needs the reference, which is no part of this project.

It is looked for in the folder that GPUCHECK_REFERENCE names, else beside the checkout.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from gpucheck.tables import Tables, load_tables
from tests.tables.folder import CHECKOUT

BESIDE = CHECKOUT.parent / "shared" / "reference"
FOLDER = Path(os.environ.get("GPUCHECK_REFERENCE") or BESIDE)


@pytest.mark.skipif(
    not FOLDER.is_dir(), reason="the reference is not there: set GPUCHECK_REFERENCE to its folder"
)
def test_every_fact_of_the_reference_is_tabled() -> None:
    the_tables_are_what_the_import_makes_of_the_reference()
    tables = load_tables()
    for holds in (
        every_release_of_either_list,
        every_floor_of_minor_version_compatibility,
        every_cell_of_the_forward_compatibility_matrix,
        every_brand_of_a_requirement,
        every_build_of_pytorch_and_tensorflow,
        every_product,
        every_branch_with_its_highest_cuda,
    ):
        holds(tables)


def reference(name: str) -> Any:
    return json.loads((FOLDER / f"{name}.json").read_text("utf-8"))


def the_tables_are_what_the_import_makes_of_the_reference() -> None:
    argv = [sys.executable, str(CHECKOUT / "scripts" / "import_reference"), str(FOLDER), "--check"]
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("all tables are as the reference says\n", "")
    assert done.returncode == 0


def every_release_of_either_list(tables: Tables) -> None:
    releases = [row for row in reference("cuda_releases")["releases"] if not row.get("never_released")]
    drivers = reference("images")["toolkit_driver_table"]["values"]
    assert {row["cuda"] for row in releases} | drivers.keys() <= tables.cuda_releases.keys()
    for row in releases:
        found = tables.cuda_releases[row["cuda"]]
        driver = row.get("linux_x86_64_driver", "").removeprefix(">=")
        assert found.driver.startswith(driver), row  # or told more exactly
        assert found.released.startswith(row.get("released", "")), row
    for cuda, seen in drivers.items():
        found = tables.cuda_releases[cuda]
        told = f"{found.driver} {found.notes}"
        assert seen["linux_driver"] in told or found.driver.startswith(f"{seen['linux_driver']}."), cuda


def every_floor_of_minor_version_compatibility(tables: Tables) -> None:
    for row in reference("minor_version_compat")["majors"]:
        found = tables.cuda_majors[row["cuda_major"]]
        assert (found.min_driver, found.below_driver) == (
            row.get("min_linux", ""),
            row.get("max_linux") or "",
        )
        for cuda, driver in row.get("min_per_release", {}).items():
            assert tables.cuda_releases[cuda].driver == driver["linux"], cuda


def every_cell_of_the_forward_compatibility_matrix(tables: Tables) -> None:
    for row in reference("forward_compat")["matrix"]:
        found = tables.compat_packages[row["cuda"]]
        assert found.driver_branch == int(row["carries_driver_branch"])
        assert found.on_branch == row.get("installed_driver_branch", {})


def every_brand_of_a_requirement(tables: Tables) -> None:
    words = {
        brand
        for image in reference("forward_compat")["image_require_cuda"]
        for exception in image["exceptions"]
        for brand in exception["brands"]
    }
    known = {word for row in tables.brands.values() for word in row.container_names}
    assert words - {"*"} <= known


def every_build_of_pytorch_and_tensorflow(tables: Tables) -> None:
    builds = {(r.framework, r.release, r.variant, r.platform): r for r in tables.framework_builds}
    listed = reference("framework_archs")
    for row in listed["pytorch_binaries"]:
        found = builds["pytorch", row["release"], row["variant"], row["platform"]]
        assert (found.cuda, list(found.sm), list(found.ptx)) == (row["cuda"], row["sm"], row["ptx"])
    for row in listed["tensorflow"]:
        found = builds["tensorflow", row["release"], "", "linux x86_64"]
        assert (found.cuda, list(found.sm)) == (row["cuda"], row.get("sm", []))


def every_product(tables: Tables) -> None:
    listed = reference("gpu_architectures")
    rows = [row for name in listed if name.startswith("products_") for row in listed[name]]
    assert len(rows) == len(tables.gpu_products)
    for row in rows:
        named = [name for name in tables.gpu_products if name in row["name"]]
        found = tables.gpu_products[max(named, key=len)]
        assert found.compute_capability == (row["cc"] or "")
        assert found.brand == row.get("nvml_brand_observed", "")
        assert list(found.pci_device_ids) == row.get("pci_device_ids", [])


def every_branch_with_its_highest_cuda(tables: Tables) -> None:
    for row in reference("driver_branches")["branches"]:
        assert tables.driver_branches[row["branch"]].max_cuda == row.get("max_cuda_reported", "")
