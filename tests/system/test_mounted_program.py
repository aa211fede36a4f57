"""Programs of ours as files that any engine and any user can reach."""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from gpucheck.system.mounted_program import mounted_program


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "tmp"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """Yield a folder that everybody may enter, which those of pytest are not."""
    with tempfile.TemporaryDirectory(dir="/var/tmp") as name:
        Path(name).chmod(0o755)
        yield Path(name)


def installed(folder: Path, mode: int, folder_mode: int = 0o755) -> Path:
    path = folder / "program"
    path.write_bytes(b"#!/bin/sh\nexit 7\n")
    path.chmod(mode)
    folder.chmod(folder_mode)
    return path


def test_the_installed_file_itself_where_all_may_run_it(place: Path, open_folder: Path) -> None:
    path = installed(open_folder, 0o755)
    found = mounted_program(str(path), b"", selinux=False)
    assert found is not None
    assert (found.path, found.folder, list(place.iterdir())) == (str(path), "", [])
    found.remove()
    assert path.exists()


@pytest.mark.parametrize(
    ("mode", "folder_mode", "selinux"), [(0o700, 0o755, False), (0o755, 0o700, False), (0o755, 0o755, True)]
)
def test_a_copy_where_others_may_not_or_selinux_would_not(
    mode: int, folder_mode: int, *, selinux: bool, place: Path, open_folder: Path
) -> None:
    path = installed(open_folder, mode, folder_mode)
    found = mounted_program(str(path), path.read_bytes(), selinux=selinux)
    assert found is not None
    assert found.path.startswith(str(place))
    assert [Path(p).stat().st_mode & 0o777 for p in (found.path, found.folder)] == [0o755, 0o755]
    assert subprocess.run([found.path], check=False).returncode == 7
    found.remove()
    assert list(place.iterdir()) == []
    assert path.stat().st_mode & 0o777 == mode


def test_none_where_there_is_none() -> None:
    assert mounted_program(None, None, selinux=False) is None


def test_a_copy_left_by_a_killed_process_goes_with_the_next_run(place: Path) -> None:
    child = subprocess.Popen(["true"])
    child.wait()
    gone, alive, other = (
        place / f"gpucheck-program-{mark}" for mark in (f"{child.pid}-x", f"{os.getpid()}-y", "z")
    )
    for folder in (gone, alive, other):
        folder.mkdir()
    mounted_program(None, None, selinux=False)
    assert sorted(place.iterdir()) == sorted([alive, other])
