"""Reading a document that a user named: a file, a pipe (process substitution), or stdin."""

import os
import select
import stat
import sys
import zlib
from collections.abc import Callable, Iterator
from io import BufferedReader
from typing import BinaryIO, cast

from gpucheck.errors import GpucheckError, SnapshotError, UsageError

_PIPE_SECONDS = 10  # between two pieces of what a pipe brings
_PIECE = 256 * 1024  # bytes
_GZIP = b"\x1f\x8b"  # what gzip begins with
_MOST_UNPACKED = (
    1024 * 1024 * 1024
)  # bytes that are read of what gzip unpacks: a small file may hold any number
# what other formats begin with, and how to make a text of them
_OTHER_FORMATS = {
    b"\xfd7zXZ\0": "xz -dc", b"BZh": "bzip2 -dc", b"\x28\xb5\x2f\xfd": "zstd -dc", b"PK\x03\x04": "unzip -p",
    b"LPKSHHRH": "journalctl --file",
}  # fmt: skip


def read_document(
    path: str, limit: int, what: str = "snapshot", kind: type[GpucheckError] = SnapshotError
) -> str:
    """Return the text at ``path`` ('-' is stdin), undecodable bytes replaced.

    At most ``limit`` bytes and one more are read, so that the caller can tell "too large".
    Raises ``kind``, one line that names ``what``, if it cannot be read.
    """
    try:
        if path == "-":
            return _stdin().read(limit + 1).decode("utf-8", "replace")
        return _content(path, limit + 1).decode("utf-8", "replace")
    except TimeoutError:
        raise kind(f"cannot read the {what} {path}: nothing was written to it in {_PIPE_SECONDS} s") from None
    except OSError as error:
        raise kind(f"cannot read the {what} {path}: {os.strerror(error.errno or 0)}") from None


def _content(path: str, limit: int) -> bytes:
    """Return at most ``limit`` bytes of a file, or of a pipe that somebody writes to within a bound.

    Raises OSError; TimeoutError where a pipe stays silent.
    """
    # or a pipe without a writer would be waited for without end
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb", buffering=0) as file:
        silent = _Silence(file.fileno())
        pieces, left = [], limit
        while left > 0 and (piece := silent.bounded(file.read, left)):
            pieces.append(piece)
            left -= len(piece)
        return b"".join(pieces)


class _Silence:
    """Waits for what a pipe or terminal brings, for so long and no longer; a file is there at once."""

    def __init__(self, descriptor: int) -> None:
        self._poll = select.poll()
        self._poll.register(descriptor, select.POLLIN)
        self._waits = not stat.S_ISREG(os.fstat(descriptor).st_mode)

    def bounded(self, read: Callable[[int], bytes | None], limit: int) -> bytes:
        """Return the next piece, b'' at the end."""
        piece: bytes | None = None
        while piece is None:  # nothing yet, though there was something
            if self._waits and not self._poll.poll(_PIPE_SECONDS * 1000):
                raise TimeoutError
            piece = read(limit)
        return piece


def read_pieces(path: str, tell: Callable[[str], object] = lambda _: None) -> Iterator[bytes]:
    """Return the content at ``path`` ('-' is stdin) in pieces, however much it is; gzip is unpacked.

    Of what gzip unpacks the first GiB is read; ``tell`` gets a sentence if there is more.
    Raises UsageError, one line: at once if it cannot be opened, later if it cannot be read on or is of
    a format that holds no text as it is.
    """
    try:
        file = _stdin() if path == "-" else open(path, "rb")  # noqa: SIM115 - _pieces closes it
    except OSError as error:
        raise UsageError(f"cannot read {path}: {os.strerror(error.errno or 0)}") from None
    return _pieces(file, path, tell)


def _pieces(file: BinaryIO, path: str, tell: Callable[[str], object]) -> Iterator[bytes]:
    try:
        content = _unpacked(file, path)
        left = _MOST_UNPACKED if content is not file else float("inf")
        while piece := content.read(_PIECE):
            if left <= 0:
                tell(f"Only the first {_MOST_UNPACKED >> 20} MiB of what {path} unpacks to were read.")
                return
            left -= len(piece)
            yield piece
    except (OSError, EOFError, zlib.error) as error:
        number = getattr(error, "errno", None)
        why = os.strerror(number) if number else "the gzip file is damaged"
        raise UsageError(f"cannot read {path}: {why}") from None
    finally:
        if path != "-":
            file.close()


def _unpacked(file: BinaryIO, path: str) -> BinaryIO:
    """Return what reads a file, through gzip if it is packed, as the bug reports of NVIDIA's driver are."""
    start = file.peek(len(_GZIP)) if isinstance(file, BufferedReader) else b""
    by = next((by for mark, by in _OTHER_FORMATS.items() if start.startswith(mark)), "")
    if by:
        raise UsageError(f"{path} is no plain text: {by} {path} | gpucheck explain --log -")
    if not start.startswith(_GZIP):
        return file
    import gzip

    return cast("BinaryIO", gzip.GzipFile(fileobj=file))


def _stdin() -> BinaryIO:
    """Return stdin; raises UsageError where whoever started us has closed it."""
    if sys.stdin is None:  # as Python has it then
        raise UsageError("cannot read -: stdin is closed")
    return sys.stdin.buffer


def is_file(path: str) -> bool:
    """Return whether ``path`` is a file this user can see."""
    return os.path.isfile(path)


def is_there(path: str) -> bool:
    """Return whether anything stands at ``path``, and where this user may not look: reading it tells why."""
    try:
        os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True
    return True


def is_directory(path: str) -> bool:
    """Return whether ``path`` is a directory this user can see."""
    return os.path.isdir(path)
