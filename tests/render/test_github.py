"""Workflow commands of GitHub, read back as its runner reads them."""

from dataclasses import replace

import pytest

from gpucheck.model.choices import FailOn
from gpucheck.model.report import Report
from gpucheck.render import github
from gpucheck.render._options import Options
from gpucheck.render.ci_log import harmless
from tests.render import reports
from tests.render.workflow_commands import Command, commands


@pytest.mark.parametrize("name", reports.EVERY)
def test_each_line_is_one_annotation_and_there_are_ten_at_most(name: str) -> None:
    text = github.render(reports.EVERY[name], Options())
    found = commands(text)
    assert len(found) == len(text.splitlines()) <= 10
    assert {command.name for command in found} <= {"error", "warning", "notice"}
    assert all(set(command.properties) == {"title"} for command in found)


def test_the_answer_first_then_the_worst() -> None:
    found = commands(github.render(reports.NOT_READY, Options()))
    assert [(c.name, c.properties["title"]) for c in found] == [
        ("error", "gpucheck"),
        ("error", "GC212 driver_library_mismatch"),
        ("error", "GC404 no_legacy_nvidia_docker"),
        ("error", "GC313 kernel_log_without_xid"),
        ("warning", "GC314 gpu_hardware_slowdown"),
    ]
    assert found[0].data == (
        "Not ready: libraries 550.163.01, module 550.144.03. Reboot, or reload the module."
    )
    assert found[1].data == (
        "libraries 550.163.01, module 550.144.03\n"
        "the package was upgraded under the running module, 2 h ago\n"
        "Fix: Reboot, or reload the module.\n"
        "  sudo systemctl reboot\n"
        "What follows from it: GC215, GC302"
    )


def test_a_ready_host_is_a_notice_and_what_is_tolerated_is_none() -> None:
    assert commands(github.render(reports.READY, Options())) == [
        Command("notice", {"title": "gpucheck"}, "Ready for GPU containers.")
    ]
    assert len(commands(github.render(reports.TOLERATED, Options()))) == 1


def test_of_many_the_rest_is_counted() -> None:
    found = commands(github.render(reports.MANY, Options()))
    assert len(found) == 10
    assert found[0].data.endswith("4991 more complaints are in the report.")


def test_what_was_not_read_and_decides_nothing_is_told_where_that_is_asked() -> None:
    report = reports.a_report(replace(reports.UNREAD, decides=False))
    assert len(commands(github.render(report, Options()))) == 1
    assert len(commands(github.render(report, Options(fail_on=FailOn.UNKNOWN)))) == 2


@pytest.mark.parametrize(
    ("report", "fail_on", "levels"),
    [
        (reports.READY_WITH_NOTES, FailOn.FAIL, ["notice", "warning"]),
        # red where the step is red: the answer says what the exit code says
        (reports.READY_WITH_NOTES, FailOn.WARN, ["error", "error"]),
        (reports.READY_WITH_NOTES, FailOn.UNKNOWN, ["error", "error", "warning"]),
        (reports.NOT_READY, FailOn.NEVER, ["warning", "error", "error", "error", "warning"]),
    ],
)
def test_levels(report: Report, fail_on: FailOn, levels: list[str]) -> None:
    assert [c.name for c in commands(github.render(report, Options(fail_on=fail_on)))] == levels


def test_a_run_that_could_not_judge() -> None:
    (command,) = commands(github.failure(reports.HOSTILE, 2, "0.1.0"))
    assert (command.name, command.properties) == ("error", {"title": "gpucheck 0.1.0 ended with 2"})


@pytest.mark.parametrize(
    "line", ["::error::x", "  ::set-output name=a::b", "a ##[add-mask]b", "\t::stop-commands::x"]
)
def test_a_log_made_harmless_holds_no_command(line: str) -> None:
    assert commands(line)
    assert commands(harmless(f"fine\n{line}\n")) == []
    assert "##vso[" not in harmless("x ##vso[task.complete result=Failed;]\n")
