"""What a container writes, taken from the stream of an attached client, bounded.

The engine marks each piece with the stream it belongs to; the container cannot forge that:
https://docs.docker.com/reference/api/engine/version/v1.41/#tag/Container/operation/ContainerAttach
"""

import struct
from dataclasses import dataclass, field

MAX_KEPT = 1 << 20  # bytes of each stream
_HEADER = struct.Struct(">BxxxL")
_STDERR = 2


class Kept:
    """The beginning and the end of a stream, however long it is."""

    def __init__(self, limit: int = MAX_KEPT) -> None:
        self._half = limit // 2
        self._head = bytearray()
        self._tail = bytearray()
        self._left_out = 0

    def add(self, data: bytes) -> None:
        """Take the next piece."""
        room = self._half - len(self._head)
        self._head += data[:room]
        self._tail += data[room:]
        # trimmed seldom, not at each of many small pieces
        if len(self._tail) > 2 * self._half:
            self._trim()

    def text(self) -> str:
        """Return what was kept, with a word on what was left out."""
        self._trim()
        gap = f"\n… {self._left_out} bytes left out …\n".encode() if self._left_out else b""
        return (bytes(self._head) + gap + bytes(self._tail)).decode("utf-8", "replace")

    def _trim(self) -> None:
        more = len(self._tail) - self._half
        if more > 0:
            self._left_out += more
            del self._tail[:more]


@dataclass(slots=True)
class Streams:
    """Puts the pieces of both streams together."""

    stdout: Kept = field(default_factory=Kept)
    stderr: Kept = field(default_factory=Kept)
    _header: bytearray = field(default_factory=bytearray)
    _stream: int = 0
    _left: int = 0  # bytes of the piece that is being read

    def feed(self, data: bytes) -> None:
        """Take the next bytes of the connection."""
        rest = data
        while rest:
            if not self._left:
                rest = self._read_header(rest)
            piece, rest = rest[: self._left], rest[self._left :]
            self._left -= len(piece)
            (self.stderr if self._stream == _STDERR else self.stdout).add(piece)

    def _read_header(self, data: bytes) -> bytes:
        missing = _HEADER.size - len(self._header)
        self._header += data[:missing]
        if len(self._header) == _HEADER.size:
            self._stream, self._left = _HEADER.unpack(self._header)
            self._header.clear()
        return data[missing:]
