"""GC701: what a container test showed of the devices, as a check of the report."""

import pytest

from gpucheck.cli.run_cause import settled
from gpucheck.evaluate import evaluate
from gpucheck.model.container import Attempt, Ended
from gpucheck.model.fact import Reason
from gpucheck.model.finding import Finding, Status
from gpucheck.model.report import Report, Verdict
from gpucheck.system.ports import EngineRefusedError
from tests.builders import a_host
from tests.checks.judge import tables
from tests.container.runs import H100, HOST, FakeContainers, a_probe, came_of, refused, without_driver


def report_of(attempt: Attempt, engine: FakeContainers | None = None) -> Report:
    tested = came_of(attempt, engine=engine)
    return evaluate(HOST, tables(), run=settled(tested, HOST, tables()))


def finding(attempt: Attempt, engine: FakeContainers | None = None) -> Finding:
    (found,) = [f for f in report_of(attempt, engine).findings if f.check == "GC701"]
    return found


def test_no_finding_where_no_container_was_started() -> None:
    assert not [f for f in evaluate(HOST, tables()).findings if f.check.startswith("GC7")]


def test_a_match_passes() -> None:
    found = finding(a_probe(H100))
    assert (found.status, found.cause, found.remedy) == (Status.PASS, "", None)
    assert found.title.startswith("2 GPUs asked for, 2 seen (docker 28.5.2, ")
    assert report_of(a_probe(H100)).verdict is Verdict.READY


@pytest.mark.parametrize(
    ("attempt", "title", "cause"),
    [
        (a_probe(H100[:1]), "2 GPUs asked for, 1 seen", "gpus_injected_wrongly"),
        (without_driver(), "2 GPUs asked for, none seen", "gpus_not_injected"),
        (
            refused("nvidia-container-cli: device error: 8: unknown device"),
            "no container with GPUs starts",
            "gpu_selection_invalid",
        ),
        (Attempt(Ended.TIMED_OUT, created=True), "no container with GPUs starts", "container_start_hung"),
    ],
)
def test_others_fail_with_cause_and_remedy(attempt: Attempt, title: str, cause: str) -> None:
    found = finding(attempt)
    assert (found.status, found.cause) == (Status.FAIL, cause)
    assert found.title.startswith(title)
    assert found.remedy
    assert found.evidence
    report = report_of(attempt)
    assert (report.verdict, report.cause) == (Verdict.NOT_READY, found)


def test_not_knowing_leaves_the_verdict_open() -> None:
    denied = FakeContainers(refuses=EngineRefusedError("Permission denied", Reason.NOT_PERMITTED))
    found = finding(a_probe(H100), denied)
    assert found.status is Status.UNKNOWN
    assert "Permission denied" in found.detail
    assert report_of(a_probe(H100), denied).verdict is Verdict.UNDETERMINED


def test_a_fault_of_the_host_explains_it() -> None:
    host = a_host({"toolkit.nvidia_container_runtime_hook": a_host().toolkit.nvidia_ctk, "nvml.gpus": ()})
    tested = came_of(refused("could not select device driver"), host=host)
    report = evaluate(host, tables(), run=settled(tested, host, tables()))
    (found,) = [f for f in report.findings if f.check == "GC701"]
    failed = {f.check for f in report.findings if f.status is Status.FAIL} - {"GC701", "GC702"}
    assert set(found.because_of) <= failed
