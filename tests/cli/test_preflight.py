"""``gpucheck preflight`` as each CI system runs it."""

from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from gpucheck.cli import github_files
from gpucheck.model.choices import Format
from gpucheck.model.fact import Reason
from gpucheck.model.snapshot_file import dump_snapshot
from gpucheck.render import Options, render
from tests.builders import a_host, unavailable
from tests.cli.runner import gpucheck
from tests.render import reports
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


@pytest.mark.parametrize(
    ("variables", "place"),
    [
        ({"BUILD_TAG": "jenkins-job-7"}, "junit"),  # Jenkins does not always know its URL
        ({"BUILD_TAG": "mine"}, "plain"),
        ({"GITHUB_ACTIONS": "false", "GITLAB_CI": "0", "TF_BUILD": "False"}, "plain"),
        ({"GITHUB_ACTIONS": "true", "GITEA_ACTIONS": "true", "JENKINS_URL": "https://ci.example/"}, "github"),
        ({"GITHUB_ACTIONS": "true", "ACT": "true"}, "github"),
        ({"GITLAB_CI": "true", "JENKINS_URL": "https://ci.example/"}, "gitlab"),
    ],
)
def test_the_system_is_told_by_what_it_sets(variables: dict[str, str], place: str, tmp_path: Path) -> None:
    done = gpucheck("preflight", *GOOD, env=variables, cwd=tmp_path)
    assert done.returncode == 0
    assert done.stdout.startswith("::group::") is (place == "github")
    assert ("section_start" in done.stdout) is (place == "gitlab")
    assert (tmp_path / "gpucheck-junit.xml").exists() is (place in {"junit", "gitlab"})


def test_files_that_cannot_be_written_cost_no_verdict(tmp_path: Path) -> None:
    output = tmp_path / "output"
    env = {"GITHUB_STEP_SUMMARY": str(tmp_path / "no" / "summary"), "GITHUB_OUTPUT": str(output)}
    done = gpucheck("preflight", *BAD, "--ci", "github", "--junit", tmp_path / "no" / "x", env=env)
    assert done.returncode == 1
    assert [line.split(": ")[:2] for line in done.stderr.splitlines()] == [
        ["gpucheck", f"cannot write {tmp_path}/no/x"],
        ["gpucheck", f"cannot write {tmp_path}/no/summary"],
    ]
    assert outputs(output)["verdict"] == "not_ready"


def test_a_report_that_was_asked_for_and_is_not_there_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "gpucheck-junit.xml").mkdir()
    asked = gpucheck("preflight", *GOOD, "--junit", "no/x", cwd=tmp_path)
    assert (asked.returncode, asked.stderr) == (
        2,
        "gpucheck: cannot write no/x: No such file or directory\n",
    )
    unasked = gpucheck("preflight", *GOOD, "--ci", "gitlab", cwd=tmp_path)
    assert unasked.returncode == 0
    assert unasked.stderr.startswith("gpucheck: cannot write gpucheck-junit.xml: ")


@pytest.mark.parametrize("ci", ["github", "gitlab", "jenkins", "plain"])
def test_a_run_that_could_not_judge_is_told_in_the_place_s_way(ci: str, tmp_path: Path) -> None:
    (tmp_path / "gpucheck.toml").write_text("[gpus]\ncout = 8\n")
    output = tmp_path / "output"
    done = gpucheck("preflight", *GOOD, "--ci", ci, env={"GITHUB_OUTPUT": str(output)}, cwd=tmp_path)
    message = "gpucheck.toml:2: no key is called gpus.cout; did you mean gpus.count?"
    assert (done.returncode, done.stderr) == (2, f"gpucheck: {message}\n")
    if ci == "github":
        (command,) = commands(done.stdout)
        assert (command.name, command.data) == ("error", message)
        assert outputs(output) == {"ready": "false", "verdict": "undetermined"}
    assert (tmp_path / "gpucheck-junit.xml").exists() is (ci in {"gitlab", "jenkins"})
    if ci == "gitlab":
        (error,) = ET.parse(tmp_path / "gpucheck-junit.xml").getroot().iter("error")
        assert error.attrib["message"] == message


def test_a_summary_is_no_longer_than_github_takes_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By bytes: of one that is longer GitHub shows nothing."""
    warned = (replace(reports.WARNED[0], title=f"{'é' * 90} {number}") for number in range(40))
    report = reports.a_report(*warned, cause=reports.WARNED[0])
    whole = render(report, Format.MARKDOWN, Options())
    for limit in (len(whole.encode()), 3000, 3001):
        monkeypatch.setattr(github_files, "_MAX_SUMMARY", limit)
        github_files.tell_github(report, {"GITHUB_STEP_SUMMARY": str(tmp_path / str(limit))}.get)
    assert (tmp_path / str(len(whole.encode()))).read_text() == f"{whole}\n"
    for limit in (3000, 3001):
        data = (tmp_path / str(limit)).read_bytes()
        text, rest, _ = data.decode().partition("\n\nThe rest is in the log of the step.\n")
        assert rest
        assert 2700 < len(text.encode()) <= limit
        assert whole.startswith(f"{text}\n")


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
