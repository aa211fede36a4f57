"""Files of environment variables, as ``docker run --env-file`` reads them.

https://docs.docker.com/reference/cli/docker/container/run/#env
https://github.com/docker/cli/blob/master/pkg/kvfile/kvfile.go
"""

import os
import select
import time
from contextlib import closing

from gpucheck.errors import UsageError

_MAX_BYTES = 1 << 20
_PATIENCE = 10.0  # seconds; a pipe may have a slow writer, or none
_PIECE = 1 << 16


def read_environment(path: str) -> tuple[str, ...]:
    """Return NAME=value of each line; a name alone takes the value it has here, if any. '' is no file.

    To be called once: what a shell makes of ``<(command)`` can be read once. Raises UsageError, one line that
    quotes nothing of the file.
    """
    if not path:
        return ()
    where = f"--env-file {path}"
    try:
        text = _content(path).decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        words = getattr(error, "strerror", None) or "not UTF-8"
        raise UsageError(f"{where}: {words}") from None
    if len(text) > _MAX_BYTES:
        raise UsageError(f"{where}: larger than 1 MiB")
    # lines end as in Go's scanner: no other character ends one
    lines = [line.removesuffix("\r").lstrip() for line in text.split("\n")]
    settings = [
        setting_of(line, f"{where}, line {number}")
        for number, line in enumerate(lines, 1)
        if line and not line.startswith("#")
    ]
    return tuple(setting for setting in settings if setting)


def setting_of(text: str, where: str) -> str:
    """Return NAME=value; of a name alone the value it has here, '' if it has none.

    Raises UsageError, which does not quote the text: it may be a secret.
    """
    name, equals, value = text.partition("=")
    if not name or any(character.isspace() for character in name):
        raise UsageError(f"{where}: a variable is NAME=value, and the name has no space")
    if "\0" in value:
        raise UsageError(f"{where}: the value has a zero byte")
    if equals:
        return text
    return f"{name}={os.environ[name]}" if name in os.environ else ""


def _content(path: str) -> bytes:
    """Return what a file, or a pipe, holds, up to a little over the bound; raises OSError."""
    data = b""
    limit = time.monotonic() + _PATIENCE
    with closing(_Reader(path)) as reader:
        while len(data) <= _MAX_BYTES and (piece := reader.next(limit - time.monotonic())):
            data += piece
    return data


class _Reader:
    """A file or pipe that is never waited for too long; a pipe is not even opened before a writer is."""

    def __init__(self, path: str) -> None:
        self._descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        self._poll = select.poll()
        self._poll.register(self._descriptor, select.POLLIN)

    def next(self, seconds: float) -> bytes:
        """Return the next piece, b'' at the end; raises OSError after ``seconds`` without one."""
        if not self._poll.poll(max(0.0, seconds * 1000)):
            raise TimeoutError(0, f"nothing came within {_PATIENCE:g} s")
        return os.read(self._descriptor, _PIECE)

    def close(self) -> None:
        """Close it."""
        os.close(self._descriptor)
