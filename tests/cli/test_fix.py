"""``gpucheck fix`` from outside."""

import json
import re
import stat
import subprocess
from pathlib import Path

import pytest

from gpucheck.model.host import HostSnapshot
from gpucheck.model.snapshot_file import dump_snapshot
from tests.builders import a_host
from tests.cli.runner import gpucheck

DOCS = Path(__file__).parents[2] / "docs" / "fix.md"


def snapshot(folder: Path, host: HostSnapshot) -> str:
    path = folder / "host.json"
    path.write_text(dump_snapshot(host))
    return str(path)


@pytest.mark.parametrize("form", ["text", "shell", "ansible", "json"])
def test_every_format_of_a_plan(form: str) -> None:
    done = gpucheck("fix", "--from", "@no-toolkit", "--format", form)
    assert (done.returncode, done.stderr) == (1, "")
    assert "nvidia-container-toolkit" in done.stdout
    assert done.stdout.endswith("\n")
    assert not done.stdout.endswith("\n\n")


@pytest.mark.parametrize(
    ("host", "code"), [(a_host(), 0), (HostSnapshot(), 3)], ids=["healthy", "nothing_collected"]
)
def test_the_exit_code(host: HostSnapshot, code: int, tmp_path: Path) -> None:
    assert gpucheck("fix", "--from", snapshot(tmp_path, host)).returncode == code


def test_the_plan_is_written_to_a_file(tmp_path: Path) -> None:
    target = tmp_path / "fix.sh"
    done = gpucheck("fix", "--from", "@mismatch", "--format", "shell", "-o", target)
    assert (done.returncode, done.stdout) == (1, "")
    subprocess.run(["/bin/sh", "-n", target], check=True, timeout=60)
    assert not target.stat().st_mode & stat.S_IXUSR, "it is read before it is run"


def test_selection() -> None:
    def planned(*options: str) -> tuple[int, list[list[str]]]:
        done = gpucheck("fix", "--from", "@no-driver", "--format", "json", *options)
        steps = json.loads(done.stdout)["steps"]
        return done.returncode, [[reason["check"] for reason in step["reasons"]] for step in steps]

    assert planned("--only", "GC513") == (1, [["GC401"]])
    assert planned("--only", "toolkit") == (1, [["GC401"]])
    assert planned("--skip", "driver") == (1, [["GC401"], ["GC509"], []])
    assert planned("--no-warnings") == (1, [["GC201"], ["GC401"], []])
    assert planned("--only", "GC101") == (0, [])


def test_settings_in_force_are_shown() -> None:
    for form in ("text", "shell", "ansible", "json"):
        done = gpucheck("fix", "--from", "@no-driver", "--format", form, "--only", "GC401")
        assert "GPUCHECK_ONLY=GC401" in done.stdout, form
    assert "GPUCHECK_WARNINGS=0" in gpucheck("fix", "--from", "@no-driver", "--no-warnings").stdout


def test_usage_errors_are_one_line_and_a_document() -> None:
    done = gpucheck("fix", "--from", "@no-drive", "--format", "json")
    assert done.returncode == 2
    assert "did you mean @no-driver?" in done.stderr
    assert json.loads(done.stdout)["error"]["exit_code"] == 2
    assert gpucheck("fix", "--only", "GC999", "--from", "@mismatch").returncode == 2
    assert gpucheck("fix", "--root", "/nonexistent").returncode == 2


def test_this_machine_gets_a_plan_and_is_left_alone() -> None:
    done = gpucheck("fix", "--format", "json")
    assert done.returncode in {0, 1, 3}
    assert json.loads(done.stdout)["error"] is None


def test_the_example_of_the_documentation_is_fresh() -> None:
    shown = re.search(
        r"<!-- fix example -->\n```\n(.*?)```\n<!-- /fix example -->", DOCS.read_text(), re.DOTALL
    )
    assert shown is not None
    done = gpucheck("fix", "--from", "@no-toolkit", env={"COLUMNS": "100", "LC_ALL": "C.UTF-8"})
    assert shown[1] == f"$ gpucheck fix --from @no-toolkit\n{done.stdout}"


def test_every_command_of_the_documentation_runs(tmp_path: Path) -> None:
    snapshot(tmp_path, a_host())
    commands = re.findall(r"^    gpucheck (fix.*?)(?:  .*)?$", DOCS.read_text(), re.MULTILINE)
    assert len(commands) >= 4
    for command in commands:
        done = gpucheck(*command.split(), cwd=tmp_path)
        assert done.returncode in {0, 1, 3}, command
        assert "Traceback" not in done.stderr
    assert (tmp_path / "fix.sh").read_text().startswith("#!/bin/sh\n")
    assert (tmp_path / "fix.yml").read_text().startswith("---\n")
