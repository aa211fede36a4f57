"""The Test Anything Protocol, read back by a consumer of it."""

from itertools import takewhile
from typing import Any

import pytest
from tap.parser import Parser

from gpucheck.model.choices import FailOn
from gpucheck.model.report import exit_code
from gpucheck.render import tap
from gpucheck.render._options import Options
from tests.render import reports


def read(text: str) -> list[Any]:
    return list(Parser().parse_text(text))


def results_of(text: str) -> list[Any]:
    return [line for line in read(text) if line.category == "test"]


@pytest.mark.parametrize("fail_on", [FailOn.FAIL, FailOn.WARN, FailOn.UNKNOWN])
@pytest.mark.parametrize("name", reports.EVERY)
def test_every_report_is_read_as_what_it_is(name: str, fail_on: FailOn) -> None:
    report = reports.EVERY[name]
    text = tap.render(report, Options(fail_on=fail_on))
    assert text.isascii()
    lines = read(text)
    assert not [line for line in lines if line.category in {"unknown", "bail"}]
    (plan,) = (line for line in lines if line.category == "plan")
    found = [line for line in lines if line.category == "test"]
    assert plan.expected_tests == len(found)
    assert len(found) - len(report.findings) == any("gpucheck verdict" in line.description for line in found)
    assert [line.number for line in found] == list(range(1, len(found) + 1))
    if fail_on is not FailOn.NEVER:
        assert any(not line.ok for line in found) is bool(exit_code(report, fail_on))


def test_results_and_directives() -> None:
    found = {line.description: line for line in results_of(tap.render(reports.NOT_READY, Options()))}
    assert found["- GC101 nvidia_gpu_present"].ok
    assert found["- GC109 wsl_driver_present"].skip
    assert not found["- GC212 libraries_match_module"].ok
    assert not found["- GC313 kernel_log_without_xid"].ok
    assert found["- GC302 kernel_log_without_xid"].skip


def block(text: str, check: str) -> Any:
    """Return the YAML block below the test of a check."""
    import yaml

    lines = iter(text.splitlines())
    for line in lines:
        if f"- {check} " in line:
            break
    assert next(lines) == "  ---"
    return yaml.safe_load("\n".join(line[2:] for line in takewhile(lambda x: x != "  ...", lines)))


def test_the_block_below_a_failure() -> None:
    assert block(tap.render(reports.NOT_READY, Options()), "GC212") == {
        "message": "libraries 550.163.01, module 550.144.03",
        "severity": "fail",
        "cause": "driver_library_mismatch",
        "because_of": [],
        "why": "the package was upgraded under the running module, 2 h ago",
        "seen": ["libraries.libnvidia_ml.version = 550.163.01"],
        "fix": "Reboot, or reload the module.",
        "commands": ["sudo systemctl reboot"],
    }


def test_host_text_is_no_directive() -> None:
    from dataclasses import replace

    finding = replace(reports.MISMATCH, subject="x # SKIP not today\nok 7")
    text = tap.render(reports.a_report(finding, cause=finding), Options())
    (line,) = results_of(text)
    assert (line.ok, line.skip) == (False, False)


def test_a_run_that_could_not_judge_bails_out() -> None:
    lines = read(tap.failure(f"cannot read {reports.HOSTILE}", 2, "0.1.0"))
    assert [line.category for line in lines] == ["version", "plan", "bail"]
