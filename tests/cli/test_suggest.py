"""``gpucheck suggest`` from outside."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.cli.runner import gpucheck
from tests.tables.folder import schema

A100 = (
    "--driver",
    "550.144.03",
    "--gpu",
    "NVIDIA A100-SXM4-80GB",
    "--toolkit-mode",
    "cdi",
    "--toolkit",
    "1.17.8",
)
NOTHING_RUNS = ("--driver", "390.157", "--gpu", "cc9.0")


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return gpucheck("suggest", *arguments)


def families(*arguments: str) -> dict[str, Any]:
    document = json.loads(run(*arguments, "--format", "json").stdout)
    Draft202012Validator(schema("suggest")).validate(document)
    return {found["repository"]: found for found in document["families"]}


def test_the_usual_families_each_with_images_that_run() -> None:
    found = families(*A100)
    assert list(found) == ["docker.io/nvidia/cuda", "docker.io/pytorch/pytorch", "nvcr.io/nvidia/pytorch"]
    for family in found.values():
        assert family["verdict"] == "runs"
        assert 1 <= len(family["images"]) <= 3
        assert {image["verdict"] for image in family["images"]} == {"runs"}
        assert family["images"][0]["mode"] != "forward-compat"
    # PyTorch's wheels hold machine code for the GPU: minor-version compatibility is enough
    assert found["docker.io/pytorch/pytorch"]["images"][0]["mode"] == "minor-version"
    newest = found["docker.io/nvidia/cuda"]["images"][0]
    assert newest["need"]["cuda"] == "12.4.1"  # what driver 550 has


def test_the_terminal_lists_them_with_what_they_hold() -> None:
    done = run(*A100, "--family", "nvidia/cuda", "--for", "inference", "--limit", "2")
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0] == "ok These run here, the best first:"
    assert "nvidia/cuda" in lines
    rows = [line for line in lines if line.startswith("  ok ")]
    assert len(rows) == 2
    assert all("-runtime-" in row and row.endswith("CUDA 12.4.1 - native") for row in rows)


def test_to_build_with_there_must_be_a_compiler() -> None:
    for image in families(*A100, "--family", "nvidia-cuda", "--for", "build")["docker.io/nvidia/cuda"][
        "images"
    ]:
        assert image["need"]["ships_compiler"] is True


def test_one_tag_of_those_that_differ_in_the_system_alone() -> None:
    images = families(*A100, "--family", "nvidia/cuda", "--limit", "20")["docker.io/nvidia/cuda"]["images"]
    kinds = [(i["need"]["cuda"], i["need"]["flavour"], i["need"]["cudnn"]) for i in images]
    assert len(set(kinds)) == len(kinds) == 20


@pytest.mark.parametrize(
    ("word", "repository"),
    [
        ("nvidia-cuda", "docker.io/nvidia/cuda"),
        ("nvcr.io/nvidia/pytorch", "nvcr.io/nvidia/pytorch"),
        ("vllm", "docker.io/vllm/vllm-openai"),
        ("ngc-pyt", "nvcr.io/nvidia/pytorch"),
    ],
)
def test_names_of_families(word: str, repository: str) -> None:
    assert list(families(*A100, "--family", word, "--limit", "1")) == [repository]


def test_where_nothing_runs_the_reason_is_that_of_the_newest() -> None:
    done = run(*NOTHING_RUNS, "--family", "pytorch/pytorch")
    assert done.returncode == 1
    assert done.stdout.startswith("FAIL No known image of pytorch/pytorch runs here.\n")
    found = families(*NOTHING_RUNS, "--family", "pytorch/pytorch")["docker.io/pytorch/pytorch"]
    assert (found["verdict"], found["images"]) == ("fails", [])
    assert found["reason"].startswith("pytorch/pytorch:")


def test_a_family_without_known_tags_is_not_known() -> None:
    done = run(*A100, "--family", "cupy")
    assert done.returncode == 3
    assert "? no tag of it is known by its name" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["--family", "nvidia-cudda"],
            "gpucheck: --family nvidia-cudda: no such family of images; near it: nvidia-cuda",
        ),
        (["--family", "nvcr.io/"], "gpucheck: --family nvcr.io/: several begin so: "),
        (["--driver", "x"], "gpucheck: --driver x: not a driver version"),
        (["--family", ""], "gpucheck: --family: a name is needed"),
    ],
)
def test_bad_arguments_get_one_line_and_exit_2(arguments: list[str], message: str) -> None:
    done = run(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr
    assert done.stderr.count("\n") == 1
    document = json.loads(run(*arguments, "--format", "json").stdout)
    Draft202012Validator(schema("suggest")).validate(document)
    assert (document["families"], document["error"]["exit_code"]) == ([], 2)


def test_for_a_snapshot(tmp_path: Path) -> None:
    done = run("--from", "@dgx-h100", "--family", "nvidia/cuda", "-o", tmp_path / "list.txt")
    assert (done.returncode, done.stdout) == (0, "")
    assert "  dgx-01 - driver 580.95.05" in (tmp_path / "list.txt").read_text()
