"""Texts of any size are read as lines, seen through what wraps them."""

from collections.abc import Iterable

import pytest

from gpucheck.explaining.blocks import Text, blocks


def lines(text: Text) -> list[str]:
    found = b"".join(blocks(text)).decode("utf-8", "replace").split("\n")
    return found[:-1] if found[-1] == "" else found


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
        (r"{\"log\":\"driver \u003e 525\t\"}", '{"log":"driver > 525 "}'),
        (
            r'{"msg":"could not select device driver \"\" with"}',
            '{"msg":"could not select device driver "" with"}',
        ),
        (r"stderr: \\\"nvidia-container-cli: \\\"", 'stderr: "nvidia-container-cli: "'),
        (r"\u001b[31mred", " red"),
        ("could &quot;not&quot; &gt; 3 &amp; &#39;x&#39;", "could \"not\" > 3 & 'x'"),
        ("not\u00a0here", "not here"),
        ('{"MESSAGE":[27,91,51,49,109,88,105,100,32,55,57,27,91,109]}', '{"MESSAGE":"Xid 79"}'),
        (r"C:\temp", r"C: emp"),
    ],
)
def test_colours_and_escapes_are_seen_through(wrapped: str, bare: str) -> None:
    assert lines(wrapped) == [bare]


def test_what_json_has_in_one_line_is_several() -> None:
    assert lines(r'{"log":"one\ntwo\\nthree"}') == ['{"log":"one', "two", 'three"}']


@pytest.mark.parametrize("coding", ["utf-16", "utf-16-be", "utf-16-le", "utf-8-sig"])
def test_a_byte_order_mark_says_how_a_text_is_coded(coding: str) -> None:
    mark = {"utf-16-be": b"\xfe\xff", "utf-16-le": b"\xff\xfe"}.get(coding, b"")
    coded = mark + "Gerät: Xid 79\r\nzwei\r\n".encode(coding)
    assert lines([coded[:9], coded[9:]]) == ["Gerät: Xid 79", "", "zwei", ""]


def test_utf_16_without_a_mark_is_read() -> None:
    assert "Xid 79" in lines([("Xid 79\n").encode("utf-16-le")])


def test_of_binary_only_what_is_readable_counts() -> None:
    noise = bytes(range(256)) * 40
    assert "NVRM: Xid 79 here" in lines([noise + b"\x01NVRM: Xid 79 here\x02" + noise])


def test_a_line_longer_than_a_block_is_cut_and_no_message_with_it() -> None:
    message = b"could not select device driver"
    for place in range(260_000, 265_000, 131):
        found = list(blocks([b"a" * place, message, b"b" * 400_000]))
        assert max(map(len, found)) <= 600_000
        assert any(message in block for block in found), place


def test_a_line_without_end_is_read_piece_by_piece() -> None:
    def pieces() -> Iterable[bytes]:
        for _ in range(40):
            yield b"x" * 100_000
        yield b" Xid 79"

    found = list(blocks(pieces()))
    assert max(map(len, found)) <= 600_000
    assert len(found) > 8
    assert found[-1].endswith(b"Xid 79")


@pytest.mark.parametrize("dense", ["\x1b[1m" * 90_000, "\\n" * 300_000, "\\" * 300_000, r"\\\"a" * 80_000])
def test_what_has_more_escapes_than_text_loses_no_message(dense: str) -> None:
    assert any("Xid 79" in line for line in lines(f"{dense}\nXid 79\n{dense}"))
