"""Documents that a user named, read in pieces."""

import gzip
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from gpucheck.errors import SnapshotError, UsageError
from gpucheck.system.input import is_there, read_document, read_pieces

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


@pytest.mark.parametrize(
    ("start", "by"),
    [
        (b"\xfd7zXZ\0", "xz -dc"),
        (b"BZh9", "bzip2 -dc"),
        (b"\x28\xb5\x2f\xfd", "zstd -dc"),
        (b"PK\x03\x04", "unzip -p"),
        (b"LPKSHHRH", "journalctl --file"),
    ],
)
def test_other_formats_are_refused_with_the_way_to_a_text(tmp_path: Path, start: bytes, by: str) -> None:
    file = tmp_path / "log"
    file.write_bytes(start + b"\0" * 100)
    with pytest.raises(UsageError) as complaint:
        list(read_pieces(str(file)))
    assert str(complaint.value) == f"{file} is no plain text: {by} {file} | gpucheck explain --log -"


def test_a_small_file_that_unpacks_to_any_number_of_bytes_is_read_to_a_bound_and_that_is_told(
    tmp_path: Path,
) -> None:
    file = tmp_path / "bomb.gz"
    with gzip.open(file, "wb", 1) as packed:
        for _ in range(1100):
            packed.write(b"\0" * 1024 * 1024)
    told: list[str] = []
    size = sum(map(len, read_pieces(str(file), told.append)))
    assert size == 1024**3
    assert told == [f"Only the first 1024 MiB of what {file} unpacks to were read."]


def test_a_pipe_is_read_to_its_end_whoever_comes_first(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with ThreadPoolExecutor() as pool:
        written = pool.submit(pipe.write_bytes, TEXT)  # more than a pipe holds
        assert read_document(str(pipe), len(TEXT)) == TEXT.decode()
        written.result()


def test_a_pipe_that_nobody_writes_to_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gpucheck.system.input._PIPE_SECONDS", 0.1)
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(SnapshotError, match=r"cannot read the snapshot .*pipe: nothing was written to it in"):
        read_document(str(tmp_path / "pipe"), 100)


def test_what_is_there_and_what_is_not(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("nothing")
    (tmp_path / "file").write_text("")
    (tmp_path / "loop").symlink_to("loop")
    assert [is_there(str(tmp_path / name)) for name in ("link", "file", "loop/x", "none", "file/x")] == [
        True, True, True, False, False,
    ]  # fmt: skip
