"""Formats of all reporting commands, and the exit codes of monitors, from outside."""

import json
import os
import signal
import stat
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from gpucheck.model.choices import Format
from tests.cli.runner import gpucheck

BAD, GOOD = ("--from", "@mismatch"), ("--from", "@dgx-h100")
IMAGE = (
    "image",
    "nvidia/cuda:13.0.0-base-ubuntu24.04",
    "--gpu",
    "NVIDIA GeForce RTX 3060",
    "--toolkit-mode",
    "cdi",
    "--offline",
)
BEGINNINGS = {
    Format.TERMINAL: ("FAIL Not ready", "gpucheck: "),
    Format.JSON: ("{", "{"),
    Format.MARKDOWN: ("### gpucheck: Not ready", ""),
    Format.JUNIT: ("<?xml version='1.0' encoding='us-ascii'?>\n<testsuites", "<?xml version="),
    Format.TAP: ("TAP version 13\n1..", "TAP version 13\n1..0\nBail out! "),
    Format.GITHUB: ("::error title=gpucheck::Not ready", "::error title=gpucheck "),
    Format.SARIF: ("{", "{"),
    Format.NAGIOS: ("GPUCHECK CRITICAL - GC212", "GPUCHECK UNKNOWN - "),
    Format.NPD: ("GC212 ", "cannot read the snapshot"),
    Format.PROMETHEUS: ("# HELP gpucheck_ready", "# HELP gpucheck_ready"),
}


@pytest.mark.parametrize("form", Format)
def test_doctor_in_every_format(form: Format) -> None:
    done = gpucheck("doctor", *BAD, "--format", form.value)
    assert (done.returncode, done.stderr) == (2 if form is Format.NAGIOS else 1, "")
    assert done.stdout.startswith(BEGINNINGS[form][0])
    failed = gpucheck("doctor", "--from", "nothing.json", "--format", form.value)
    assert failed.returncode == (3 if form in {Format.NAGIOS, Format.NPD} else 2)
    assert failed.stderr == "gpucheck: cannot read the snapshot nothing.json: No such file or directory\n"
    if form not in {Format.TERMINAL, Format.MARKDOWN}:
        assert failed.stdout.startswith(BEGINNINGS[form][1])


@pytest.mark.parametrize("form", Format)
def test_images_in_every_format(form: Format) -> None:
    done = gpucheck(*IMAGE, "--driver", "535.129.03", "--format", form.value)
    assert (done.returncode, done.stderr) == (2 if form is Format.NAGIOS else 1, "")
    assert "nvidia/cuda:13.0.0" in done.stdout.replace("\\-", "-") or form in {
        Format.SARIF,
        Format.NPD,
        Format.PROMETHEUS,
    }
    assert done.stdout.isascii() or form is Format.MARKDOWN


@pytest.mark.parametrize(
    ("arguments", "default", "nagios", "npd"),
    [
        (("doctor", *GOOD), 0, 0, 0),
        (("doctor", *BAD), 1, 2, 1),
        (("doctor", "--from", "@next-kernel"), 0, 1, 0),
        (("doctor", "--from", "nothing.json"), 2, 3, 3),
        (("doctor", "--no-such-option"), 2, 3, 3),
        (("doctor", "--from", "@hung-driver", "--only", "GC301"), 3, 3, 3),
        ((*IMAGE, "--driver", "535.129.03"), 1, 2, 1),
        ((*IMAGE, "--driver", "580.65.06"), 0, 0, 0),
        (("image", "bad//name", "--driver", "580.65.06"), 2, 3, 3),
    ],
)
def test_exit_codes(arguments: tuple[str, ...], default: int, nagios: int, npd: int) -> None:
    assert gpucheck(*arguments).returncode == default
    assert gpucheck(*arguments, "--exit-codes", "nagios").returncode == nagios
    assert gpucheck(*arguments, env={"GPUCHECK_EXIT_CODES": "npd"}).returncode == npd


