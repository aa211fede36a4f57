"""``gpucheck preflight`` as each CI system runs it."""

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from gpucheck.model.fact import Reason
from gpucheck.model.snapshot_file import dump_snapshot
from tests.builders import a_host, unavailable
from tests.cli.runner import gpucheck
from tests.render.workflow_commands import commands

BAD, GOOD = ("--from", "@mismatch"), ("--from", "@dgx-h100")
HOSTILE = "x\n::error::owned\n##[group]y ##vso[task.complete]z\x1b[0Ksection_start:1:a\r%0A]]>"


def outputs(path: Path) -> dict[str, str]:
    return dict(line.split("=", 1) for line in path.read_text().splitlines())


def test_on_github(tmp_path: Path) -> None:
    summary, output = tmp_path / "summary", tmp_path / "output"
    summary.write_text("of the step before\n")
    env = {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(summary), "GITHUB_OUTPUT": str(output)}
    done = gpucheck("preflight", *BAD, env=env, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (1, "")
    said = commands(done.stdout)
    assert [(c.name, c.properties.get("title", "")) for c in said][:4] == [
        ("group", ""),
        ("endgroup", ""),
        ("error", "gpucheck"),
        ("error", "GC212 driver_library_mismatch"),
    ]
    assert summary.read_text().startswith("of the step before\n### gpucheck: Not ready")
    found = outputs(output)
    assert (found["ready"], found["verdict"], found["check"]) == ("false", "not_ready", "GC212")
    assert set(found) == {
        "ready", "verdict", "cause", "check", "driver-version", "cuda-version", "gpu-count",
    }  # fmt: skip
    assert [path.name for path in tmp_path.iterdir()] == ["summary", "output"] or {
        path.name for path in tmp_path.iterdir()
    } == {"summary", "output"}


def test_outputs_of_a_ready_host(tmp_path: Path) -> None:
    output = tmp_path / "output"
    done = gpucheck(
        "preflight", *GOOD, env={"GITHUB_ACTIONS": "true", "GITHUB_OUTPUT": str(output)}, cwd=tmp_path
    )
    assert done.returncode == 0
    assert outputs(output) | {"cuda-version": "", "driver-version": ""} == {
        "ready": "true", "verdict": "ready", "cause": "", "check": "", "driver-version": "",
        "cuda-version": "", "gpu-count": "8",
    }  # fmt: skip


def test_on_gitlab(tmp_path: Path) -> None:
    done = gpucheck("preflight", *BAD, env={"GITLAB_CI": "true"}, cwd=tmp_path)
    assert done.returncode == 1
    first, start, *_ = done.stdout.split("\n")
    assert first.startswith("FAIL Not ready: ")
    assert start.startswith("\x1b[0Ksection_start:")
    assert start.endswith(
        ":gpucheck[collapsed=true]"
    )  # and a carriage return, which text mode has made a newline
    assert done.stdout.count("section_start:") == done.stdout.count("section_end:") == 1
    root = ET.parse(tmp_path / "gpucheck-junit.xml").getroot()
    assert int(root.attrib["failures"]) > 0


@pytest.mark.parametrize("variable", [{"JENKINS_URL": "https://ci.example/"}, {"TF_BUILD": "True"}])
def test_on_jenkins_and_azure(variable: dict[str, str], tmp_path: Path) -> None:
    done = gpucheck("preflight", *GOOD, env=variable, cwd=tmp_path)
    assert done.returncode == 0
    assert done.stdout.startswith("ok Ready for GPU containers")
    assert ET.parse(tmp_path / "gpucheck-junit.xml").getroot().attrib["failures"] == "0"


def test_elsewhere_and_by_choice(tmp_path: Path) -> None:
    done = gpucheck("preflight", *GOOD, cwd=tmp_path)
    assert done.stdout.startswith("ok Ready for GPU containers")
    assert list(tmp_path.iterdir()) == []
    gpucheck("preflight", *GOOD, "--ci", "jenkins", "--junit", "none", cwd=tmp_path)
    assert list(tmp_path.iterdir()) == []
    gpucheck("preflight", *GOOD, "--junit", "mine.xml", cwd=tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.xml"]


@pytest.mark.parametrize("ci", ["github", "gitlab", "jenkins", "azure", "plain"])
def test_texts_of_the_host_are_no_commands(ci: str, tmp_path: Path) -> None:
    host = a_host({"platform.hostname": HOSTILE, "docker.info": unavailable(Reason.FAILED, HOSTILE)})
    path = tmp_path / "hostile.json"
    path.write_text(dump_snapshot(host))
    summary, output = tmp_path / "summary", tmp_path / "output"
    env = {"GITHUB_STEP_SUMMARY": str(summary), "GITHUB_OUTPUT": str(output)}
    done = gpucheck("preflight", "--from", path, "--ci", ci, "--junit", "none", env=env, cwd=tmp_path)
    assert done.returncode in {1, 3}
    log = done.stdout if ci == "github" else done.stdout.replace("\x1b[0K", "")
    assert not [c for c in commands(log) if c.name not in {"group", "endgroup", "error", "warning", "notice"}]
    assert not [c for c in commands(log) if c.data == "owned"]
    assert ci == "github" or "##vso[" not in log
    assert done.stdout.count("section_start:1:a\r") == 0
    if ci == "github":
        assert set(outputs(output)) == {
            "ready", "verdict", "cause", "check", "driver-version", "cuda-version", "gpu-count",
        }  # fmt: skip


def test_the_contract_counts(tmp_path: Path) -> None:
    (tmp_path / "gpucheck.toml").write_text("[gpus]\ncount = 4\n")
    done = gpucheck("preflight", *GOOD, cwd=tmp_path)
    assert done.returncode == 1
    assert "8 GPUs, where 4 is agreed" in done.stdout
