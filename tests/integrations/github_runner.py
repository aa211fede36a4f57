"""Runs a composite action as GitHub's runner does: bash, expressions, and the files that steps write to.

Shell and files: https://docs.github.com/en/actions/reference/workflow-syntax-for-github-actions#defaultsrunshell
and https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions#environment-files.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.integrations.commands import read_yaml, run

_EXPRESSION = re.compile(r"\$\{\{ *(inputs|steps)\.([\w.-]+) *\}\}")


@dataclass
class Ran:
    """What came of an action."""

    code: int
    log: str
    outputs: dict[str, str]
    summary: str
    steps: dict[str, dict[str, str]] = field(default_factory=dict)


def run_action(folder: Path, inputs: dict[str, str], place: Path, **env: str) -> Ran:
    """Run the action in ``folder``; its workspace and the runner's files lie below ``place``."""
    action = read_yaml(folder / "action.yml")
    defaults = {name: str(entry.get("default", "")) for name, entry in action["inputs"].items()}
    assert inputs.keys() <= defaults.keys()
    ran = Ran(0, "", {}, "")
    workspace = place / "workspace"
    (place / "temp").mkdir(exist_ok=True)
    workspace.mkdir(exist_ok=True)
    given = defaults | inputs
    for step in action["runs"]["steps"]:
        assert step["shell"] == "bash"
        _run_step(step, given, ran, place, env | {"GITHUB_ACTION_PATH": str(folder)})
        if ran.code:
            break
    ran.outputs = {name: _filled(entry["value"], given, ran) for name, entry in action["outputs"].items()}
    summary = place / "summary"
    ran.summary = summary.read_text() if summary.exists() else ""
    return ran


def _run_step(
    step: dict[str, Any], inputs: dict[str, str], ran: Ran, place: Path, env: dict[str, str]
) -> None:
    script, output = place / "step.sh", place / f"output-{step['id']}"
    script.write_text(_filled(step["run"], inputs, ran))
    output.touch()
    own = {name: _filled(value, inputs, ran) for name, value in step["env"].items()}
    files = {"GITHUB_OUTPUT": str(output), "GITHUB_STEP_SUMMARY": str(place / "summary")}
    base = {"GITHUB_ACTIONS": "true", "CI": "true", "RUNNER_TEMP": str(place / "temp")}
    argv = ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)]
    done = run(argv, place / "workspace", {**base, **env, **files, **own})
    ran.code, ran.log = done.returncode, ran.log + done.stdout + done.stderr
    ran.steps[step["id"]] = _outputs(output.read_text())


def _filled(text: str, inputs: dict[str, str], ran: Ran) -> str:
    def value(match: re.Match[str]) -> str:
        if match[1] == "inputs":
            return inputs[match[2]]
        step, outputs, name = match[2].split(".", 2)
        assert outputs == "outputs"
        return ran.steps.get(step, {}).get(name, "")

    return _EXPRESSION.sub(value, text)


def _outputs(text: str) -> dict[str, str]:
    lines = text.splitlines()
    assert all(re.match(r"[\w-]+=", line) for line in lines), lines
    return dict(line.split("=", 1) for line in lines)
