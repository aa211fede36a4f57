"""The include file for GitLab: valid, and its script run as GitLab Runner's shells run it."""

import os
import shutil
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.integrations.commands import INTEGRATIONS, gpucheck_in, lint_shell, read_yaml, run, valid_by_schema

GITLAB = INTEGRATIONS / "gitlab"
INCLUDE = GITLAB / "gpucheck.gitlab-ci.yml"
# what the runner wraps a job's lines in: https://docs.gitlab.com/runner/shells/
SHELLS = {"bash": ["bash", "-eo", "pipefail"], "dash": ["dash", "-e"]}


@pytest.fixture(params=SHELLS)
def job(request: pytest.FixtureRequest, tmp_path: Path) -> "Job":
    return Job(tmp_path, SHELLS[request.param])


class Job:
    """A job that extends .gpucheck."""

    def __init__(self, folder: Path, shell: list[str]) -> None:
        self.folder, self._shell = folder / "project", shell
        self.folder.mkdir()
        self.path = f"{folder / 'bin'}:{os.environ['PATH']}"
        gpucheck_in(folder / "bin")

    def run(self, host: str, **variables: str) -> tuple[int, str]:
        hidden = read_yaml(INCLUDE)[".gpucheck"]
        env = {
            "GITLAB_CI": "true",
            "PATH": self.path,
            "GPUCHECK_FROM": host,
            "TMPDIR": str(self.folder.parent),
        }
        done = run(
            self._shell, self.folder, {**env, **hidden["variables"], **variables}, "\n".join(hidden["script"])
        )
        left = [path.name for path in self.folder.parent.glob("tmp.*")]
        assert left == [], "the temporary folder is gone"
        return done.returncode, done.stdout + done.stderr


def test_the_files_are_valid() -> None:
    for path in GITLAB.glob("*.yml"):
        valid_by_schema("vendor.gitlab-ci", path, "--data-transform", "gitlab-ci")


def test_the_script_is_sound(tmp_path: Path) -> None:
    script = tmp_path / "script.sh"
    script.write_text("#!/bin/sh\n" + "\n".join(read_yaml(INCLUDE)[".gpucheck"]["script"]))
    lint_shell(script)


def test_the_example_refers_to_what_there_is() -> None:
    include, example = read_yaml(INCLUDE), read_yaml(GITLAB / "example.gitlab-ci.yml")
    assert example["train"]["before_script"] == [[".gpucheck", "script"]]
    assert include[".gpucheck"]["script"]
    assert include["gpucheck"]["extends"] == ".gpucheck"
    assert example["train"]["retry"]["exit_codes"] == [75], "that of before-job"


def test_a_ready_runner(job: Job) -> None:
    code, log = job.run("@dgx-h100")
    assert code == 0, log
    assert log.startswith("ok Ready for GPU containers")
    assert log.count("section_start:") == log.count("section_end:") == 1
    report = read_yaml(INCLUDE)[".gpucheck"]["artifacts"]["reports"]["junit"]
    assert ET.parse(job.folder / report).getroot().attrib["failures"] == "0"


def test_a_broken_one_fails_the_job_and_leaves_the_report(job: Job) -> None:
    code, log = job.run("@mismatch")
    assert code == 1
    assert log.startswith("FAIL Not ready: ")
    assert int(ET.parse(job.folder / "gpucheck-junit.xml").getroot().attrib["failures"]) > 0


def test_variables_are_options(job: Job) -> None:
    (job.folder / "ci.toml").write_text("[gpus]\ncount = 4\n")
    code, log = job.run("@dgx-h100", GPUCHECK_CONTRACT="ci.toml", GPUCHECK_IMAGE="ubuntu:24.04 busybox:1.36")
    assert code == 1
    assert "8 GPUs, where 4 is agreed" in log
    assert "busybox:1.36" in log
    assert job.run("@next-kernel", GPUCHECK_FAIL_ON="warn")[0] == 1
    assert job.run("@dgx-h100", GPUCHECK_CONTRACT="not-there.toml")[0] == 2


def test_a_single_file_goes_before_what_is_installed(job: Job) -> None:
    single = job.folder / "the file's.pyz"
    single.write_text("import sys\nprint('single', sys.argv[1:])\n")
    assert job.run("@dgx-h100", GPUCHECK_PYZ=single.name) == (0, "single ['preflight']\n")


def test_it_is_installed_from_the_index_where_it_is_not_there(job: Job) -> None:
    tools = job.folder.parent / "tools"
    tools.mkdir()
    for name in ("env", "sh", "mktemp", "rm", "mkdir", "cp", "dirname", "bash", "dash"):
        found = shutil.which(name)
        assert found
        (tools / name).symlink_to(found)
    python = tools / "python3"
    python.write_text(
        "#!/bin/sh\n"
        'case "$1 $2" in\n'
        '"-m venv") mkdir -p "$3/bin" && cp "$0" "$3/bin/python" ;;\n'
        f'"-m pip") for last; do :; done; echo "asked for $last"; cp {job.folder.parent}/bin/gpucheck "$(dirname "$0")" ;;\n'
        "esac\n"
    )
    python.chmod(0o755)
    job.path = str(tools)
    assert job.run("@dgx-h100")[1].startswith("asked for gpucheck-host\nok Ready")
    assert job.run("@dgx-h100", GPUCHECK_VERSION="0.3.0")[1].startswith(
        "asked for gpucheck-host==0.3.0\nok Ready"
    )
    python.write_text("#!/bin/sh\nexit 1\n")
    assert job.run("@dgx-h100")[0] == 4
