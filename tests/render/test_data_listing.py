"""Tables as aligned text, CSV and JSON."""

import json

from gpucheck.model.data import Listing
from gpucheck.model.rows import CompatPackageRow, CudaReleaseRow
from gpucheck.render.data_listing import render

ROWS = (
    CudaReleaseRow("12.4.1", "https://example.org", "2026-11-23", driver="550.54.15", driver_branch=550),
    CudaReleaseRow("9.0", "https://example.org", "2026-11-23", unverified=True),
)
LISTING = Listing("cuda_releases", "2026.11.23", {"cuda": "CUDA", "driver_branch": "branch"}, ROWS)


def test_columns_are_aligned_and_doubt_is_marked() -> None:
    assert render(LISTING, "terminal") == (
        "CUDA    branch\n"
        "12.4.1  550\n"
        "9.0             ?\n"
        "\n"
        "2 rows of cuda_releases, data 2026.11.23; 1 of them (?) without a primary document; "
        "sources and notes: --format json\n"
    )


def test_csv_holds_every_field() -> None:
    assert render(LISTING, "csv").splitlines() == [
        "cuda,source,retrieved,label,released,driver,driver_branch,windows_driver,notes,unverified",
        "12.4.1,https://example.org,2026-11-23,,,550.54.15,550,,,false",
        "9.0,https://example.org,2026-11-23,,,,,,,true",
    ]


def test_lists_and_objects_are_one_cell() -> None:
    row = CompatPackageRow(
        "12.4", 550, {"535": "C", "570": "X"}, "s", "2026-11-23", image_branches=(470, 525)
    )
    text = render(Listing("compat_packages", "1", {"cuda": "CUDA"}, (row,)), "csv")
    assert text.splitlines()[1] == "12.4,550,535=C 570=X,s,2026-11-23,,470 525,,false"


def test_json_holds_every_field() -> None:
    document = json.loads(render(LISTING, "json"))
    assert {name: document[name] for name in ("schema", "table", "data_version")} == {
        "schema": "gpucheck.data/1",
        "table": "cuda_releases",
        "data_version": "2026.11.23",
    }
    assert document["rows"][1]["driver_branch"] is None


def test_a_table_without_rows() -> None:
    empty = Listing("cuda_releases", "1", {"cuda": "CUDA"}, ())
    assert render(empty, "csv") == "cuda\n"
    assert render(empty, "terminal").startswith("CUDA\n\n0 rows of cuda_releases")
