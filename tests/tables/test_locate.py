"""Where the tables are found: in the package, else beside the checkout."""

import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from gpucheck.errors import DataError
from gpucheck.tables import load_tables, locate
from tests.tables.folder import CHECKOUT, FOLDER

SHOW = "from gpucheck.tables import load_tables; print(load_tables().product_name('2330'))"


def test_a_checkout_reads_the_folder_beside_the_package() -> None:
    assert locate.beside("version.json") == (FOLDER / "version.json").read_bytes()
    assert load_tables().version == json.loads((FOLDER / "version.json").read_text())["version"]


def test_a_zip_reads_its_own_tables(tmp_path: Path) -> None:
    archive = tmp_path / "gpucheck.pyz"
    with zipfile.ZipFile(archive, "w") as out:
        for path in (CHECKOUT / "gpucheck").rglob("*.py"):
            out.write(path, path.relative_to(CHECKOUT))
        for path in FOLDER.rglob("*.json"):
            out.write(path, Path("gpucheck") / path.relative_to(CHECKOUT))
    assert product(archive) == "NVIDIA H100 80GB HBM3"


def test_an_installed_package_prefers_its_own_tables(tmp_path: Path) -> None:
    shutil.copytree(
        CHECKOUT / "gpucheck", tmp_path / "gpucheck", ignore=shutil.ignore_patterns("__pycache__")
    )
    shutil.copytree(FOLDER, tmp_path / "gpucheck" / "compat_data")
    (tmp_path / "compat_data").mkdir()  # of another package
    (tmp_path / "compat_data" / "version.json").write_text("{}")
    assert product(tmp_path) == "NVIDIA H100 80GB HBM3"


def product(place: Path) -> str:
    argv = [sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, {str(place)!r}); {SHOW}"]
    return subprocess.run(argv, capture_output=True, text=True, check=True).stdout.strip()


def test_no_tables_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere(name: str) -> bytes:
        raise FileNotFoundError(name)

    monkeypatch.setattr(locate, "packaged", nowhere)
    monkeypatch.setattr(locate, "beside", nowhere)
    with pytest.raises(DataError, match="installation is damaged"):
        locate.locate()