def test_a_textfile_for_prometheus_is_whole_or_not_there(tmp_path: Path) -> None:
    target = tmp_path / "gpucheck.prom"
    strict = partial(os.umask, 0o077)  # node_exporter is another user
    done = gpucheck("doctor", *BAD, "--format", "prometheus", "-o", target, preexec_fn=strict)
    assert done.returncode == 1
    assert target.read_text().endswith("\n")
    assert stat.S_IMODE(target.stat().st_mode) == 0o644
    assert [path.name for path in tmp_path.iterdir()] == ["gpucheck.prom"]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--format", "nagios"), 2),  # Nagios goes by the code alone: 1 would be a WARNING
        (("--format", "nagios", "--exit-codes", "default"), 1),
        (("--format", "npd"), 1),
        (("--format", "json"), 1),
        (("--format", "nagios", "--data", "nowhere"), 3),
        (("--format", "npd", "--data", "nowhere"), 3),
        (("--format", "nagios", "--exit-codes", "default", "--data", "nowhere"), 2),
        (("--format", "nagios", "--no-such-option"), 3),
        (("--format", "json", "--no-such-option"), 2),
    ],
)
def test_the_format_of_a_monitor_brings_its_codes(arguments: tuple[str, ...], code: int) -> None:
    assert gpucheck("doctor", *BAD, *arguments).returncode == code


def test_the_format_of_a_monitor_brings_its_codes_by_environment_and_in_other_commands() -> None:
    assert gpucheck("doctor", *BAD, env={"GPUCHECK_FORMAT": "nagios"}).returncode == 2
    assert gpucheck(*IMAGE, "--driver", "535.129.03", "--format", "nagios").returncode == 2
    assert gpucheck("explain", "GC212", env={"GPUCHECK_EXIT_CODES": "nagios"}).returncode == 0
    assert gpucheck("explain", "GC999x", env={"GPUCHECK_EXIT_CODES": "nagios"}).returncode == 2


@pytest.mark.parametrize("form", [f for f in Format if f not in {Format.TERMINAL, Format.MARKDOWN}])
def test_options_that_make_no_sense_are_told_in_the_format_too(form: Format) -> None:
    done = gpucheck("doctor", *BAD, "--no-such-option", "--format", form.value)
    assert "No such option: --no-such-option" in done.stderr
    assert done.stdout.startswith(BEGINNINGS[form][1] if form is not Format.NPD else "No such option")


@pytest.mark.parametrize("output", [("-o", "out"), ("-oout",), ("--output", "out"), ("--output=out",), ()])
def test_a_run_that_could_not_judge_leaves_no_report_of_an_earlier_one(
    output: tuple[str, ...], tmp_path: Path
) -> None:
    """A textfile that stays says ready for ever."""
    (tmp_path / "out").write_text("gpucheck_ready 1\n")
    env = {} if output else {"GPUCHECK_OUTPUT": "out"}
    done = gpucheck(
        "doctor", *GOOD, "--data", "nowhere", "--format", "prometheus", *output, env=env, cwd=tmp_path
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert "gpucheck_ready 0\n" in (tmp_path / "out").read_text()
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("form", ["json", "markdown", "terminal"])
def test_a_report_that_people_keep_is_not_lost_to_bad_input(form: str, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine")
    done = gpucheck("doctor", *GOOD, "--data", "nowhere", "--format", form, "-o", "out", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert (tmp_path / "out").read_text() == "mine"


@pytest.mark.parametrize("form", Format)
def test_a_full_disk_is_one_line_and_never_ready(form: Format) -> None:
    for arguments in (("-o", "/dev/full"), ("-o", "/proc/nothing")):
        done = gpucheck("doctor", *GOOD, "--format", form.value, *arguments)
        assert done.returncode == (3 if form in {Format.NAGIOS, Format.NPD} else 2)
        assert done.stdout == ""
        assert done.stderr.startswith(f"gpucheck: cannot write {arguments[1]}: ")
        assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
@pytest.mark.parametrize("form", ["nagios", "json", "junit"])
def test_a_run_that_is_ended_says_so(form: str, number: int, code: int, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    command = [sys.executable, "-m", "gpucheck", "doctor", "--from", str(tmp_path / "pipe"), "--format", form]
    with (
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as child,
        (tmp_path / "pipe").open("w"),  # opens when the child has opened it
    ):
        child.send_signal(number)
        said, _ = child.communicate(timeout=60)
    assert child.returncode == (3 if form == "nagios" else code)
    assert said.startswith(BEGINNINGS[Format(form)][1])
    assert ("SIGTERM" if number == signal.SIGTERM else "interrupted") in said


def test_explain_path_has_no_findings() -> None:
    done = gpucheck("run", "--explain-path", *GOOD, "--format", "junit")
    assert done.returncode == 2
    assert done.stderr == "gpucheck: --explain-path has no format junit: take terminal or json\n"


def test_json_of_images_is_their_own() -> None:
    done = gpucheck(*IMAGE, "--driver", "535.129.03", "--format", "json", "--exit-codes", "nagios")
    assert json.loads(done.stdout)["schema"] == "gpucheck.image/1"
    assert done.returncode == 2
