"""Text of any size -> blocks of whole lines, seen through what wraps them: colours, escapes, UTF-16.

Everything here works on blocks of many lines, in calls that run at the speed of C: a log may have millions.
"""

import codecs
import re
from collections.abc import Iterable, Iterator

_SIZE = 64 * 1024  # bytes of a block
_OVERLAP = 512  # bytes that a piece of an endless line shares with the next, so that no message is cut in two
# ECMA-48 control sequences and the OSC ones that set a title
_COLOUR = re.compile(rb"\x1b(?:\[[0-9;?]{0,24}[A-Za-z]|\][^\x07\x1b]{0,80}(?:\x07|\x1b\\))")
_MOST_COLOURS = 12  # of so many bytes one may begin a control sequence; with more it is no text
# what JSON and Go quote: \n \t \" \/ \u003e, once or twice
_ESCAPE = re.compile(rb"\\\\{0,3}(?:(n)|u00([23][0-9a-fA-F])|u001[bB]\[[0-9;]{0,24}[A-Za-z]|[tr]|([\"'/]))")
_MOST_ESCAPES = (
    32  # of so many bytes of a long text one may be a backslash; with more, only the usual are read
)
_USUAL_ESCAPES = (
    (b"\\\\", b"\\"), (b"\\\\", b"\\"), (b"\\n", b"\n"), (b'\\"', b'"'), (b"\\t", b" "), (b"\\", b" "),
)  # fmt: skip
_ENTITIES = (
    (b"&amp;", b"&"), (b"&quot;", b'"'), (b"&#34;", b'"'), (b"&#39;", b"'"), (b"&#x27;", b"'"),
    (b"&gt;", b">"), (b"&lt;", b"<"),
)  # fmt: skip
_ENTITY = re.compile(rb"&(?:amp|quot|#34|#39|#x27|gt|lt);")
# how journalctl -o json gives a message that has colours or is no UTF-8: as numbers, as systemd's
# documentation of its JSON format says (https://systemd.io/JOURNAL_EXPORT_FORMATS/)
_BYTES = re.compile(rb'"MESSAGE"\s{0,2}:\s{0,2}\[([\d,\s]{8,65536})\]')
# binary: so many of its bytes are controls that no text has; what one cannot read in it ends a line
_CONTROLS, _MOST_CONTROLS = 0.05, 64
_SAMPLED = 16  # of a large block, every so many bytes are counted
_CONTROL = bytes(byte for byte in range(32) if byte not in b"\t\n\f\r\x1b")
_READABLE = bytes(byte if 32 <= byte < 127 or byte == 9 else 10 for byte in range(256))  # noqa: PLR2004

_MARKS = {
    codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be",
}  # fmt: skip

Text = str | Iterable[str | bytes]


def blocks(text: Text) -> Iterator[bytes]:
    """Yield a text in blocks of whole lines, without what wraps them; a line beyond a block is cut.

    Items of an iterable that are ``str`` are lines; ``bytes`` are pieces of a stream, cut anywhere.
    """
    rest = b""
    for piece in _decoded(_pieces(text)):
        block = rest + piece
        end = max(block.rfind(b"\n"), block.rfind(b"\r")) + 1
        if end:
            yield _unwrapped(block[:end])
            rest = block[end:]
        elif len(block) > _SIZE:
            yield _unwrapped(block)
            rest = block[-_OVERLAP:]
        else:
            rest = block
    if rest:
        yield _unwrapped(rest)


def _decoded(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Yield pieces as UTF-8 where a byte-order mark says what they are; others as they are."""
    first = next(pieces, b"")
    mark = next((mark for mark in _MARKS if first.startswith(mark)), b"")
    if not mark:
        yield first
        yield from pieces
        return
    decoder = codecs.getincrementaldecoder(_MARKS[mark])("replace")
    yield decoder.decode(first[len(mark) :]).encode("utf-8", "replace")
    yield from (decoder.decode(piece).encode("utf-8", "replace") for piece in pieces)
    yield decoder.decode(b"", final=True).encode("utf-8", "replace")


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


def _unwrapped(block: bytes) -> bytes:
    if b"\0" in block:
        block = block.replace(b"\0", b"")  # UTF-16 without a mark, as Windows programs write it into a pipe
    if _is_binary(block if len(block) < _SIZE // 2 else block[::_SAMPLED]):
        block = block.translate(_READABLE)
    if b'"MESSAGE"' in block:
        block = _BYTES.sub(_written_out, block)
    if b"\\" in block:
        is_dense = len(block) > _SIZE // 2 and block.count(b"\\") * _MOST_ESCAPES > len(block)
        block = _replaced(block, _USUAL_ESCAPES) if is_dense else _ESCAPE.sub(_meant, block)
    if b"&" in block and _ENTITY.search(block):
        block = _replaced(block, _ENTITIES)
    if b"\x1b" in block:
        is_text = block.count(b"\x1b") * _MOST_COLOURS <= len(block) + _OVERLAP
        block = _COLOUR.sub(b"", block) if is_text else block.replace(b"\x1b", b" ")
    return block.replace(b"\xc2\xa0", b" ").replace(b"\r", b"\n")


def _is_binary(sample: bytes) -> bool:
    controls = len(sample) - len(sample.translate(None, _CONTROL))
    return controls > max(_MOST_CONTROLS, _CONTROLS * len(sample))


def _replaced(block: bytes, marks: Iterable[tuple[bytes, bytes]]) -> bytes:
    for mark, meant in marks:
        block = block.replace(mark, meant)
    return block


def _meant(escape: re.Match[bytes]) -> bytes:
    newline, code, quote = escape.groups()
    if code:
        return bytes([int(code, 16)])
    return b"\n" if newline else quote or b" "


def _written_out(message: re.Match[bytes]) -> bytes:
    numbers = [int(number) for number in message[1].split(b",") if number.strip().isdigit()]
    return b'"MESSAGE":"' + bytes(number & 255 for number in numbers) + b'"'
