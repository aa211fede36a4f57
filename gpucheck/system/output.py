"""Writing documents: to stdout, or to a file that is never seen half written."""

import os
import stat
import sys
from contextlib import suppress

from gpucheck.errors import OutputError, ReaderGoneError

_begun = False  # whether anything has gone to stdout


def has_begun() -> bool:
    """Return whether a document has been written to stdout, whole or not: a second would spoil it."""
    return _begun


def write_document(text: str, path: str, mode: int | None = None) -> None:
    """Write to ``path`` by a temporary name and a rename, or to stdout where ``path`` is '' or '-'.

    A device or pipe is written to directly. ``mode`` is that of the file, whatever the umask.
    Raises OutputError, one line, if it cannot be done, and ReaderGoneError if nobody reads stdout any more.
    """
    if path in {"", "-"}:
        _write_stdout(text)
        return
    try:
        _write_file(text.encode("utf-8", "backslashreplace"), path, mode)
    except OSError as error:
        raise OutputError(f"cannot write {path}: {error.strerror or error}") from None


def warn(line: str) -> None:
    """Write one line to stderr; nobody may be reading it."""
    if sys.stderr is not None:  # the shell closed it
        with suppress(OSError):
            sys.stderr.write(f"{line}\n")


def append_text(text: str, path: str) -> None:
    """Append to a file that belongs to somebody else, in one write. Raises OutputError, one line."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        with os.fdopen(descriptor, "ab", buffering=0) as file:
            file.write(text.encode("utf-8", "backslashreplace"))
    except OSError as error:
        raise OutputError(f"cannot write {path}: {error.strerror or error}") from None


def _write_stdout(text: str) -> None:
    global _begun  # noqa: PLW0603 - of the process, as stdout is
    _begun = True
    if sys.stdout is None:  # the shell closed it: gpucheck ... >&-
        raise OutputError("cannot write to stdout: it is closed")
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        # or the interpreter complains when it flushes at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise ReaderGoneError("stdout is closed") from None
    except OSError as error:
        raise OutputError(f"cannot write to stdout: {error.strerror or error}") from None
    except UnicodeEncodeError:
        # a C locale and a format that is not ASCII: better escapes than nothing
        sys.stdout.buffer.write(text.encode("ascii", "backslashreplace"))
        sys.stdout.buffer.flush()


def _write_file(data: bytes, path: str, mode: int | None) -> None:
    if os.path.exists(path) and not stat.S_ISREG(os.stat(path).st_mode):
        with open(path, "wb") as file:
            file.write(data)
        return
    target = os.path.realpath(path)  # a link stays a link, its target is replaced
    import tempfile

    descriptor, temporary = tempfile.mkstemp(prefix=".gpucheck-", dir=os.path.dirname(target))
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            os.fchmod(file.fileno(), 0o666 & ~_umask() if mode is None else mode)
        os.replace(temporary, target)
    except BaseException:
        os.unlink(temporary)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
