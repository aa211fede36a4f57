"""Texts of any size are read as lines, seen through what wraps them."""

from collections.abc import Iterable

import pytest

from gpucheck.explaining.blocks import Text, blocks


def lines(text: Text) -> list[str]:
    return [line.decode("utf-8", "replace") for block in blocks(text) for line in block]


def test_a_string_and_lines_and_pieces_read_the_same() -> None:
    expected = ["one", "two", "three"]
    assert lines("one\ntwo\nthree") == expected
    assert [line for line in lines(["one", "two", "three"]) if line] == expected
    assert lines([b"on", b"e\ntw", b"o\nthree"]) == expected
    assert lines(iter([b"one\r\ntwo\rthree"])) == ["one", "", "two", "three"]


@pytest.mark.parametrize(
    ("wrapped", "bare"),
    [
        ("\x1b[31mXid\x1b[0m \x1b[1;33m79\x1b[m", "Xid 79"),
        ("\x1b]0;title\x07Xid", "Xid"),
        (r"{\"log\":\"driver \u003e 525\n\"}", '{"log":"driver > 525 "}'),
        (
            r'{"msg":"could not select device driver \"\" with"}',
            '{"msg":"could not select device driver "" with"}',
        ),
        (r"stderr: \\\"nvidia-container-cli: \\\"", 'stderr: "nvidia-container-cli: "'),
        (r"\u001b[31mred", " red"),
        (r"C:\nvidia", r"C:\nvidia".replace("\\n", " ")),
        (r"C:\temp", r"C: emp"),
    ],
)
def test_colours_and_escapes_are_seen_through(wrapped: str, bare: str) -> None:
    assert lines(wrapped) == [bare]


def test_utf_16_is_read() -> None:
    assert "Xid 79" in lines([("Xid 79\n").encode("utf-16-le")])


def test_of_binary_only_what_is_readable_counts() -> None:
    noise = bytes(range(256)) * 40
    assert "NVRM: Xid 79 here" in lines([noise + b"\x01NVRM: Xid 79 here\x02" + noise])


def test_a_long_line_is_cut_and_no_message_with_it() -> None:
    message = "could not select device driver"
    for place in range(3_400, 4_200, 7):
        found = lines("a" * place + message + "b" * 40_000)
        assert max(map(len, found)) <= 4 * 1024
        assert any(message in line for line in found), place


def test_a_line_without_end_is_read_piece_by_piece() -> None:
    def pieces() -> Iterable[bytes]:
        for _ in range(40):
            yield b"x" * 100_000
        yield b" Xid 79"

    count = size = 0
    last = b""
    for block in blocks(pieces()):
        count, size, last = count + len(block), max(size, *map(len, block)), block[-1]
    assert size <= 4 * 1024
    assert count > 900
    assert last.endswith(b"Xid 79")
