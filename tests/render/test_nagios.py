"""The output of a Nagios plugin, read back by its grammar."""

import re
from dataclasses import replace

import pytest

from gpucheck.model.choices import ExitCodes, FailOn
from gpucheck.model.report import GpuReading, Report, exit_code
from gpucheck.render import nagios, npd
from gpucheck.render._options import Options
from tests.render import reports

# https://www.monitoring-plugins.org/doc/guidelines.html: 'label'=value[UOM];[warn];[crit];[min];[max]
DATUM = re.compile(r"'([^'=]+)'=(-?\d+(?:\.\d+)?)(s|%|B|c)?;([\d.:@~]*);([\d.:@~]*);([\d.]*);?([\d.]*)$")
STATES = {0: "OK", 1: "WARNING", 2: "CRITICAL", 3: "UNKNOWN"}


def read(text: str) -> tuple[str, dict[str, tuple[float, str, str]], list[str]]:
    """Return the text, the performance data (value, warn, crit) and the further lines."""
    first, *more = text.splitlines()
    said, bar, data = first.partition("|")
    assert bar
    found = {}
    for word in data.split():
        match = DATUM.match(word)
        assert match, word
        found[match[1]] = (float(match[2]), match[4], match[5])
    assert not any("|" in line for line in more)
    return said.rstrip(), found, more


@pytest.mark.parametrize("fail_on", FailOn)
@pytest.mark.parametrize("name", reports.EVERY)
def test_every_report_has_its_state_in_text_and_code(name: str, fail_on: FailOn) -> None:
    report = reports.EVERY[name]
    text = nagios.render(report, Options(fail_on=fail_on))
    assert text.isascii()
    said, data, _ = read(text)
    assert len(said) <= 80
    code = exit_code(report, fail_on, ExitCodes.NAGIOS)
    assert said.startswith(f"GPUCHECK {STATES[code]} - ")
    assert {"failures", "warnings", "unknown", "time"} <= data.keys()
    assert ("gpus" in data) is (name != "empty")  # where nobody could tell there is no number


@pytest.mark.parametrize(
    ("name", "code"),
    [("ready", 0), ("ready_with_notes", 1), ("not_ready", 2), ("undetermined", 3), ("tolerated", 0)],
)
def test_codes(name: str, code: int) -> None:
    report = reports.EVERY[name]
    assert exit_code(report, FailOn.FAIL, ExitCodes.NAGIOS) == code
    assert exit_code(report, FailOn.NEVER, ExitCodes.NAGIOS) == 0


def test_performance_data_and_lines() -> None:
    host = replace(
        reports.HOST, gpu_readings=(GpuReading(0, 61, 92), GpuReading(1, None, None), GpuReading(2, 40))
    )
    said, data, more = read(nagios.render(replace(reports.NOT_READY, host=host), Options()))
    assert said == "GPUCHECK CRITICAL - GC212 libraries 550.163.01, module 550.144.03"
    assert data["failures"] == (2, "", "0")
    assert data["warnings"] == (4, "0", "")
    assert data["time"][0] == 0.19
    assert {k: v for k, v in data.items() if k.startswith("gpu")} == {
        "gpus": (2, "", ""),
        "gpu0_temperature": (61, "", "92"),
        "gpu2_temperature": (40, "", ""),
    }
    assert more[0] == "GC212 fail: libraries 550.163.01, module 550.144.03"
    assert more[1:3] == ["  fix: Reboot, or reload the module.", "    sudo systemctl reboot"]


def test_a_run_that_could_not_judge() -> None:
    text = nagios.failure(reports.HOSTILE, 2, "0.1.0")
    assert text.startswith("GPUCHECK UNKNOWN - ")
    assert len(text.rstrip("\n")) <= 80
    assert text.count("\n") == 1


@pytest.mark.parametrize("name", reports.EVERY)
def test_node_problem_detector_gets_one_line_of_80_bytes(name: str) -> None:
    report: Report = reports.EVERY[name]
    text = npd.render(report, Options())
    assert text.isascii()
    assert text.count("\n") == 1
    assert 0 < len(text.rstrip("\n").encode()) <= 80
    assert exit_code(report, FailOn.FAIL, ExitCodes.NPD) in {0, 1, 3}


def test_what_node_problem_detector_reads() -> None:
    assert npd.render(reports.NOT_READY, Options()) == "GC212 libraries 550.163.01, module 550.144.03\n"
    assert npd.render(reports.READY, Options()) == "Ready for GPU containers.\n"
    assert len(npd.failure(reports.HOSTILE, 4, "0.1.0")) <= 81
