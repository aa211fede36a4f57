"""``gpucheck run`` from outside, where no engine answers: usage errors, JSON whatever happens, nothing heavy in --help."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

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


def foretold(*arguments: str, **more: Any) -> "subprocess.CompletedProcess[str]":
    return gpucheck("run", "--explain-path", *arguments, **more)


def document_of(done: "subprocess.CompletedProcess[str]") -> dict[str, Any]:
    document: dict[str, Any] = json.loads(done.stdout)
    Draft202012Validator(schema("path")).validate(document)
    return document


UUID = "GPU-4cf8db2d-06c0-7d70-1a51-e59b25b2c16"


@pytest.mark.parametrize(
    ("arguments", "code", "path", "command", "gpus"),
    [
        ((), 0, "legacy", "docker run --gpus all", [f"{UUID}{n}" for n in range(8)]),
        (("--gpus", "2"), 0, "legacy", "docker run --gpus 2", [f"{UUID}0", f"{UUID}1"]),
        (("--gpus", '"device=0,2"'), 0, "legacy", "docker run --gpus '\"device=0,2\"'", [f"{UUID}0", f"{UUID}2"]),
        (("--gpus", "0"), 0, None, "docker run --gpus 0", []),
        (("--runtime", "nvidia"), 0, "jit-cdi", "docker run --runtime=nvidia --env NVIDIA_VISIBLE_DEVICES=all",
         [f"{UUID}{n}" for n in range(8)]),
        (("--device", "nvidia.com/gpu=3"), 0, "cdi", "docker run --device nvidia.com/gpu=3", [f"{UUID}3"]),
        (("--runtime", "kata", "--gpus", "1"), 1, None, "docker run --runtime=kata --gpus 1", [f"{UUID}0"]),
        (("--engine", "podman", "--gpus", "2"), 3, None, "podman run --gpus 2", [f"{UUID}2"]),
    ],
)  # fmt: skip
def test_the_path_of_another_host(
    arguments: tuple[str, ...], code: int, path: str | None, command: str, gpus: list[str]
) -> None:
    done = foretold("--from", "@dgx-h100", "--format", "json", *arguments)
    document = document_of(done)
    assert (done.returncode, document["path"], document["command"]) == (code, path, command)
    assert document["requested"]["gpus"] == gpus


def test_the_snapshot_may_come_from_stdin_and_the_setting_name_it() -> None:
    example = gpucheck("snapshot", "--from", "@wsl2").stdout
    document = document_of(foretold("--from", "-", "--format", "json", stdin=example))
    assert document["warnings"] == ["Under WSL a container gets all GPUs, whichever are asked for."]
    named = foretold("--format", "json", env={"GPUCHECK_FROM": "@wsl2"})
    assert document_of(named) == document


def test_the_path_of_a_filesystem_is_not_known(tmp_path: Path) -> None:
    done = foretold("--root", str(tmp_path), "--format", "json")
    assert (done.returncode, document_of(done)["reason"]) == (3, "Docker is not installed")


def test_several_cdi_devices_are_all_looked_for() -> None:
    both = ("--device", "nvidia.com/gpu=0", "--device", "nvidia.com/gpu=1")
    assert document_of(foretold("--from", "@dgx-h100", "--format", "json", *both))["path"] == "cdi"
    asked = document_of(foretold("--from", "@dgx-h100", "--format", "json", *both))["asked"]
    assert asked["devices"] == ["nvidia.com/gpu=0", "nvidia.com/gpu=1"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--from", "@workstation-4090", "--gpus", "device=1"), f"no device '1' on this host; there is 0 ({UUID}0)"),
        (("--from", "@workstation-4090", "--gpus", "2"), f"a count of 2 is asked for; there is 0 ({UUID}0)"),
        (("--from", "@dgx-h100", "--gpus", "device=0,2"),
         "--gpus 'device=0,2' is not what it looks like to Docker; write --gpus '\"device=0,2\"'"),
        (("--from", "@dgx-h100", "--device", "/dev/nvidia0"), "'/dev/nvidia0' names no CDI device: it is a path"),
        (("--from", "@dgx-h100", "--root", "/tmp"),
         "--from and --root exclude each other: one names a snapshot, one a filesystem"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_said_as_a_path_too(arguments: tuple[str, ...], said: str) -> None:
    done = foretold(*arguments, "--format", "json")
    document = document_of(done)
    assert (done.returncode, document["error"]) == (2, {"message": said, "exit_code": 2})
    assert done.stderr == f"gpucheck: {said}\n"


def test_no_container_is_started_on_another_host() -> None:
    for words in (("--from", "@dgx-h100"), ("--root", "/tmp")):
        done = run(*words)
        assert (done.returncode, done.stdout) == (2, "")
        assert "add --explain-path" in done.stderr


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
