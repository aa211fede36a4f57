"""Files of variables, read as docker does."""

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


@pytest.mark.parametrize("content", [b"A B=1\n", b"=1\n", b"\xff\xfe", b"A=" + b"x" * (1 << 20)])
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
    with pytest.raises(UsageError, match="NAME=value"):
        setting_of("A B=1", "--env")
