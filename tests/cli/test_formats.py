"""Formats of all reporting commands, and the exit codes of monitors, from outside."""

import json

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
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.startswith(BEGINNINGS[form][0])
    failed = gpucheck("doctor", "--from", "nothing.json", "--format", form.value)
    assert failed.returncode == 2
    assert failed.stderr == "gpucheck: cannot read the snapshot nothing.json: No such file or directory\n"
    if form not in {Format.TERMINAL, Format.MARKDOWN}:
        assert failed.stdout.startswith(BEGINNINGS[form][1])


@pytest.mark.parametrize("form", Format)
def test_images_in_every_format(form: Format) -> None:
    done = gpucheck(*IMAGE, "--driver", "535.129.03", "--format", form.value)
    assert (done.returncode, done.stderr) == (1, "")
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


def test_a_textfile_for_prometheus_is_whole_or_not_there(tmp_path: object) -> None:
    from pathlib import Path

    assert isinstance(tmp_path, Path)
    target = tmp_path / "gpucheck.prom"
    assert gpucheck("doctor", *BAD, "--format", "prometheus", "-o", target).returncode == 1
    assert target.read_text().endswith("\n")
    assert [path.name for path in tmp_path.iterdir()] == ["gpucheck.prom"]


def test_explain_path_has_no_findings() -> None:
    done = gpucheck("run", "--explain-path", *GOOD, "--format", "junit")
    assert done.returncode == 2
    assert done.stderr == "gpucheck: --explain-path has no format junit: take terminal or json\n"


def test_json_of_images_is_their_own() -> None:
    done = gpucheck(*IMAGE, "--driver", "535.129.03", "--format", "json", "--exit-codes", "nagios")
    assert json.loads(done.stdout)["schema"] == "gpucheck.image/1"
    assert done.returncode == 2
