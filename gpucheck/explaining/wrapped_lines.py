"""Lines that a terminal or an editor has wrapped, joined again.

A line is taken for wrapped where it is full: as long as the longest one, or too long for the next word.
"""

from itertools import pairwise

_LEAST, _MOST = 40, 250  # characters of the widths that are believed
_USUAL = frozenset({72, 80, 100, 120, 132, 160})  # believed where one line is full; others, where two are
_NEW = (b"[", b"{", b"$ ", b"- ", b"* ", b"|", b"+")  # what begins a line that continues no other


def rejoined(text: bytes) -> bytes:
    """Return the lines of a text that were wrapped, each in one; nothing where none was."""
    lines = text.split(b"\n")
    width = max(map(len, lines))
    if not _LEAST <= width <= _MOST:
        return b""
    full = [False, *(_is_full(before, line, width) for before, line in pairwise(lines))]
    if sum(full) < (1 if width in _USUAL else 2):
        return b""
    lengths = {len(before) for before, is_full in zip(lines, full[1:], strict=False) if is_full}
    glue = b"" if lengths == {width} else b" "  # a terminal cuts anywhere, an editor between words
    joined: list[bytes] = []
    for line, goes_on in zip(lines, full, strict=True):
        if goes_on:
            joined[-1] += glue + line.lstrip()
        else:
            joined.append(line)
    return b"\n".join(line for line in joined if len(line) > width) + b"\n"


def _is_full(line: bytes, following: bytes, width: int) -> bool:
    """Return whether a line had no room for what follows, and that may be its continuation."""
    bare = following.lstrip()
    if not line or not bare or bare.startswith(_NEW):
        return False
    return len(line) == width or len(line) + 1 + len(bare.split(b" ", 1)[0]) > width
