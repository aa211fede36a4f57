"""The files of a laid out host, as gpucheck's port for files."""

from dataclasses import replace
from typing import TypeVar

from gpucheck.model.fact import Absent, Fact, Known, Reason, Unavailable
from gpucheck.system.files import HostFiles
from gpucheck.system.ports import FileStatus
from tests.hosts.laid_out import BOOT, Host

T = TypeVar("T")
_INSTALLED = BOOT - 86_400  # when a file was written, if nothing else is said
_BITS = {"r": 4, "w": 2, "x": 1}


class Files:
    """The files of the host, with the nodes, sockets, times and rights that its folder does not have."""

    root = "/"

    def __init__(self, host: Host) -> None:
        self._host = host
        self._files = HostFiles(str(host.root))

    def text(self, path: str, limit: int = 1 << 20) -> Fact[str]:
        return self._open(path, self._files.text(path, limit))

    def data(self, path: str, limit: int = 1 << 20) -> Fact[bytes]:
        return self._open(path, self._files.data(path, limit))

    def tail(self, path: str, size: int) -> Fact[bytes]:
        return self._open(path, self._files.tail(path, size))

    def part(self, path: str, offset: int, size: int) -> Fact[bytes]:
        return self._open(path, self._files.part(path, offset, size))

    def records(self, path: str, newest: int) -> Fact[tuple[bytes, ...]]:
        """Return the lines of dmesg as /dev/kmsg gives them: an indented line belongs to the record before."""
        found = self._open(path, self._files.text(path))
        if not isinstance(found, Known):
            return found
        texts: list[str] = []
        for line in filter(None, self._host.dmesg.splitlines()):
            stamp, _, text = line.partition("] ")
            if line.startswith("["):
                texts.append(f"{int(float(stamp.lstrip('[ ')) * 1_000_000)},-;{text}")
            else:
                texts[-1] += f"\\x0a{line.strip()}"
        records = [f"6,{number},{text}\n".encode() for number, text in enumerate(texts)]
        return Known(tuple(records[-newest:]), path)

    def entries(self, path: str) -> Fact[tuple[str, ...]]:
        return self._open(path, self._files.entries(path))

    def link(self, path: str) -> Fact[str]:
        return self._open(path, self._files.link(path))

    def resolve(self, path: str) -> Fact[str]:
        return self._files.resolve(path)

    def status(self, path: str) -> Fact[FileStatus]:
        found = self._files.status(path)
        if not isinstance(found, Known):
            return found
        real = self._files.resolve(path).get(path)
        special = self._host.special.get(real)
        if special is not None:
            return Known(special, path)
        written = BOOT + self._host.times[real] if real in self._host.times else _written(real)
        mode = 0o755 if f"{real} --version" in self._host.commands else 0o644
        status = replace(found.value, mode=mode, uid=0, gid=0, modified_at=written, changed_at=written)
        return Known(status, path)

    def label(self, path: str) -> Fact[str]:
        label = self._host.labels.get(self._files.resolve(path).get(path))
        return Known(label, path) if label else Absent((path,))

    def exists(self, path: str) -> bool:
        return isinstance(self.status(path), Known)

    def may(self, path: str, mode: str) -> bool:
        found = self.status(path)
        if not isinstance(found, Known):
            return False
        uid, groups = self._host.user.get("uid", 0), self._host.user.get("groups", [0])
        status = found.value
        shift = 6 if status.uid == uid else 3 if status.gid in groups else 0
        return uid == 0 or bool(status.mode >> shift & _BITS[mode])

    def _open(self, path: str, found: Fact[T]) -> Fact[T]:
        if path in self._host.closed:
            return Unavailable(Reason.NOT_PERMITTED, f"{path}: this user may not read it")
        return found


def _written(path: str) -> int:
    return BOOT + 30 if path.startswith(("/run/", "/var/run/", "/dev/", "/proc/")) else _INSTALLED
