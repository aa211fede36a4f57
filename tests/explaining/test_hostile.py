"""Texts made to hold gpucheck up do not: bounded in time and memory, and no exception."""

import random
import re
import time
import tracemalloc
from collections.abc import Iterable, Iterator

import pytest

from gpucheck.explaining.table_rows import all_signatures
from tests.explaining.texts import explained, shipped

MB = 1_000_000


def filled(piece: bytes, size: int) -> Iterator[bytes]:
    block = piece * max(1, 100_000 // len(piece))
    yield from (block for _ in range(size // len(block)))


def noise(size: int) -> Iterator[bytes]:
    source = random.Random(7)
    yield from (source.randbytes(250_000) for _ in range(size // 250_000))


def mixed_words(size: int) -> Iterator[bytes]:
    source = random.Random(7)
    words = " ".join(phrase for row in all_signatures(shipped()) for phrase in row.phrases).split()
    count = 0
    while count < size:
        line = (" ".join(source.choices(words, k=12)) + "\n").encode()
        count += len(line)
        yield line


PHRASES = "nvidia-container-cli: mount error: docker failed error gpu driver cuda version not found "
HOSTILE = {
    "one line": lambda: filled(b"a", 20 * MB),
    "one line of words": lambda: filled(PHRASES.encode(), 8 * MB),
    "lines of words": lambda: filled(PHRASES.encode() + b"\n", 8 * MB),
    "blanks": lambda: filled(b" ", 8 * MB),
    "newlines": lambda: filled(b"\n", 4 * MB),
    "escapes": lambda: filled(b"\x1b[31m\\\\\\\\u001b\\n", 4 * MB),
    "open escape": lambda: filled(b"\x1b]0;", 4 * MB),
    "backslashes": lambda: filled(b"\\", 4 * MB),
    "digits": lambda: filled(b"xid 1.1.1.1:", 4 * MB),
    "quotes": lambda: filled(b'could not select device driver "("', 4 * MB),
    "noise": lambda: noise(8 * MB),
    "all the words there are": lambda: mixed_words(4 * MB),
    "zeros": lambda: filled(b"\0", 8 * MB),
    "high bytes": lambda: filled(b"\xff\xfe", 4 * MB),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_it_ends_soon(name: str) -> None:
    pieces: Iterable[bytes] = HOSTILE[name]()
    explained("")  # the tables are read by now
    start = time.process_time()
    explained(pieces)
    assert time.process_time() - start < 20  # a fraction of that on an idle machine


def test_no_pattern_takes_long_whatever_is_repeated() -> None:
    rows = [(row.signature, pattern) for row in all_signatures(shipped()) for pattern in row.patterns]
    rows += [(row.reading, row.pattern) for row in shipped().readings]
    slow = []
    for name, pattern in rows:
        words = dict.fromkeys(re.findall(r"[A-Za-z]{3,}", pattern))
        start = time.process_time()
        for word in list(words)[:6]:
            re.search(pattern, f"{word} " * (4096 // (len(word) + 1)), re.IGNORECASE)
            re.search(pattern, word * (4096 // len(word)), re.IGNORECASE)
        if time.process_time() - start > 1:
            slow.append(name)
    assert slow == []


def test_memory_does_not_grow_with_the_text() -> None:
    explained("")
    tracemalloc.start()
    try:
        explained(mixed_words(3 * MB))
        explained(filled(b"b", 5 * MB))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 60 * MB


def test_control_characters_are_quoted_as_they_are_and_rendering_shows_them() -> None:
    found = explained("\x07could not select device driver \u202e with capabilities").best
    assert found
    assert "could not select device driver" in found.why
