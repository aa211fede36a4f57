"""The composite action, its steps run as GitHub's runner runs them."""

import os
import shutil
import stat
from pathlib import Path

import pytest

from tests.integrations.commands import INTEGRATIONS, gpucheck_in, lint_shell, read_yaml, valid_by_schema
from tests.integrations.github_runner import Ran, run_action
from tests.render.workflow_commands import commands

ACTION = INTEGRATIONS / "github"
HOSTILE = "$(touch pwned)`touch pwned`\"; touch pwned; '\n::error::owned"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Return a folder for a run, with a gpucheck to be found on PATH."""
    gpucheck_in(tmp_path / "bin")
    return tmp_path


def act(place: Path, host: str = "@dgx-h100", path: str = "", **inputs: str) -> Ran:
    given = {name.replace("_", "-"): value for name, value in inputs.items()}
    path = path or f"{place / 'bin'}:{os.environ['PATH']}"
    return run_action(ACTION, given, place, PATH=path, GPUCHECK_FROM=host)


def test_it_is_an_action_and_the_example_a_workflow() -> None:
    valid_by_schema("vendor.github-actions", ACTION / "action.yml")
    valid_by_schema("vendor.github-workflows", ACTION / "example-workflow.yml")
    lint_shell(ACTION / "install.sh", ACTION / "preflight.sh")


def test_no_input_becomes_shell_text() -> None:
    for step in read_yaml(ACTION / "action.yml")["runs"]["steps"]:
        assert "${{" not in step["run"]


def test_the_example_gives_inputs_that_there_are_and_reads_outputs_that_there_are() -> None:
    action = read_yaml(ACTION / "action.yml")
    text = (ACTION / "example-workflow.yml").read_text()
    (step,) = [
        s
        for s in read_yaml(ACTION / "example-workflow.yml")["jobs"]["train"]["steps"]
        if "gpucheck" in s.get("uses", "")
    ]
    assert step["with"].keys() <= action["inputs"].keys()
    read = {part.split(" ")[0] for part in text.split("steps.gpu.outputs.")[1:]}
    assert read
    assert read <= action["outputs"].keys()


def test_a_ready_runner(place: Path) -> None:
    ran = act(place)
    assert ran.code == 0, ran.log
    assert ran.outputs["ready"] == "true"
    assert (ran.outputs["verdict"], ran.outputs["gpu-count"], ran.outputs["cause"]) == ("ready", "8", "")
    assert ran.outputs["driver-version"]
    assert ran.outputs["cuda-version"]
    assert ran.summary.startswith("### gpucheck: Ready")


def test_a_broken_runner_fails_the_step_and_tells_why(place: Path) -> None:
    ran = act(place, "@mismatch")
    assert ran.code == 1
    assert (ran.outputs["ready"], ran.outputs["check"]) == ("false", "GC212")
    assert ran.outputs["cause"] == "driver_library_mismatch"
    titles = [c.properties["title"] for c in commands(ran.log) if c.name == "error"]
    assert titles[:2] == ["gpucheck", "GC212 driver_library_mismatch"]


def test_inputs_reach_gpucheck(place: Path) -> None:
    workspace = place / "workspace"
    workspace.mkdir()
    (workspace / "mine.toml").write_text("[gpus]\ncount = 4\n")
    ran = act(place, contract="mine.toml")
    assert (ran.code, ran.outputs["check"]) == (1, "GC901")
    images = "nvidia/cuda:12.4.1-base-ubuntu22.04\n\n  ubuntu:24.04 busybox:1.36\n"
    ran = act(place, images=images)
    assert all(name in ran.log for name in images.split())
    assert act(place, "@next-kernel").code == 0
    assert act(place, "@next-kernel", fail_on="warn").code == 1


def test_a_container_is_started_only_when_it_is_asked_for(place: Path) -> None:
    ran = act(place, run="true")
    assert ran.code == 2, "--run looks at this host, and this is another's snapshot"
    assert "--run starts a container on this host" in ran.log
    assert act(place, run="yes").code == 2


def test_what_could_not_be_judged_is_not_ready(place: Path) -> None:
    ran = act(place, contract="none-of-that-name.toml")
    assert ran.code == 2
    assert (ran.outputs["ready"], ran.outputs["verdict"]) == ("false", "undetermined")
    assert [c for c in commands(ran.log) if c.name == "error"]


@pytest.mark.parametrize("name", ["contract", "images", "run", "gpus", "fail_on", "version", "pyz", "python"])
def test_an_input_is_data(name: str, place: Path) -> None:
    ran = act(place, **{name: HOSTILE})
    assert ran.code != 0
    assert not list(place.rglob("pwned"))
    assert not [c for c in commands(ran.log) if c.data.startswith("owned")]


def test_a_single_file_goes_before_what_is_installed(place: Path) -> None:
    folder = place / "workspace" / "a folder's"
    folder.mkdir(parents=True)
    single = folder / "gpucheck.pyz"
    single.write_text("import sys\nprint('single', sys.argv[1:3])\n")
    ran = act(place, pyz="a folder's/gpucheck.pyz")
    assert "single ['preflight', '--ci']" in ran.log
    assert ran.outputs["ready"] == "false", "it said nothing of it"
    ran = act(place, pyz="not-there.pyz")
    assert ran.code == 1
    assert "there is no file at the path that input pyz names" in ran.log


def fake_index(place: Path) -> str:
    """Return a PATH on which python3 is one whose pip installs nothing but says what it was asked for."""
    tools = place / "tools"
    tools.mkdir()
    python = tools / "python3"
    python.write_text(
        "#!/bin/sh\n"
        'case "$1 $2" in\n'
        f'"-m venv") mkdir -p "$3/bin" && cp "$0" "$3/bin/python" ;;\n'
        f'"-m pip") for last; do :; done; echo "asked for $last" && cp {place / "bin" / "gpucheck"} "$(dirname "$0")" ;;\n'
        "esac\n"
    )
    python.chmod(python.stat().st_mode | stat.S_IXUSR)
    needed = ("bash", "sh", "grep", "mkdir", "cp", "dirname", "env", "cat")
    for name in needed:
        found = shutil.which(name)
        assert found
        (tools / name).symlink_to(found)
    return str(tools)


@pytest.mark.parametrize(
    ("version", "asked"),
    [("", "gpucheck-host"), ("0.3.0", "gpucheck-host==0.3.0")],
    ids=["newest", "release"],
)
def test_it_is_installed_from_the_index_where_it_is_not_there(version: str, asked: str, place: Path) -> None:
    ran = act(place, path=fake_index(place), version=version)
    assert ran.code == 0, ran.log
    assert f"asked for {asked}\n" in ran.log
    assert ran.outputs["ready"] == "true"
