"""A program of ours as a file that any engine can put into a container, and any user of it can run.

As a rule that is the file where gpucheck is installed. Where others may not read it, or SELinux would keep a
container from it, it is a copy in a folder of our own, which the next run removes should we be killed.
"""

import os
import shutil
import stat
import tempfile
from contextlib import suppress
from dataclasses import dataclass

_PREFIX = "gpucheck-program-"
_FOR_ALL = 0o555
_ENTER = stat.S_IXOTH
# what container processes may read and run: https://github.com/containers/container-selinux
_LABEL = b"system_u:object_r:container_file_t:s0\0"


@dataclass(frozen=True, slots=True)
class MountedProgram:
    """The file; ``folder`` is to be removed with it, '' if there is none."""

    path: str
    folder: str = ""

    def remove(self) -> None:
        """Remove the copy, if it is one."""
        if self.folder:
            shutil.rmtree(self.folder, ignore_errors=True)


def mounted_program(path: str | None, data: bytes | None, *, selinux: bool) -> MountedProgram | None:
    """Return the program as a file to be mounted; None where there is none, or no room for a copy."""
    _sweep()
    if path is not None and not selinux and _is_for_all(path):
        return MountedProgram(path)
    try:
        return _copy(data) if data else None
    except OSError:
        return None


def _is_for_all(path: str) -> bool:
    """Return whether any user can reach, read and run a file."""
    try:
        modes = [os.stat(folder).st_mode for folder in _folders(path)]
        return os.stat(path).st_mode & _FOR_ALL == _FOR_ALL and all(mode & _ENTER for mode in modes)
    except OSError:
        return False


def _folders(path: str) -> list[str]:
    found = []
    while path != "/":
        path = os.path.dirname(path)
        found.append(path)
    return found


def _copy(data: bytes) -> MountedProgram:
    folder = tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-")
    os.chmod(folder, 0o755)  # noqa: S103 - for whoever a container runs as
    path = os.path.join(folder, "program")
    with open(path, "wb") as file:
        file.write(data)
    os.chmod(path, 0o755)  # noqa: S103
    with suppress(OSError):  # SELinux is not there, or does not let us
        os.setxattr(path, "security.selinux", _LABEL)
    return MountedProgram(path, folder)


def _sweep() -> None:
    """Remove copies whose process has ended."""
    place = tempfile.gettempdir()
    with suppress(OSError):
        for name in os.listdir(place):
            pid = name.removeprefix(_PREFIX).partition("-")[0]
            if name.startswith(_PREFIX) and pid.isdecimal() and not os.path.exists(f"/proc/{pid}"):
                folder = os.path.join(place, name)
                if os.lstat(folder).st_uid == os.geteuid():
                    shutil.rmtree(folder, ignore_errors=True)
