"""What is shipped works where nothing else is: wheel, wheel from sdist, editable, plain checkout."""

import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from functools import cache
from pathlib import Path

import pytest

from gpucheck.probe import bound_bytes
from tests.cli.runner import environment
from tests.elf import Elf
from tests.fakes.compute_probe import cross_compiled

ROOT = Path(__file__).parents[1]


def run(*argv: str | Path, cwd: Path, **env: str) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        list(map(str, argv)),
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
        env=environment(**env),
    )
    assert done.returncode in {0, 1}, done.stdout + done.stderr
    return done


@cache
def interpreters() -> list[str]:
    """Return one interpreter per Python 3.10 to 3.13 found here, this one first."""
    found = {f"{sys.version_info.major}.{sys.version_info.minor}": sys.executable}
    homes = sorted(
        Path(os.environ.get("PYENV_ROOT", "~/.pyenv")).expanduser().glob("versions/3.1[0-3].*/bin/python")
    )
    for candidate in [*map(str, homes), *(shutil.which(f"python3.{minor}") or "" for minor in range(10, 14))]:
        if candidate:
            answer = subprocess.run(
                [candidate, "-c", "import sys, venv, ensurepip; print('%d.%d' % sys.version_info[:2])"],
                capture_output=True, text=True, timeout=60, check=False,
            )  # fmt: skip
            if answer.returncode == 0:
                found.setdefault(answer.stdout.strip(), candidate)
    return list(found.values())


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the sdist, and the wheel from that sdist, from a clean copy of what git tracks."""
    source = tmp_path_factory.mktemp("source")
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    for name in listed.stdout.splitlines():
        if (ROOT / name).is_file():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, source / name)
    out = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--outdir", out, source, cwd=source)
    return out


def test_the_wheel_holds_package_tables_and_examples_and_nothing_else(dist: Path) -> None:
    (wheel,) = dist.glob("gpucheck_host-*-py3-none-any.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    tables = {str(p.relative_to(ROOT)) for p in (ROOT / "compat_data").rglob("*.json")}
    assert {f"gpucheck/{name}" for name in tables} <= set(names)
    assert {f"gpucheck/examples/{p.name}" for p in (ROOT / "gpucheck" / "examples").glob("*.json")} <= set(
        names
    )
    assert all(name.startswith(("gpucheck/", "gpucheck_host-")) for name in names)
    assert "gpucheck/py.typed" in names
    assert not [name for name in names if name.endswith((".c", ".h"))]


MACHINES = {"x86_64": (62, "/lib64/ld-linux-x86-64.so.2"), "aarch64": (183, "/lib/ld-linux-aarch64.so.1")}


@pytest.mark.parametrize("machine", MACHINES)
def test_the_wheel_holds_a_probe_for_old_and_new_containers(dist: Path, machine: str) -> None:
    (wheel,) = dist.glob("gpucheck_host-*-py3-none-any.whl")
    with zipfile.ZipFile(wheel) as archive:
        entry = archive.getinfo(f"gpucheck/probe/compute_probe.{machine}")
        elf = Elf(archive.read(entry))
    assert entry.external_attr >> 16 & 0o111 == 0o111, "pip keeps the permission to execute"
    assert entry.file_size < 50_000
    number, interpreter = MACHINES[machine]
    assert (elf.machine, elf.interpreter, elf.needed) == (number, interpreter, {"libc.so.6", "libdl.so.2"})
    assert elf.versions
    assert max(elf.versions) <= (2, 17), "containers of RHEL 7 have glibc 2.17"


def test_the_probe_is_the_same_wherever_it_is_compiled(dist: Path) -> None:
    (wheel,) = dist.glob("gpucheck_host-*-py3-none-any.whl")
    with zipfile.ZipFile(wheel) as archive:
        for machine in MACHINES:
            shipped = archive.read(f"gpucheck/probe/compute_probe.{machine}")
            assert shipped == cross_compiled(machine).read_bytes()
            assert archive.read(f"gpucheck/probe/bound.{machine}") == bound_bytes(machine)


def test_without_its_compiler_the_wheel_has_no_probe_and_the_build_says_so(
    dist: Path, tmp_path: Path
) -> None:
    with tarfile.open(next(dist.glob("gpucheck_host-*.tar.gz"))) as archive:
        archive.extractall(tmp_path, filter="data")
    (source,) = tmp_path.iterdir()
    # this interpreter has hatchling and no ziglang
    done = run(
        sys.executable, "-m", "pip", "wheel", "-v", "--no-deps", "--no-build-isolation", "-w", tmp_path, source,
        cwd=tmp_path,
    )  # fmt: skip
    assert "no ziglang here: gpucheck is built without its compute probe" in done.stderr
    with zipfile.ZipFile(next(tmp_path.glob("*-py3-none-any.whl"))) as archive:
        assert not [name for name in archive.namelist() if "compute_probe" in name]


def test_the_sdist_holds_what_a_packager_needs(dist: Path) -> None:
    (sdist,) = dist.glob("gpucheck_host-*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"LICENSE", "README.md", "CHANGELOG.md", "compat_data/causes.json", "tests/builders.py"} <= names
    assert {"hatch_build.py", "scripts/compile_probe.py", "gpucheck/probe/compute_probe.c"} <= names
    assert not [name for name in names if name.endswith((".x86_64", ".aarch64"))]


@pytest.mark.parametrize("python", interpreters(), ids=lambda p: Path(p).parent.parent.name)
def test_the_wheel_works_in_an_empty_environment(dist: Path, python: str, tmp_path: Path) -> None:
    (wheel,) = dist.glob("gpucheck_host-*.whl")
    run(python, "-m", "venv", tmp_path / "env", cwd=tmp_path)
    run(tmp_path / "env" / "bin" / "python", "-m", "pip", "install", "-qq", wheel, cwd=tmp_path)
    command = tmp_path / "env" / "bin" / "gpucheck"
    assert run(command, "doctor", "--from", "@mismatch", cwd=tmp_path).stdout.startswith("FAIL Not ready: ")
    assert "GC212" in run(command, "checks", cwd=tmp_path).stdout
    assert run(command, "snapshot", cwd=tmp_path).stdout.startswith("{")


def test_a_plain_checkout_works_with_its_dependencies_at_hand(tmp_path: Path) -> None:
    done = run(sys.executable, "-m", "gpucheck", "checks", cwd=tmp_path, PYTHONPATH=str(ROOT))
    assert "GC212" in done.stdout


def test_a_damaged_installation_says_so_in_one_line(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "gpucheck", tmp_path / "gpucheck", ignore=shutil.ignore_patterns("__pycache__"))
    done = subprocess.run(
        [sys.executable, "-m", "gpucheck", "checks"], cwd=tmp_path, capture_output=True, text=True,
        timeout=60, check=False, env=environment(PYTHONPATH=str(tmp_path)),
    )  # fmt: skip
    assert done.returncode == 4
    assert done.stderr.startswith("gpucheck: the tables (compat_data) are not there")
    assert done.stderr.count("\n") == 1
