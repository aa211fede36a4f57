"""GC702: whether CUDA computed in a container, as a check of the report."""

from typing import Any

import pytest

from gpucheck.cli.run_cause import settled
from gpucheck.evaluate import evaluate
from gpucheck.model.container import Attempt
from gpucheck.model.finding import Finding, Status
from tests.checks.judge import tables
from tests.container.runs import H100, HOST, a_probe, came_of, exited, probe, refused, without_driver

BUSY = probe(H100)["cuda"]
for _device in BUSY["devices"]:
    _device |= {"compute": "not_run", "skipped": "exclusive mode and busy"}


def finding(*attempts: Attempt, **options: Any) -> Finding:
    run = settled(came_of(*attempts, **options), HOST, tables())
    (found,) = [f for f in evaluate(HOST, tables(), run=run).findings if f.check == "GC702"]
    return found


def test_a_kernel_that_computes_passes() -> None:
    found = finding(a_probe(H100))
    assert found.status is Status.PASS
    assert found.title.startswith("CUDA computes on each (docker 28.5.2, ")
    assert [e.source for e in found.evidence] == list(H100)


def test_a_failing_step_fails() -> None:
    step = {"step": "cuInit", "code": 802, "name": "CUDA_ERROR_SYSTEM_NOT_READY"}
    found = finding(a_probe(H100, cuda={"devices": []}, steps=[step]))
    assert found.status is Status.FAIL
    assert "cuInit: CUDA_ERROR_SYSTEM_NOT_READY (802)" in found.detail
    assert found.cause
    assert found.remedy


@pytest.mark.parametrize("attempt", [refused("no"), without_driver()])
def test_where_no_gpu_came_into_the_container_there_is_nothing_to_judge(attempt: Attempt) -> None:
    assert finding(attempt).status is Status.SKIP


def test_gpus_in_exclusive_use_are_no_failure() -> None:
    found = finding(a_probe(H100, cuda=BUSY))
    assert (found.status, found.title) == (Status.SKIP, "every GPU is in exclusive use, and was left alone")


def test_an_image_without_glibc_proves_nothing() -> None:
    listed = "".join(f"GPU {i}: H100 (UUID: {uuid})\n" for i, uuid in enumerate(H100))
    found = finding(exited("", 1, "exec /.gpucheck-probe: no such file or directory"), exited(listed))
    assert found.status is Status.UNKNOWN
    assert "no glibc" in found.detail
