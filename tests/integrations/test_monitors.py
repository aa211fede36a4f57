"""What is shipped for monitors: files that parse, and command lines that are run as they stand there."""

import json
import os
import re
import stat
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.cli.runner import gpucheck
from tests.integrations.commands import INTEGRATIONS, gpucheck_in, read_yaml, run

COMMAND = "/usr/local/bin/gpucheck "
BAD, GOOD = "@mismatch", "@dgx-h100"
NPD = INTEGRATIONS / "node-problem-detector" / "gpucheck-monitor.json"
UNITS = INTEGRATIONS / "prometheus"


def judged(arguments: list[str], host: str) -> tuple[int, str]:
    done = gpucheck(*arguments, env={"GPUCHECK_FROM": host})
    assert done.stderr == ""
    return done.returncode, done.stdout


def test_node_problem_detector() -> None:
    config = json.loads(NPD.read_text())
    (rule,), (condition,) = config["rules"], config["conditions"]
    assert (config["plugin"], rule["type"], rule["condition"]) == ("custom", "permanent", condition["type"])
    assert rule["timeout"] == config["pluginConfig"]["timeout"], "a longer one is refused"
    assert f"{rule['path']} " == COMMAND
    assert judged(rule["args"], GOOD)[0] == 0
    code, said = judged(rule["args"], BAD)
    assert code == 1
    assert len(said.encode().strip()) <= config["pluginConfig"]["max_output_length"]
    assert gpucheck(*rule["args"], env={"GPUCHECK_FROM": "nothing.json"}).returncode == 3


@pytest.mark.parametrize("name", ["gpucheck.cfg", "nrpe.cfg"])
def test_nagios(name: str) -> None:
    text = (INTEGRATIONS / "nagios" / name).read_text()
    (line,) = re.findall(rf"(?:command_line +|command\[\w+\]=){COMMAND}(.*)", text)
    assert judged(line.split(), GOOD)[0] == 0
    code, said = judged(line.split(), BAD)
    assert (code, said.startswith("GPUCHECK CRITICAL - GC212 ")) == (2, True)


def test_the_textfile_is_written_as_the_unit_says(tmp_path: Path) -> None:
    text = (UNITS / "gpucheck-textfile.service").read_text()
    (line,) = re.findall(rf"ExecStart={COMMAND}(.*)", text)
    *arguments, path = line.split()
    assert path == "/var/lib/prometheus/node-exporter/gpucheck.prom"
    target = tmp_path / "gpucheck.prom"
    (umask,) = re.findall(r"UMask=(\d+)", text)
    before = os.umask(int(umask, 8))
    try:
        code, said = judged([*arguments, str(target)], BAD)
    finally:
        os.umask(before)
    assert (code, said) == (1, "")
    assert str(code) in re.findall(r"SuccessExitStatus=(.*)", text)[0].split()
    assert stat.S_IMODE(target.stat().st_mode) == 0o644
    families = {family.name for family in text_string_to_metric_families(target.read_text())}
    rules = [rule["expr"] for rule in read_yaml(UNITS / "gpucheck-rules.yml")["groups"][0]["rules"]]
    assert {name for rule in rules for name in re.findall(r"gpucheck_\w+", rule)} <= families


def test_the_units_are_sound(tmp_path: Path) -> None:
    command = gpucheck_in(tmp_path / "bin")
    for path in UNITS.glob("gpucheck-textfile.*"):
        (tmp_path / path.name).write_text(path.read_text().replace(COMMAND, f"{command} "))
    units = [str(tmp_path / f"gpucheck-textfile.{kind}") for kind in ("service", "timer")]
    done = run(["systemd-analyze", "verify", *units], tmp_path, {})
    said = [line for line in (done.stdout + done.stderr).splitlines() if "gpucheck" in line]
    assert (done.returncode, said) == (0, [])
