"""The stream of an attached client, cut anywhere, kept within bounds."""

import random
import struct

from gpucheck.system.attached import Kept, Streams


def frame(stream: int, data: bytes) -> bytes:
    return struct.pack(">BxxxL", stream, len(data)) + data


def test_frames_cut_anywhere_come_out_whole() -> None:
    rng = random.Random(7)
    whole = b"".join(frame(1 + n % 2, bytes([65 + n % 26]) * rng.randrange(40)) for n in range(200))
    expected = Streams()
    expected.feed(whole)
    for _ in range(20):
        streams, rest = Streams(), whole
        while rest:
            cut = rng.randrange(1, 17)
            streams.feed(rest[:cut])
            rest = rest[cut:]
        assert (streams.stdout.text(), streams.stderr.text()) == (
            expected.stdout.text(),
            expected.stderr.text(),
        )


def test_both_streams_are_told_apart() -> None:
    streams = Streams()
    streams.feed(frame(1, b"out\n") + frame(2, b"err\n") + frame(1, b"") + frame(1, b"more \xff\n"))
    assert (streams.stdout.text(), streams.stderr.text()) == ("out\nmore \ufffd\n", "err\n")


def test_of_much_the_beginning_and_the_end_are_kept() -> None:
    kept = Kept(20)
    for _ in range(1000):
        kept.add(b"0123456789")
    kept.add(b"the end")
    assert kept.text() == "0123456789\n… 9987 bytes left out …\n789the end"
    assert len(kept._tail) <= 20
