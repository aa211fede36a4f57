"""Text of any size -> blocks of whole lines, seen through what wraps them: colours, escapes, UTF-16.

Everything here works on blocks of many lines, in calls that run at the speed of C: a log may have millions.
"""

import re
from collections.abc import Iterable, Iterator

_SIZE = 256 * 1024  # bytes of a block
_LONGEST = 4 * 1024  # bytes of a line that is taken whole; of a longer one, pieces
_OVERLAP = 512  # bytes that a piece shares with the next, so that no message is cut in two
# ECMA-48 control sequences and the OSC ones that set a title
_COLOUR = re.compile(rb"\x1b\[[0-9;?]{0,24}[A-Za-z]|\x1b\][^\x07\x1b]{0,80}(?:\x07|\x1b\\)")
# what JSON and Go quote: \n \t \" \/ \u003e, once or twice
_ESCAPE = re.compile(
    rb"\\{1,4}(?:u00([23][0-9a-fA-F])|u001[bB]\[[0-9;]{0,24}m|[ntr](?![a-z]{0,2}:)|([\"'/]))"
)
# binary: so many of its bytes are controls that no text has; only what one could read in it counts
_CONTROLS, _MOST_CONTROLS = 0.05, 64
_CONTROL = bytes(byte for byte in range(32) if byte not in b"\t\n\f\r\x1b")
_READABLE = re.compile(rb"[ -~\t\n]{8,}")

Text = str | Iterable[str | bytes]


def blocks(text: Text) -> Iterator[list[bytes]]:
    """Yield the lines of a text, many at a time, without what wraps them.

    Items of an iterable that are ``str`` are lines; ``bytes`` are pieces of a stream, cut anywhere.
    """
    rest = b""
    for piece in _pieces(text):
        *whole, rest = (rest + piece).replace(b"\r", b"\n").split(b"\n")
        if whole:
            yield _unwrapped(whole)
        if len(rest) > _LONGEST:
            yield _unwrapped(list(_cut(rest)))
            rest = rest[-_OVERLAP:]
    if rest:
        yield _unwrapped([rest])


def _pieces(text: Text) -> Iterator[bytes]:
    if isinstance(text, str):
        for start in range(0, len(text), _SIZE):
            yield text[start : start + _SIZE].encode("utf-8", "replace")
        return
    gathered: list[bytes] = []
    size = 0
    for item in text:
        gathered.append(item if isinstance(item, bytes) else item.encode("utf-8", "replace") + b"\n")
        size += len(gathered[-1])
        if size >= _SIZE:
            yield from _sliced(b"".join(gathered))
            gathered, size = [], 0
    yield b"".join(gathered)


def _sliced(piece: bytes) -> Iterator[bytes]:
    yield from (piece[start : start + _SIZE] for start in range(0, len(piece), _SIZE))


def _cut(line: bytes) -> Iterator[bytes]:
    step = _LONGEST - _OVERLAP
    yield from (line[start : start + _LONGEST] for start in range(0, len(line), step))


def _unwrapped(lines: list[bytes]) -> list[bytes]:
    block = b"\n".join(lines)
    if b"\0" in block:
        block = block.replace(b"\0", b"")  # UTF-16, as Windows programs write it into a pipe
    if len(block) - len(block.translate(None, _CONTROL)) > max(_MOST_CONTROLS, _CONTROLS * len(block)):
        block = b"\n".join(_READABLE.findall(block))
    if b"\x1b" in block:
        block = _COLOUR.sub(b"", block)
    if b"\\" in block:
        block = _ESCAPE.sub(_meant, block)
    cut = block.split(b"\n")
    if len(block) > _LONGEST and max(map(len, cut)) > _LONGEST:
        return [piece for line in cut for piece in (_cut(line) if len(line) > _LONGEST else (line,))]
    return cut


def _meant(escape: re.Match[bytes]) -> bytes:
    code, quote = escape.groups()
    if code:
        return bytes([int(code, 16)])
    return quote or b" "
