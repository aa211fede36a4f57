"""gpucheck explain --log from outside; the pages of checks and causes are in test_other_commands."""

import json
from pathlib import Path

import pytest

from tests.cli.runner import gpucheck

LINE = 'docker: Error response from daemon: could not select device driver "" with capabilities: [[gpu]].\n'


def test_a_text_from_stdin() -> None:
    done = gpucheck("explain", "--log", "-", "--no-host", stdin=LINE)
    assert done.returncode == 0
    assert done.stdout.startswith("! Likely: The NVIDIA Container Toolkit is not installed")
    assert done.stderr == ""


def test_a_text_from_a_file_and_a_snapshot(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text(LINE)
    done = gpucheck("explain", "--log", log, "--from", "@no-toolkit", "--format", "json")
    document = json.loads(done.stdout)
    assert done.returncode == 0
    assert document["host_looked_at"] is True
    assert (document["matches"][0]["cause"], document["matches"][0]["confidence"]) == (
        "toolkit_not_installed", "certain",
    )  # fmt: skip


def test_markdown_into_a_file(tmp_path: Path) -> None:
    target = tmp_path / "answer.md"
    done = gpucheck("explain", "--log", "-", "--no-host", "--format", "markdown", "-o", target, stdin=LINE)
    assert (done.returncode, done.stdout) == (0, "")
    assert target.read_text().startswith("### gpucheck: Likely")


@pytest.mark.parametrize("form", ["terminal", "json", "markdown"])
def test_nothing_recognised(form: str) -> None:
    done = gpucheck("explain", "--log", "-", "--no-host", "--format", form, stdin="all is well\n")
    assert done.returncode == 3
    if form == "json":
        assert json.loads(done.stdout)["matches"] == []
    else:
        assert "Could not tell" in done.stdout


def test_this_host_is_looked_at_unless_told_otherwise() -> None:
    done = gpucheck("explain", "--log", "-", "--format", "json", "--timeout", "5", stdin=LINE)
    assert json.loads(done.stdout)["host_looked_at"] is True


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ((), "explain a check or cause by its name (gpucheck explain GC212), or a text by --log"),
        (
            ("GC212", "--log", "-"),
            "explain a check or cause by its name (gpucheck explain GC212), or a text by --log",
        ),
        (("--log", "-", "--from", "-"), "exclude each other"),
        (("--log", "/no/such/file", "--no-host"), "cannot read /no/such/file: No such file or directory"),
        (("--log", "/", "--no-host"), "cannot read /: Is a directory"),
    ],
)
def test_usage_errors(arguments: tuple[str, ...], complaint: str) -> None:
    done = gpucheck("explain", *arguments)
    assert done.returncode == 2
    assert complaint in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_usage_error_as_json() -> None:
    done = gpucheck("explain", "--log", "/no/such/file", "--no-host", "--format", "json")
    assert json.loads(done.stdout)["error"]["exit_code"] == 2


def test_binary_is_read_too(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_bytes(bytes(range(256)) * 300 + b"\n" + LINE.encode() + b"\xff\xfe\0")
    assert gpucheck("explain", "--log", log, "--no-host").returncode == 0


def test_an_xid_of_a_program_is_known_and_no_cause() -> None:
    done = gpucheck("explain", "--log", "-", "--no-host", stdin="NVRM: Xid (PCI:0000:3b:00): 31, pid=1\n")
    assert done.returncode == 0
    assert done.stdout.startswith("? No cause is named.\n      note Xid 31: ")


@pytest.mark.parametrize("word", ["TOOLKIT_NOT_INSTALLED", "toolkit-not-installed", "toolkit not installed"])
def test_a_label_is_known_however_it_is_written(word: str) -> None:
    done = gpucheck("explain", word)
    assert done.returncode == 0
    assert done.stdout.startswith("toolkit_not_installed\n")


def test_a_packed_log_is_refused_in_one_line(tmp_path: Path) -> None:
    log = tmp_path / "syslog.xz"
    log.write_bytes(b"\xfd7zXZ\0" + bytes(50))
    done = gpucheck("explain", "--log", log, "--no-host")
    assert done.returncode == 2
    assert done.stderr == f"gpucheck: {log} is no plain text: xz -dc {log} | gpucheck explain --log -\n"
