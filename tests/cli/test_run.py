"""``gpucheck run`` from outside, where no engine answers: usage errors, JSON whatever happens, nothing heavy in --help."""

import json
import subprocess
import sys

import pytest
from jsonschema import Draft202012Validator

from tests.cli.runner import gpucheck
from tests.tables.folder import schema

ALONE = {"DOCKER_HOST": "unix:///nonexistent.sock"}


def run(*arguments: str, **env: str) -> "subprocess.CompletedProcess[str]":
    return gpucheck("run", "--engine", "docker", *arguments, env=ALONE | env)


def test_no_engine_could_not_be_determined() -> None:
    done = run("--image", "cuda", "--format", "json")
    document = json.loads(done.stdout)
    Draft202012Validator(schema("run")).validate(document)
    assert (done.returncode, document["verdict"], document["engine"]) == (3, "unknown", "")
    assert "unix:///nonexistent.sock: No such file or directory" in document["reason"]


def test_the_first_line_says_so_too() -> None:
    done = run("--image", "cuda")
    assert done.returncode == 3
    assert done.stdout.startswith(
        "? Could not determine whether a container gets its GPUs: no container engine answers"
    )


@pytest.mark.parametrize(
    "arguments",
    [("--image", "No:Such"), ("--env", "A B=1"), ("--env-file", "/nonexistent"), ("--data", "/nonexistent")],
)
def test_a_usage_error_is_json_too(arguments: tuple[str, ...]) -> None:
    done = run(*arguments, "--format", "json")
    document = json.loads(done.stdout)
    Draft202012Validator(schema("run")).validate(document)
    assert (done.returncode, document["error"]["exit_code"]) == (2, 2)
    assert done.stderr == f"gpucheck: {document['error']['message']}\n"


def test_format_of_the_users_own_command_is_not_ours() -> None:
    done = run("--env", "A B=1", "--", "tool", "--format", "json")
    assert (done.returncode, done.stdout) == (2, "")


@pytest.mark.parametrize("arguments", [("--timeout", "nan"), ("--pull", "often"), ("--level", "all")])
def test_options_that_make_no_sense(arguments: tuple[str, ...]) -> None:
    assert run(*arguments).returncode == 2


def test_a_crash_is_json_too() -> None:
    code = (
        "import sys, gpucheck.cli.run as r; from gpucheck.__main__ import main\n"
        "r.obtain = lambda *a: 1 / 0\n"
        "sys.argv = ['gpucheck', 'run', '--format', 'json']; main()"
    )
    argv = [sys.executable, "-c", code]
    done = subprocess.run(argv, capture_output=True, text=True, timeout=60, check=False)
    document = json.loads(done.stdout)
    Draft202012Validator(schema("run")).validate(document)
    assert (done.returncode, document["error"]["exit_code"]) == (4, 4)
    assert "ZeroDivisionError" in document["error"]["message"]


def test_explain_path_needs_no_engine() -> None:
    done = run("--explain-path", "--format", "json", "--image", "cuda")
    assert json.loads(done.stdout)["schema"] == "gpucheck.path/1"
    assert done.returncode in {1, 3}


def test_doctor_runs_no_container_where_it_cannot() -> None:
    for words in (("--run", "--from", "@dgx-h100"), ("--run", "--root", "/tmp"), ("--gpus", "all")):
        done = gpucheck("doctor", *words, env=ALONE)
        assert done.returncode == 2, done.stdout
        assert "--run" in done.stderr


def test_doctor_says_what_the_container_test_could_not() -> None:
    done = gpucheck(
        "doctor",
        "--run",
        "--image",
        "cuda",
        "--offline",
        "--format",
        "json",
        env=ALONE | {"PATH": "/nonexistent"},
    )
    document = json.loads(done.stdout)
    Draft202012Validator(schema("report")).validate(document)
    assert document["run"]["verdict"] == "unknown"
    (found,) = [f for f in document["findings"] if f["check"] == "GC701"]
    assert found["status"] == "unknown"
