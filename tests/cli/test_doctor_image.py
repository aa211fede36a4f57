"""``gpucheck doctor --image`` from outside: the same verdicts as a check of the report."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from gpucheck.model.snapshot_file import dump_snapshot
from tests.builders import a_host
from tests.cli.runner import gpucheck
from tests.tables.folder import schema

CUDA = "nvidia/cuda:12.4.1-base-ubuntu22.04"
ALONE = {"DOCKER_HOST": "unix:///nonexistent.sock"}


@pytest.fixture
def healthy(tmp_path: Path) -> Path:
    path = tmp_path / "healthy.json"
    path.write_text(dump_snapshot(a_host()))
    return path


def doctor(*arguments: str | Path, **env: str) -> subprocess.CompletedProcess[str]:
    return gpucheck("doctor", "--offline", *arguments, env=ALONE | env)


def as_json(*arguments: str | Path, **env: str) -> Any:
    document = json.loads(doctor(*arguments, "--format", "json", **env).stdout)
    Draft202012Validator(schema("report")).validate(document)
    return document


def test_an_image_that_runs_gets_a_section(healthy: Path) -> None:
    done = doctor("--from", healthy, "--image", CUDA)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("ok Ready for GPU containers.\n")
    assert f"Image\n  ok {CUDA}: CUDA 12.4.1, native on driver 580.95.05\n" in done.stdout


def test_without_an_image_nothing_is_said_of_images(healthy: Path) -> None:
    assert "Image" not in doctor("--from", healthy, "-v").stdout
    assert as_json("--from", healthy)["images"] == []


def test_several_images_and_their_entries_are_those_of_the_image_command(healthy: Path) -> None:
    report = as_json("--from", healthy, "--image", CUDA, "--image", "ubuntu:24.04", "--image", "myco/x:1")
    images = json.loads(
        gpucheck(
            "image",
            CUDA,
            "ubuntu:24.04",
            "myco/x:1",
            "--offline",
            "--from",
            healthy,
            "--format=json",
            env=ALONE,
        ).stdout
    )
    assert report["images"] == images["images"]
    found = {f["subject"]: f["status"] for f in report["findings"] if f["check"] == "GC601"}
    assert found == {CUDA: "pass", "ubuntu:24.04": "pass", "myco/x:1": "unknown"}
    assert report["verdict"] == "undetermined"


def test_an_image_that_does_not_run_makes_the_host_not_ready(healthy: Path) -> None:
    done = doctor("--from", healthy, "--image", "rocm/pytorch:latest")
    assert done.returncode == 1
    assert done.stdout.startswith("FAIL Not ready: rocm/pytorch:latest: ")
    assert "GC601 image_for_other_vendor" in done.stdout
    assert "      fix  Take the CUDA build of the same software" in done.stdout


def test_the_host_as_it_will_be_once_it_is_mended() -> None:
    done = doctor("--from", "@mismatch", "--image", CUDA)
    assert done.returncode == 1
    assert "once GC212 is fixed" in " ".join(done.stdout.split())


def test_an_image_that_nobody_knows_leaves_the_answer_open(healthy: Path) -> None:
    done = doctor("--from", healthy, "--image", "myco/x:1")
    assert done.returncode == 3
    assert done.stdout.startswith("? Could not determine whether myco/x:1 would run here.\n")
    assert "why  local engine: not there - registry: not asked (--offline)" in done.stdout


def test_the_check_can_be_left_out_and_the_entry_stays(healthy: Path) -> None:
    report = as_json("--from", healthy, "--image", "myco/x:1", "--skip", "image")
    assert report["verdict"] == "ready"
    assert [image["verdict"] for image in report["images"]] == ["unknown"]


def test_images_of_the_environment(healthy: Path) -> None:
    report = as_json("--from", healthy, GPUCHECK_IMAGE=f"{CUDA} ubuntu:24.04")
    assert [image["ref"] for image in report["images"]] == [CUDA, "ubuntu:24.04"]


def test_a_malformed_reference_is_one_line_before_anything_is_looked_at() -> None:
    done = doctor("--image", "a b", "--image", CUDA)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("gpucheck: 'a b' is no image reference")
    assert done.stderr.count("\n") == 1
    document = json.loads(doctor("--image", "a b", "--format", "json").stdout)
    Draft202012Validator(schema("report")).validate(document)
    assert document["error"]["exit_code"] == 2


def test_this_machine_with_an_image() -> None:
    report = as_json("--image", CUDA)
    assert [image["ref"] for image in report["images"]] == [CUDA]


def test_markdown_has_the_section_too(healthy: Path) -> None:
    text = doctor("--from", healthy, "--image", CUDA, "--format", "markdown").stdout
    assert "\n**Image**\n" in text
    assert "(GC601)" in text
