"""``gpucheck image`` from outside: options, exit codes, outputs, bad input. Nobody outside is asked."""

import json
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from gpucheck.model.snapshot_file import dump_snapshot
from tests.builders import a_host
from tests.cli.runner import environment, gpucheck
from tests.tables.folder import schema

CUDA = "nvidia/cuda:12.4.1-base-ubuntu22.04"
NEWER = "nvidia/cuda:12.6.3-base-ubuntu22.04"
UNKNOWN = "myco/private:7"
ALONE = {"DOCKER_HOST": "unix:///nonexistent.sock", "GPUCHECK_OFFLINE": "1"}
A100 = ("--driver", "550.144.03", "--gpu", "2x NVIDIA A100-SXM4-80GB", "--toolkit-mode", "cdi")
RTX = ("--driver", "550.163.01", "--gpu", "NVIDIA GeForce RTX 4090")


def run(*arguments: str | Path, **more: Any) -> subprocess.CompletedProcess[str]:
    return gpucheck("image", *arguments, env=ALONE | more.pop("env", {}), **more)


def as_json(*arguments: str | Path, **more: Any) -> Any:
    document = json.loads(run(*arguments, "--format", "json", **more).stdout)
    Draft202012Validator(schema("image")).validate(document)
    return document


def test_one_image_on_a_made_up_host() -> None:
    done = run(CUDA, *A100)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[:2] == [
        f"ok Runs: {CUDA} needs CUDA 12.4.1, driver 550.144.03 has 12.4 (native)",
        "  on a host as given: driver 550.144.03 - CUDA 12.4 - 2 x NVIDIA A100-SXM4-80GB - by CDI",
    ]
    assert done.stdout.isascii()


def test_the_engine_is_an_input() -> None:
    by_hook = as_json(NEWER, *RTX, "--toolkit-mode", "legacy")["images"][0]
    assert (by_hook["verdict"], by_hook["cause"]) == ("refused", "require_check_too_strict")
    by_cdi = as_json(NEWER, *RTX, "--toolkit-mode", "cdi", "--toolkit", "1.19.1")["images"][0]
    assert by_cdi["verdict"] != "refused"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ((CUDA, *A100), 0),
        (("ubuntu:24.04", *A100), 0),
        ((NEWER, *RTX, "--toolkit-mode", "legacy"), 1),
        ((CUDA, NEWER, *RTX, "--toolkit-mode", "legacy"), 1),
        ((UNKNOWN, *A100), 3),
        ((CUDA, UNKNOWN, *A100), 3),
        ((NEWER, UNKNOWN, *RTX, "--toolkit-mode", "legacy"), 1),
        ((UNKNOWN, *A100, "--fail-on", "unknown"), 1),
        ((NEWER, *RTX, "--toolkit-mode", "legacy", "--fail-on", "never"), 0),
    ],
)
def test_exit_codes(arguments: tuple[str, ...], code: int) -> None:
    done = run(*arguments)
    assert (done.returncode, done.stderr) == (code, "")


def test_json_fits_the_schema_and_says_that_nobody_looked() -> None:
    document = as_json(CUDA, UNKNOWN, *A100)
    assert document["schema"] == "gpucheck.image/1"
    assert document["host"]["hypothetical"] is True
    assert (document["host"]["hostname"], document["host"]["toolkit"]) == ("", "")
    known, unknown = document["images"]
    assert (known["ref"], known["normalized"]) == (CUDA, f"docker.io/{CUDA}")
    assert (known["verdict"], known["mode"]) == ("runs", "native")
    assert (known["need"]["cuda"], known["need"]["source"]) == ("12.4.1", "tables")
    assert {outcome["path"] for outcome in known["outcomes"]} == {"legacy", "cdi", "jit-cdi"}
    assert (unknown["verdict"], unknown["need"]["source"]) == ("unknown", "none")
    assert unknown["need"]["tried"] == ["local engine: not there", "registry: not asked (--offline)"]


def test_markdown() -> None:
    done = run(CUDA, UNKNOWN, *A100, "--format", "markdown")
    assert done.stdout.startswith("### gpucheck: 1 could not be determined.\n")
    assert f"| ✓ | `{CUDA}` | runs, native |" in done.stdout


def test_references_from_stdin() -> None:
    listed = f"# our images\n\n{CUDA}\n  ubuntu:24.04  \n{CUDA}\n"
    document = as_json("-", *A100, stdin=listed)
    assert [image["ref"] for image in document["images"]] == [CUDA, "ubuntu:24.04"]


def test_a_snapshot_and_options_that_override_it(tmp_path: Path) -> None:
    path = tmp_path / "host.json"
    path.write_text(dump_snapshot(a_host()))
    host = as_json(CUDA, "--from", path)["host"]
    assert (host["hostname"], host["driver"], host["hypothetical"]) == ("node17", "580.95.05", False)
    assert [gpu["name"] for gpu in host["gpus"]] == ["NVIDIA H100 80GB HBM3"] * 2
    assert host["path"] == "legacy"
    document = as_json(CUDA, "--from", path, "--driver", "535.183.06", "--toolkit-mode", "cdi")
    assert (document["host"]["driver"], document["host"]["path"]) == ("535.183.06", "cdi")
    assert document["host"]["hostname"] == "node17"
    assert document["overrides"] == ["GPUCHECK_DRIVER=535.183.06", "GPUCHECK_TOOLKIT_MODE=cdi"]


def test_an_example_host() -> None:
    assert run(CUDA, "--from", "@dgx-h100").returncode == 0
    assert run(CUDA, "--from", "@no-gpu").returncode == 1


