"""Files of the host below a root; every failure is folded into a three-valued fact."""

import errno
import os
import stat
from collections import deque
from collections.abc import Iterator
from pathlib import PurePosixPath

from gpucheck.model.fact import Absent, Fact, Known, Reason, Unavailable
from gpucheck.system.ports import FileStatus

MAX_ENTRIES = 20_000
_PIECE = 1 << 16  # bytes of one read
_MAX_RECORDS = 200_000  # read from a log device; its ring buffer holds less
_RECORD_SIZE = 16_384  # bytes; /dev/kmsg fails with EINVAL on a buffer smaller than its record
_NULL_DEVICE = os.makedev(1, 3)  # a link to /dev/null in a file's place means: an empty file
_MAX_LINKS = 40  # as the kernel's own limit
_MISSING = {errno.ENOENT, errno.ENOTDIR, errno.ENXIO, errno.ENODEV}
_DENIED = {errno.EACCES, errno.EPERM}
_NO_LABEL = {errno.ENODATA, errno.ENOTSUP}
_MODES = {"r": os.R_OK, "w": os.W_OK, "x": os.X_OK}


class _NotAFileError(OSError):
    """Something other than a file is in a file's place; ``strerror`` says what."""


class HostFiles:
    """Files below ``root``; absolute links in it lead to places in it, not to our own filesystem."""

    def __init__(self, root: str = "/") -> None:
        self.root = os.path.abspath(root)

    def text(self, path: str, limit: int = 1 << 20) -> Fact[str]:
        """Return the text of a file, undecodable bytes replaced."""
        found = self.data(path, limit)
        if isinstance(found, Known):
            return Known(found.value.decode("utf-8", "replace"), found.source)
        return found

    def data(self, path: str, limit: int = 1 << 20) -> Fact[bytes]:
        """Return the bytes of a regular (or proc, or sys) file of at most ``limit`` bytes."""
        try:
            content = self._read(path, 0, limit + 1)
        except OSError as error:
            return _folded(error, path)
        if len(content) > limit:
            return Unavailable(Reason.TOO_LARGE, f"{path} is larger than {limit} bytes")
        return Known(content, path)

    def tail(self, path: str, size: int) -> Fact[bytes]:
        """Return the last ``size`` bytes of a file."""
        try:
            length = os.stat(self._real(path)).st_size
            return Known(self._read(path, max(0, length - size), size), path)
        except OSError as error:
            return _folded(error, path)

    def part(self, path: str, offset: int, size: int) -> Fact[bytes]:
        """Return up to ``size`` bytes of a file from ``offset`` on; fewer at its end."""
        try:
            return Known(self._read(path, offset, size), path)
        except OSError as error:
            return _folded(error, path)

    def records(self, path: str, newest: int) -> Fact[tuple[bytes, ...]]:
        """Return the newest records a log device such as /dev/kmsg holds now, without waiting."""
        try:
            descriptor = os.open(self._real(path), os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError as error:
            return _folded(error, path)
        kept: deque[bytes] = deque(maxlen=newest)
        try:
            kept.extend(_records(descriptor))
        except OSError as error:
            return _folded(error, path)
        finally:
            os.close(descriptor)
        return Known(tuple(kept), path)

    def entries(self, path: str) -> Fact[tuple[str, ...]]:
        """Return the sorted names in a directory."""
        try:
            names = sorted(os.listdir(self._real(path)))
        except OSError as error:
            return _folded(error, path)
        return Known(tuple(names[:MAX_ENTRIES]), path)

    def link(self, path: str) -> Fact[str]:
        """Return the target text of a symbolic link."""
        directory, name = os.path.split(path)
        try:
            return Known(os.readlink(os.path.join(self._real(directory), name)), path)
        except OSError as error:
            if error.errno == errno.EINVAL:
                return Absent((path,))
            return _folded(error, path)

    def resolve(self, path: str) -> Fact[str]:
        """Return the real path on the host, links followed within the root; absent if it leads nowhere."""
        try:
            real = os.path.realpath(path, strict=True) if self.root == "/" else self._real(path)
            os.stat(real)
        except OSError as error:
            return _folded(error, path)
        return Known(self._host_path(real), path)

    def status(self, path: str) -> Fact[FileStatus]:
        """Return the status of what the path leads to."""
        try:
            found = os.stat(self._real(path))
        except OSError as error:
            return _folded(error, path)
        device = found.st_rdev if stat.S_ISCHR(found.st_mode) else 0
        status = FileStatus(
            _kind(found.st_mode), stat.S_IMODE(found.st_mode), found.st_uid, found.st_gid,
            found.st_size, os.major(device), os.minor(device),
            int(found.st_mtime), int(found.st_ctime),
        )  # fmt: skip
        return Known(status, path)

    def label(self, path: str) -> Fact[str]:
        """Return the SELinux label of what the path leads to; absent if it has none."""
        try:
            label = os.getxattr(self._real(path), "security.selinux")
        except OSError as error:
            return Absent((path,)) if error.errno in _NO_LABEL else _folded(error, path)
        return Known(label.rstrip(b"\0").decode("utf-8", "replace"), path)

    def exists(self, path: str) -> bool:
        """Return whether the path leads to anything this process may see."""
        return isinstance(self.status(path), Known)

    def may(self, path: str, mode: str) -> bool:
        """Return whether the permissions let this process open the path; nothing is opened."""
        try:
            return os.access(self._real(path), _MODES[mode])
        except OSError:
            return False

    def _read(self, path: str, offset: int, size: int) -> bytes:
        """Return up to ``size`` bytes from ``offset`` on; proc files give them in several reads."""
        descriptor = self._open(path)
        try:
            if offset:
                os.lseek(descriptor, offset, os.SEEK_SET)
            pieces, left = [], size
            while left > 0 and (piece := os.read(descriptor, min(left, _PIECE))):
                pieces.append(piece)
                left -= len(piece)
            return b"".join(pieces)
        finally:
            os.close(descriptor)

    def _open(self, path: str) -> int:
        # looked at before it is opened: opening a device can act on it (a watchdog, a tape)
        real = self._real(path)
        found = os.stat(real)
        if stat.S_ISCHR(found.st_mode) and found.st_rdev == _NULL_DEVICE:
            real = os.devnull
        elif not stat.S_ISREG(found.st_mode):
            kind = _kind(found.st_mode)
            raise _NotAFileError(errno.EINVAL, f"is a {kind}; a file belongs there", path)
        # non-blocking, so that a FIFO put there meanwhile cannot hold the probe
        return os.open(real, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)

    def _host_path(self, real: str) -> str:
        relative = os.path.relpath(real, self.root)
        return "/" if relative == "." else f"/{relative}"

    def _real(self, path: str) -> str:
        """Return our own path of a host path, resolving links as if ``root`` were /."""
        if self.root == "/":
            return path
        todo = list(reversed(PurePosixPath(path).parts))
        done: list[str] = []
        links = 0
        while todo:
            part = todo.pop()
            if not part.strip("/"):  # "/", and "//" as POSIX lets paths begin
                done = []
            elif part == "..":
                done = done[:-1]
            else:
                try:
                    target = os.readlink(os.path.join(self.root, *done, part))
                except OSError:
                    done.append(part)
                    continue
                links += 1
                if links > _MAX_LINKS:
                    raise OSError(errno.ELOOP, "too many links", path)
                todo.extend(reversed(PurePosixPath(target).parts))
        return os.path.join(self.root, *done)


def _records(descriptor: int) -> Iterator[bytes]:
    """Yield one record per read until the device has no more for now."""
    for _ in range(_MAX_RECORDS):
        try:
            record = os.read(descriptor, _RECORD_SIZE)
        except BlockingIOError:
            return
        except BrokenPipeError:  # the record was overwritten before it could be read; the next is there
            continue
        if not record:
            return
        yield record


def _folded(error: OSError, path: str) -> Absent | Unavailable:
    if error.errno in _MISSING:
        return Absent((path,))
    if error.errno in _DENIED:
        return Unavailable(Reason.NOT_PERMITTED, f"{path}: this user may not read it")
    if isinstance(error, _NotAFileError):
        return Unavailable(Reason.UNREADABLE, f"{path} {error.strerror}")
    return Unavailable(Reason.UNREADABLE, f"{path}: {error.strerror or error}")


def _kind(mode: int) -> str:
    kinds = (
        (stat.S_ISREG, "file"),
        (stat.S_ISDIR, "directory"),
        (stat.S_ISCHR, "char"),
        (stat.S_ISSOCK, "socket"),
        (stat.S_ISFIFO, "FIFO"),
    )
    return next((name for test, name in kinds if test(mode)), "other")
