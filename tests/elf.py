"""Reads from an executable what it needs of the machine it runs on.

The format: https://refspecs.linuxfoundation.org/elf/gabi4+/contents.html; versions of symbols:
https://refspecs.linuxfoundation.org/LSB_5.0.0/LSB-Core-generic/LSB-Core-generic/symversion.html
"""

import re
import struct

_INTERPRETER, _DYNAMIC = 3, 2  # program header types
_NEEDED, _STRINGS, _VERSIONS, _VERSION_COUNT = 1, 5, 0x6FFFFFFE, 0x6FFFFFFF  # dynamic tags


class Elf:
    """A little-endian 64-bit ELF file."""

    def __init__(self, data: bytes) -> None:
        assert data[:6] == b"\x7fELF\x02\x01"
        self._data = data
        (self.machine,) = struct.unpack_from("<H", data, 18)
        (start,) = struct.unpack_from("<Q", data, 32)
        size, count = struct.unpack_from("<HH", data, 54)
        headers = [struct.unpack_from("<IIQQQQ", data, start + i * size) for i in range(count)]
        self._loaded = [(h[2], h[3], h[5]) for h in headers if h[0] == 1]  # offset, address, size
        segments = {h[0]: data[h[2] : h[2] + h[5]] for h in headers}
        self.interpreter = segments[_INTERPRETER].rstrip(b"\0").decode()
        self._dynamic = list(struct.iter_unpack("<QQ", segments[_DYNAMIC]))
        self.needed = {self._string(value) for tag, value in self._dynamic if tag == _NEEDED}
        self.versions = {self._glibc(name) for name in self._version_names()}

    def _string(self, offset: int) -> str:
        start = self._offset(dict(self._dynamic)[_STRINGS]) + offset
        return self._data[start : self._data.index(b"\0", start)].decode()

    def _offset(self, address: int) -> int:
        offset: int = next(o + address - a for o, a, size in self._loaded if a <= address < a + size)
        return offset

    def _version_names(self) -> list[str]:
        tags = dict(self._dynamic)
        names, library = [], self._offset(tags[_VERSIONS])
        for _ in range(tags[_VERSION_COUNT]):
            _, count, _, first, following = struct.unpack_from("<HHIII", self._data, library)
            entry = library + first
            for _ in range(count):
                _, _, _, name, further = struct.unpack_from("<IHHII", self._data, entry)
                names.append(self._string(name))
                entry += further
            library += following
        return names

    @staticmethod
    def _glibc(name: str) -> tuple[int, ...]:
        found = re.fullmatch(r"GLIBC_(\d+(?:\.\d+)*)", name)
        assert found, name
        return tuple(map(int, found[1].split(".")))
