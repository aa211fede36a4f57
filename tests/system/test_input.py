"""Documents that a user named, read in pieces."""

import gzip
from pathlib import Path

import pytest

from gpucheck.errors import UsageError
from gpucheck.system.input import read_pieces

TEXT = b"one line\n" * 100_000


def test_pieces_are_the_whole(tmp_path: Path) -> None:
    file = tmp_path / "log"
    file.write_bytes(TEXT)
    pieces = list(read_pieces(str(file)))
    assert b"".join(pieces) == TEXT
    assert len(pieces) > 1


def test_gzip_is_unpacked_several_parts_too(tmp_path: Path) -> None:
    file = tmp_path / "nvidia-bug-report.log.gz"
    file.write_bytes(gzip.compress(TEXT) + gzip.compress(b"more"))
    assert b"".join(read_pieces(str(file))) == TEXT + b"more"


@pytest.mark.parametrize("content", [b"\x1f\x8b", b"\x1f\x8bnot gzip", gzip.compress(TEXT)[:200]])
def test_a_damaged_gzip_is_one_line(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "log.gz"
    file.write_bytes(content)
    with pytest.raises(UsageError, match="the gzip file is damaged"):
        list(read_pieces(str(file)))


def test_an_empty_file_has_no_pieces(tmp_path: Path) -> None:
    (tmp_path / "log").write_bytes(b"")
    assert list(read_pieces(str(tmp_path / "log"))) == []


def test_what_cannot_be_opened_or_read_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="No such file"):
        read_pieces(str(tmp_path / "log"))
    with pytest.raises(UsageError, match="Is a directory"):
        list(read_pieces(str(tmp_path)))
