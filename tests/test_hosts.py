"""Whole hosts, laid out file by file: what gpucheck finds there, and what it says of it first."""

import json
import re
from pathlib import Path

import pytest

from gpucheck.evaluate import evaluate
from gpucheck.explaining import explain
from gpucheck.model.choices import Format
from gpucheck.model.finding import Finding, Status
from gpucheck.model.report import Report
from gpucheck.model.snapshot_file import dump_snapshot
from gpucheck.render import Options, render
from gpucheck.tables import Tables, load_tables
from tests.cli.runner import gpucheck
from tests.hosts.scenarios import Scenario, found_on, scenarios

EVERY = scenarios()
FAULTY = [scenario for scenario in EVERY if scenario.cause]
HEALTHY = [scenario for scenario in EVERY if not scenario.cause]
ASIDE = "driver_branch_end_of_life"  # of many real reports: the driver is of its time


@pytest.fixture(scope="module")
def tables() -> Tables:
    return load_tables()


def complaints(report: Report, *statuses: Status) -> dict[str, Finding]:
    """Return the findings that no other explains, by their cause."""
    return {f.cause: f for f in report.findings if f.status in statuses and not f.because_of}


@pytest.mark.parametrize("scenario", FAULTY, ids=lambda s: s.name)
def test_the_root_cause_leads(scenario: Scenario, tables: Tables) -> None:
    report = evaluate(found_on(scenario), tables)
    assert not [f"{f.check} {f.detail}" for f in report.findings if f.status is Status.ERROR]
    assert report.verdict.value == scenario.verdict
    if scenario.verdict == "ready":  # a fault that waits is warned of, and nothing else is
        assert report.cause is None
        assert complaints(report, Status.WARN).keys() - {ASIDE} == {scenario.cause}
    else:
        assert report.cause is not None
        assert report.cause.cause == scenario.cause
        assert complaints(report, Status.FAIL).keys() == {scenario.cause}, (
            "one root, all else follows from it"
        )
    unread = [f for f in report.findings if f.status is Status.UNKNOWN and not f.because_of]
    silent = {f.check for f in unread if any(e.fact.startswith(("nvml.", "cuda.")) for e in f.evidence)}
    assert silent == set(), "why the driver does not answer is known"
    first = render(report, Format.TERMINAL, Options(width=1000)).partition("\n")[0]
    assert [words for words in scenario.says if words not in first] == []


@pytest.mark.parametrize("scenario", HEALTHY, ids=lambda s: s.name)
def test_a_healthy_host_is_left_in_peace(scenario: Scenario, tables: Tables) -> None:
    report = evaluate(found_on(scenario), tables)
    wrong = {f"{f.check} {f.title}" for f in report.findings if f.status in {Status.FAIL, Status.ERROR}}
    assert wrong == set()
    assert {f.cause for f in report.findings if f.status is Status.WARN} == set(scenario.warns)
    assert report.verdict.value == "ready"
    assert report.cause is None


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("driver_hung_in_the_kernel", 1),
        ("cdi_spec_of_the_driver_before", 1),
        ("next_kernel_without_headers", 0),
    ],
)
def test_the_command_says_the_same(name: str, code: int, tmp_path: Path) -> None:
    (scenario,) = [scenario for scenario in EVERY if scenario.name == name]
    file = tmp_path / "host.json"
    file.write_text(dump_snapshot(found_on(scenario)))
    done = gpucheck("doctor", "--from", str(file), "--format", "json")
    assert done.returncode == code
    report = json.loads(done.stdout)
    assert report["verdict"] == scenario.verdict
    assert (report["cause"] or {}).get("cause", "") == (scenario.cause if code else "")
    assert scenario.cause in {f["cause"] for f in report["findings"] if f["status"] in {"fail", "warn"}}


DOCUMENTS = [
    (Format.TERMINAL, Options(width=100)),
    (Format.TERMINAL, Options(width=60, unicode=True, colour=True)),
    *((form, Options()) for form in (Format.MARKDOWN, Format.JSON, Format.JUNIT, Format.TAP, Format.GITHUB)),
]


@pytest.mark.parametrize("scenario", EVERY, ids=lambda s: s.name)
def test_explain_reads_what_doctor_wrote(scenario: Scenario, tables: Tables) -> None:
    report = evaluate(found_on(scenario), tables)  # looked at once: the tests above have done so
    warned = {f.cause for f in report.findings if f.status is Status.WARN and not f.because_of}
    for form, options in DOCUMENTS:
        found = explain(render(report, form, options), None, tables)
        named = [(match.cause, match.confidence.value) for match in found.matches]
        if report.cause is not None:
            assert named == [(report.cause.cause, "certain")], form
        else:  # nothing, or only what is warned of
            assert {cause for cause, _ in named} == warned, form
            assert "certain" not in {confidence for _, confidence in named}, form


def test_there_are_enough_hosts_of_many_kinds() -> None:
    assert len(FAULTY) >= 45
    assert len(HEALTHY) >= 14
    assert len({scenario.cause for scenario in FAULTY}) >= 40
    assert len({scenario.case for scenario in FAULTY}) == len(FAULTY), "each from a case of its own"


@pytest.mark.parametrize("scenario", EVERY, ids=lambda s: s.name)
def test_a_scenario_says_where_it_is_from(scenario: Scenario, tables: Tables) -> None:
    assert re.fullmatch(r"https://\S+", scenario.case)
    assert scenario.title
    assert scenario.verdict in {"ready", "not_ready"}
    assert {scenario.cause, *scenario.warns} - {""} <= tables.causes.keys()
