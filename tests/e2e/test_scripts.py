"""scripts/gpucheck as a new user runs it: from a fresh clone, by several users, at the same time."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from gpucheck.version import __version__
from tests.cli.runner import environment
from tests.e2e.test_this_machine import as_nobody

ROOT = Path(__file__).parents[2]


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """Copy what the script needs of this checkout, without its environments."""
    target = tmp_path / "clone"
    for name in ("gpucheck", "compat_data", "scripts"):
        shutil.copytree(ROOT / name, target / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "hatch_build.py", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, target / name)
    return target


def start(clone: Path, *prefix: str, **env: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [*prefix, str(clone / "scripts" / "gpucheck"), "--version"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment(**env),
    )  # fmt: skip


def finished(child: "subprocess.Popen[str]") -> tuple[int, str, str]:
    out, err = child.communicate(timeout=300)
    return child.returncode, out, err


def test_first_use_by_two_at_once_then_quietly(clone: Path) -> None:
    first, second = (finished(child) for child in (start(clone), start(clone)))
    wanted = f"gpucheck {__version__}\n"
    assert [first[:2], second[:2]] == [(0, wanted), (0, wanted)]
    assert (first[2] + second[2]).count("making a virtual environment") == 1
    assert finished(start(clone)) == (0, wanted, "")


@pytest.mark.usefixtures("as_root")
def test_a_user_who_may_not_write_to_the_checkout(clone: Path, tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    os.chown(own, 65534, 65534)
    env = {"HOME": "/nonexistent", "TMPDIR": str(own), "XDG_CACHE_HOME": "/nonexistent"}
    code, out, err = finished(start(clone, *as_nobody(), **env))
    assert (code, out) == (0, f"gpucheck {__version__}\n"), err
    assert not (clone / ".venv").exists()
    assert [p.name for p in own.iterdir()] == ["gpucheck-65534"]


def test_no_python_is_one_line(clone: Path) -> None:
    code, out, err = finished(start(clone, GPUCHECK_PYTHON="/nonexistent/python3"))
    assert (code, out) == (4, "")
    assert err == "gpucheck: no Python 3.10 or newer found; install one, or name it in GPUCHECK_PYTHON\n"
