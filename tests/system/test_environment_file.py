"""Files of variables, read as docker does."""

import os
from pathlib import Path

import pytest

from gpucheck.errors import UsageError
from gpucheck.system.environment_file import read_environment, setting_of


def test_lines_comments_and_names_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HERE", "yes")
    path = tmp_path / "env"
    path.write_text("\ufeffA=1\n# no\n\n  B=two words = 2\nHERE\nNOT_HERE\nC=\n")
    assert read_environment(str(path)) == ("A=1", "B=two words = 2", "HERE=yes", "C=")
    assert read_environment("") == ()


def test_lines_end_as_dockers_do(tmp_path: Path) -> None:
    path = tmp_path / "env"
    path.write_bytes("A=a\x0cb\nB=c\u2028d\r\nC= e \n".encode())
    assert read_environment(str(path)) == ("A=a\x0cb", "B=c\u2028d", "C= e ")


def test_a_pipe_is_read_to_its_end() -> None:
    reader, writer = os.pipe()
    os.write(writer, b"A=1\n")
    os.close(writer)
    assert read_environment(f"/dev/fd/{reader}") == ("A=1",)
    os.close(reader)


def test_a_pipe_without_a_writer_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gpucheck.system.environment_file._PATIENCE", 0.1)
    os.mkfifo(tmp_path / "env")
    with pytest.raises(UsageError, match=r"nothing came within 0\.1 s"):
        read_environment(str(tmp_path / "env"))


@pytest.mark.parametrize(
    "content", [b"A B=1\n", b"=xxx\n", b"A=xxx\0\n", b"\xff\xfe", b"A=" + b"x" * (1 << 20)]
)
def test_what_is_no_such_file_is_a_usage_error(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "env"
    path.write_bytes(content)
    with pytest.raises(UsageError, match="--env-file") as caught:
        read_environment(str(path))
    assert "xxx" not in str(caught.value)


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="No such file"):
        read_environment(str(tmp_path / "none"))


def test_a_variable_of_the_command_line() -> None:
    assert setting_of("A=b=c", "--env") == "A=b=c"
    for text in ("A B=s3cret", "=s3cret", "s3cret s3cret"):
        with pytest.raises(UsageError, match="NAME=value") as caught:
            setting_of(text, "--env")
        assert "s3cret" not in str(caught.value)
