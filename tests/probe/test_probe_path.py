"""Where the compute probe's executables are: beside the package's modules, in a zip file, or nowhere."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import gpucheck.probe
from gpucheck.probe import probe_bytes, probe_path

PACKAGE = Path(gpucheck.probe.__file__).parent


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let the package lie in a folder of its own, with an executable for each architecture."""
    (tmp_path / "compute_probe.x86_64").write_bytes(b"\x7fELF x86")
    (tmp_path / "compute_probe.aarch64").write_bytes(b"\x7fELF arm")
    monkeypatch.setattr(gpucheck.probe, "__file__", str(tmp_path / "__init__.py"))
    return tmp_path


@pytest.mark.parametrize(
    ("architecture", "machine"),
    [("x86_64", "x86_64"), ("amd64", "x86_64"), ("aarch64", "aarch64"), ("arm64", "aarch64")],
)
def test_each_architecture_by_both_names(architecture: str, machine: str, installed: Path) -> None:
    assert probe_path(architecture) == str(installed / f"compute_probe.{machine}")


@pytest.mark.parametrize("architecture", ["riscv64", "", "../probe/compute_probe.x86_64"])
def test_other_architectures_have_none(architecture: str, installed: Path) -> None:
    assert (probe_path(architecture), probe_bytes(architecture)) == (None, None)


def test_where_it_was_not_built(installed: Path) -> None:
    (installed / "compute_probe.x86_64").unlink()
    assert probe_path("x86_64") is None


def test_inside_a_zip_file_there_are_bytes_and_no_path(tmp_path: Path) -> None:
    archive = tmp_path / "app.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("gpucheck/__init__.py", "")
        file.write(PACKAGE / "__init__.py", "gpucheck/probe/__init__.py")
        file.writestr("gpucheck/probe/compute_probe.x86_64", b"\x7fELF")
    code = (
        "from gpucheck.probe import probe_bytes, probe_path;"
        "print([(probe_path(m), probe_bytes(m)) for m in ('amd64', 'arm64')])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env={"PYTHONPATH": str(archive)},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.stdout == "[(None, b'\\x7fELF'), (None, None)]\n", done.stderr
