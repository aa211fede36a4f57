"""Builds gpucheck.pyz from a copy of the sources, so that nobody edits them in between."""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

from tests.cli.runner import environment
from tests.fakes.compute_probe import cross_compiled
from tests.integrations.commands import ROOT

MACHINES = ("x86_64", "aarch64")
_DEADLINE = 600


def copied_sources(target: Path) -> Path:
    """Copy what git tracks, and what it would, and return the folder."""
    argv = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=True, timeout=60)
    for name in filter(lambda name: (ROOT / name).is_file(), listed.stdout.splitlines()):
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, target / name)
    return target


def built_wheel(source: Path, out: Path) -> Path:
    """Build a wheel with this interpreter's hatchling, and put in the probes of the checkout.

    The compiler of the probes takes minutes to install; tests/test_wheel.py builds with it.
    """
    _run(
        [
            sys.executable,
            "-m",
            "pip",
            "wheel",
            "--no-deps",
            "--no-build-isolation",
            "-w",
            str(out),
            str(source),
        ],
        source,
    )
    (wheel,) = out.glob("*.whl")
    with zipfile.ZipFile(wheel, "a") as archive:
        for machine in MACHINES:
            entry = zipfile.ZipInfo(f"gpucheck/probe/compute_probe.{machine}")
            archive.writestr(entry, cross_compiled(machine).read_bytes())
    return wheel


def built_pyz(source: Path, wheel: Path, output: Path, **env: str) -> Path:
    """Return the single file of a wheel, made by the copy's own scripts/build_pyz."""
    _run(
        [sys.executable, str(source / "scripts" / "build_pyz"), "-o", str(output), "--wheel", str(wheel)],
        source,
        **env,
    )
    return output


def _run(argv: list[str], cwd: Path, **env: str) -> None:
    done = subprocess.run(
        argv, cwd=cwd, env=environment(**env), capture_output=True, text=True, timeout=_DEADLINE, check=False
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
