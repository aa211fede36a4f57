"""The single file: the same bytes from the same sources, on every Python, and where there is nothing else."""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.beds.root_tree import root_tree
from tests.cli.runner import environment
from tests.fakes.compute_probe import cross_compiled
from tests.fakes.requirement import program
from tests.integrations.commands import ROOT
from tests.integrations.single_file import MACHINES, built_pyz, built_wheel, copied_sources

PYTHONS = ("3.10", "3.11", "3.12", "3.13")
IMAGE = "nvidia/cuda:12.4.1-base-ubuntu22.04"
# in a tree that is never written to: https://man7.org/linux/man-pages/man1/unshare.1.html
BARE = (
    'mount --bind "$1" "$1" && mount --bind "$2" "$1/mnt" && mount -t proc proc "$1/proc" && '
    'mount -o remount,ro,bind "$1" && tree=$1 && shift 2 && exec chroot "$tree" "$@"'
)
Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copied_sources(tmp_path_factory.mktemp("sources"))


@pytest.fixture(scope="module")
def pyz(sources: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pyz")
    return built_pyz(sources, built_wheel(sources, folder), folder / "gpucheck.pyz")


def interpreter(release: str) -> str:
    """Return a Python of this release: this one, pyenv's, or one on PATH."""
    if release == f"{sys.version_info.major}.{sys.version_info.minor}":
        return sys.executable
    home = Path(os.environ.get("PYENV_ROOT", "~/.pyenv")).expanduser()
    found = sorted(home.glob(f"versions/{release}.*/bin/python"))
    return str(found[-1]) if found else program(f"python{release}")


def run(argv: list[str], cwd: Path) -> "subprocess.CompletedProcess[str]":
    env = environment(PYTHONDONTWRITEBYTECODE="1")
    return subprocess.run(argv, cwd=cwd, env=env, capture_output=True, text=True, timeout=300, check=False)


def test_the_same_sources_give_the_same_bytes(sources: Path, pyz: Path, tmp_path: Path) -> None:
    again = shutil.copytree(sources, tmp_path / "again")
    before = os.umask(0o077)
    try:
        other = built_pyz(again, built_wheel(again, tmp_path), tmp_path / "other.pyz", TZ="Pacific/Auckland")
    finally:
        os.umask(before)
    assert other.read_bytes() == pyz.read_bytes()


def test_what_is_in_it(sources: Path, pyz: Path) -> None:
    assert os.access(pyz, os.X_OK)
    assert pyz.read_bytes().startswith(b"#!/usr/bin/env python3\n")
    with zipfile.ZipFile(pyz) as archive:
        names = archive.namelist()
        for machine in MACHINES:
            assert (
                archive.read(f"gpucheck/probe/compute_probe.{machine}")
                == cross_compiled(machine).read_bytes()
            )
        text = b"".join(archive.read(name) for name in names)
    for place in (sources, pyz.parent, ROOT):
        assert str(place).encode() not in text, "no folder of the machine that built it"
    assert not [name for name in names if name.endswith((".so", ".pyc", ".c", ".h"))]
    licences = {
        name.partition(".dist-info/")[0].partition("-")[0] for name in names if "licen" in name.lower()
    }
    packages = {name.partition("-")[0] for name in names if name.endswith(".dist-info/METADATA")}
    assert packages - licences <= {"nvidia_ml_py"}, "what is passed on comes with its licence"


@pytest.mark.parametrize("release", PYTHONS)
def test_every_python(release: str, pyz: Path, tmp_path: Path) -> None:
    # without what this Python has installed, and without the environment's say
    command = [interpreter(release), "-I", "-S", str(pyz)]
    works(
        lambda *arguments: run([*command, *arguments], tmp_path), tmp_path / "gpucheck.toml", "gpucheck.toml"
    )


def test_a_root_tree_that_has_only_python(pyz: Path, tmp_path: Path) -> None:
    tree = root_tree("trixie", "python3")
    (tmp_path / "gpucheck.pyz").write_bytes(pyz.read_bytes())
    inside = [
        program("unshare"),
        "--mount",
        "--pid",
        "--fork",
        "sh",
        "-c",
        BARE,
        "bare",
        str(tree),
        str(tmp_path),
    ]

    def ask(*arguments: str) -> "subprocess.CompletedProcess[str]":
        return run([*inside, "/usr/bin/python3", *arguments], tmp_path)

    for package in ("pip", "yaml", "typer", "docker"):
        assert ask("-c", f"import {package}").returncode == 1, "nothing else is there"
    path = tmp_path / "gpucheck.toml"
    works(lambda *arguments: ask("/mnt/gpucheck.pyz", *arguments), path, "/mnt/gpucheck.toml")


def works(gpucheck: Run, contract: Path, named: str) -> None:
    """Assert that the commands do what they do from a wheel."""
    done = gpucheck("doctor", "--from", "@mismatch", "--format", "json", "--contract", "none")
    assert (done.returncode, done.stderr) == (1, "")
    assert json.loads(done.stdout)["cause"]["check"] == "GC212"
    done = gpucheck(
        "image", IMAGE, "--driver", "550.144.03", "--gpu", "NVIDIA L4", "--offline", "--format", "json"
    )
    assert (done.returncode, json.loads(done.stdout)["images"][0]["verdict"]) == (0, "runs")
    done = gpucheck("contract", "init", "--from", "@dgx-h100", "-o", named)
    assert (done.returncode, done.stderr) == (0, "")
    assert "count = 8" in contract.read_text()
    assert gpucheck("contract", "check", named).returncode == 0
    done = gpucheck(
        "preflight", "--from", "@dgx-h100", "--contract", named, "--ci", "gitlab", "--junit", "none"
    )
    assert (done.returncode, done.stderr) == (0, "")
    done = gpucheck("snapshot")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["meta"]["schema"] == "gpucheck.snapshot/1"
    done = gpucheck("doctor", "--contract", "none", "--format", "json")
    assert done.returncode in {1, 3}, "no GPU, or nothing to be seen of it, here"
    assert not [f for f in json.loads(done.stdout)["findings"] if f["status"] == "error"]
    assert gpucheck("explain", "GC212").returncode == 0
