"""Reading a document that a user named: a file, a pipe (process substitution), or stdin."""

import os
import sys
import zlib
from collections.abc import Iterator
from io import BufferedReader
from typing import BinaryIO, cast

from gpucheck.errors import SnapshotError, UsageError

_PIECE = 256 * 1024  # bytes
_GZIP = b"\x1f\x8b"  # what gzip begins with


def read_document(path: str, limit: int) -> str:
    """Return the text at ``path`` ('-' is stdin), undecodable bytes replaced.

    At most ``limit`` bytes and one more are read, so that the caller can tell "too large".
    Raises SnapshotError, one line, if it cannot be read.
    """
    try:
        if path == "-":
            return _stdin().read(limit + 1).decode("utf-8", "replace")
        with open(path, "rb") as file:
            return file.read(limit + 1).decode("utf-8", "replace")
    except OSError as error:
        raise SnapshotError(f"cannot read the snapshot {path}: {os.strerror(error.errno or 0)}") from None


def read_pieces(path: str) -> Iterator[bytes]:
    """Return the content at ``path`` ('-' is stdin) in pieces, however much it is; gzip is unpacked.

    Raises UsageError, one line: at once if it cannot be opened, later if it cannot be read on.
    """
    try:
        file = _stdin() if path == "-" else open(path, "rb")  # noqa: SIM115 - _pieces closes it
    except OSError as error:
        raise UsageError(f"cannot read {path}: {os.strerror(error.errno or 0)}") from None
    return _pieces(file, path)


def _pieces(file: BinaryIO, path: str) -> Iterator[bytes]:
    try:
        content = _unpacked(file)
        while piece := content.read(_PIECE):
            yield piece
    except (OSError, EOFError, zlib.error) as error:
        number = getattr(error, "errno", None)
        why = os.strerror(number) if number else "the gzip file is damaged"
        raise UsageError(f"cannot read {path}: {why}") from None
    finally:
        if path != "-":
            file.close()


def _unpacked(file: BinaryIO) -> BinaryIO:
    """Return what reads a file, through gzip if it is packed, as the bug reports of NVIDIA's driver are."""
    start = file.peek(len(_GZIP)) if isinstance(file, BufferedReader) else b""
    if not start.startswith(_GZIP):
        return file
    import gzip

    return cast("BinaryIO", gzip.GzipFile(fileobj=file))


def _stdin() -> BinaryIO:
    """Return stdin; raises UsageError where whoever started us has closed it."""
    if sys.stdin is None:  # as Python has it then
        raise UsageError("cannot read -: stdin is closed")
    return sys.stdin.buffer


def is_directory(path: str) -> bool:
    """Return whether ``path`` is a directory this user can see."""
    return os.path.isdir(path)