def test_this_host_is_looked_at_where_nothing_else_was_named() -> None:
    host = as_json(CUDA)["host"]
    assert host["hostname"]
    assert host["hypothetical"] is False


def test_options_of_the_environment() -> None:
    env = {
        "GPUCHECK_DRIVER": "550.163.01",
        "GPUCHECK_GPU": "NVIDIA GeForce RTX 4090, 2x cc8.0",
        "GPUCHECK_TOOLKIT_MODE": "legacy",
        "GPUCHECK_ARCH": "arm64",
    }
    host = as_json(CUDA, env=env)["host"]
    assert (host["driver"], host["path"], host["architecture"]) == ("550.163.01", "legacy", "arm64")
    assert [gpu["compute_capability"] for gpu in host["gpus"]] == ["8.9", "8.0", "8.0"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["Nvidia/CUDA:12"], "gpucheck: 'Nvidia/CUDA:12' is no image reference: "),
        ([CUDA, "a b", "docker://x"], "'docker://x' is no image reference"),
        ([CUDA, "--driver", "new"], "gpucheck: --driver new: not a driver version"),
        ([CUDA, "--gpu", "cc99.9"], "no GPU has compute capability 99.9"),
        ([CUDA, "--toolkit", "latest", "--driver", "550"], "gpucheck: --toolkit latest: not a release"),
        ([CUDA, "--from", "@dgx-h10"], "did you mean @dgx-h100?"),
        ([CUDA, "--from", "x", "--root", "/mnt"], "gpucheck: --from and --root exclude each other"),
        ([CUDA, "--root", "/nonexistent"], "gpucheck: --root /nonexistent: not a directory"),
        (["-"], "gpucheck: stdin names no image: one reference per line is expected"),
        (["-", "--from", "-"], "gpucheck: - and --from - exclude each other: stdin can be read once"),
    ],
)
def test_bad_arguments_get_one_line_and_exit_2(arguments: list[str], message: str) -> None:
    done = run(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("seconds", ["nan", "inf", "0"])
def test_a_bound_that_is_none_is_refused(seconds: str) -> None:
    done = run(CUDA, "--driver", "550", "--timeout", seconds)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Invalid value for '--timeout'" in done.stderr


def test_a_stdout_that_the_shell_closed_is_one_line() -> None:
    command = [sys.executable, "-m", "gpucheck", "image", CUDA, "--driver", "550", "--offline"]
    done = subprocess.run(
        ["sh", "-c", 'exec "$@" >&-', "sh", *command],
        capture_output=True, text=True, timeout=60, check=False, env=environment(),
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (2, "gpucheck: cannot write to stdout: it is closed\n")


def test_all_malformed_references_are_named_and_nothing_is_judged() -> None:
    done = run("a b", CUDA, "x:", "--driver", "550")
    assert "'a b' is no image reference" in done.stderr
    assert "'x:' is no image reference" in done.stderr
    many = run("-", stdin="".join(f"bad ref {n}\n" for n in range(50)))
    assert many.stderr.rstrip().endswith("; and 45 more")


def test_json_was_asked_for_so_json_comes_even_for_an_error() -> None:
    for arguments in (["a b"], [CUDA, "--driver", "x"], [CUDA, "--from", "/nonexistent"]):
        done = run(*arguments, "--format", "json")
        document = json.loads(done.stdout)
        Draft202012Validator(schema("image")).validate(document)
        assert (done.returncode, document["images"], document["error"]["exit_code"]) == (2, [], 2)
        assert document["error"]["message"] in done.stderr


def test_a_hostile_reference_cannot_act_on_the_terminal() -> None:
    done = run("x\x1b[31m\x07y")
    assert done.returncode == 2
    assert not re.search(r"[\x00-\x09\x0b-\x1f]", done.stderr)


def test_the_output_goes_to_a_file(tmp_path: Path) -> None:
    target = tmp_path / "image.json"
    assert run(CUDA, *A100, "--format", "json", "-o", target).stdout == ""
    assert json.loads(target.read_text())["images"][0]["verdict"] == "runs"


def test_the_help_reads_well() -> None:
    text = run("--help").stdout
    assert re.match(r"Usage: gpucheck image \[OPTIONS\] \W?REF\.\.\.", text)
    options = (
        "--format --output --from --root --timeout --driver --gpu --toolkit-mode --toolkit --arch --offline"
    )
    for option in [*options.split(), "--data", "--fail-on", "--verbose"]:
        assert option in text
    assert "legacy|cdi|jit-cdi|csv" in text
    assert "amd64|arm64" in text
    assert "GPUCHECK_GPU" in text


def test_a_made_up_host_imports_nothing_heavy() -> None:
    argv = [sys.executable, "-X", "importtime", "-m", "gpucheck", "image", CUDA, *A100]
    done = subprocess.run(
        argv, capture_output=True, text=True, check=True, timeout=60, env=environment(**ALONE)
    )
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    heavy = {"rich", "yaml", "pynvml", "http.client", "ssl", "gpucheck.checks._base", "gpucheck.collect"}
    assert not imported & heavy


def test_a_name_server_that_never_answers_does_not_hold_it() -> None:
    begun = time.monotonic()
    env = {"DOCKER_HOST": "unix:///nonexistent.sock"}
    done = gpucheck("image", "10.255.255.1/x:1", *A100, "--timeout", "1", env=env)
    assert time.monotonic() - begun < 5
    assert done.returncode == 3


def test_a_closed_stdin_gets_one_line() -> None:
    argv = ["sh", "-c", f'"{sys.executable}" -m gpucheck image - <&-']
    done = subprocess.run(argv, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (
        2,
        "",
        "gpucheck: cannot read -: stdin is closed\n",
    )
