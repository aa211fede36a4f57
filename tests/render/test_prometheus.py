"""Metrics, read back by Prometheus' own parser of them."""

import re
from dataclasses import replace

import pytest
from prometheus_client.parser import text_string_to_metric_families

from gpucheck.model.report import GpuReading
from gpucheck.render import prometheus
from gpucheck.render._options import Options
from tests.render import reports

Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]


def read(text: str) -> Samples:
    found: Samples = {}
    names = set()
    for family in text_string_to_metric_families(text):
        assert family.name not in names
        names.add(family.name)
        assert family.type == "gauge"
        assert family.documentation
        assert re.fullmatch(r"gpucheck(_[a-z]+)+", family.name)
        for sample in family.samples:
            key = (sample.name, tuple(sorted(sample.labels.items())))
            assert key not in found
            assert sample.timestamp is None
            found[key] = sample.value
    return found


@pytest.mark.parametrize("name", reports.EVERY)
def test_every_report_is_read(name: str) -> None:
    text = prometheus.render(reports.EVERY[name], Options())
    assert text.endswith("\n")
    found = read(text)
    assert found["gpucheck_ready", ()] == (reports.EVERY[name].verdict.value == "ready")
    assert sum(v for (metric, _), v in found.items() if metric == "gpucheck_verdict") == 1


def status(samples: Samples, check: str) -> list[str]:
    return [
        dict(labels)["status"]
        for (name, labels), value in samples.items()
        if name == "gpucheck_check_status" and dict(labels)["check"] == check and value == 1
    ]


def test_values() -> None:
    host = replace(reports.HOST, gpu_readings=(GpuReading(0, 61, 92), GpuReading(1)))
    found = read(prometheus.render(replace(reports.NOT_READY, host=host), Options()))
    assert status(found, "GC212") == ["fail"]
    assert status(found, "GC313") == ["unknown"]
    assert status(found, "GC101") == ["pass"]
    assert found["gpucheck_gpus", ()] == 2
    assert found["gpucheck_duration_seconds", ()] == 0.19
    assert found["gpucheck_last_run_timestamp_seconds", ()] == 1_795_000_000
    assert found["gpucheck_driver_info", (("cuda", "12.4"), ("version", "550.144.03"))] == 1
    assert found["gpucheck_gpu_temperature_celsius", (("gpu", "0"),)] == 61
    # what is not known has no sample
    assert ("gpucheck_gpu_temperature_celsius", (("gpu", "1"),)) not in found


def test_a_check_of_several_subjects_stands_as_its_worst() -> None:
    good = replace(reports.WARNED[0], status=reports.QUIET.status, subject="gpu 7")
    found = read(prometheus.render(reports.a_report(good, reports.WARNED[1], good), Options()))
    assert status(found, "GC314") == ["warn"]


def test_what_is_tolerated_wakes_nobody() -> None:
    found = read(prometheus.render(reports.TOLERATED, Options()))
    assert status(found, "GC212") == ["tolerated"]
    assert found["gpucheck_findings", (("status", "tolerated"),)] == 1
    mixed = reports.a_report(
        replace(reports.MISMATCH, tolerated="known", subject="gpu 0"),
        replace(reports.MISMATCH, subject="gpu 1"),
    )
    assert status(read(prometheus.render(mixed, Options())), "GC212") == ["fail"]


def test_how_many_gpus_only_where_that_is_known() -> None:
    nothing = replace(reports.HOST, gpus=())
    unknown = replace(reports.UNDETERMINED, host=nothing)
    assert ("gpucheck_gpus", ()) not in read(prometheus.render(unknown, Options()))
    none = reports.a_report(replace(reports.MISMATCH, cause="no_nvidia_gpu"))
    assert read(prometheus.render(replace(none, host=nothing), Options()))["gpucheck_gpus", ()] == 0


def test_error_text_is_in_no_label() -> None:
    text = prometheus.render(reports.HOSTILE_REPORT, Options())
    assert "error::l%m" not in text


def test_a_run_that_could_not_judge_is_not_ready() -> None:
    found = read(prometheus.failure(reports.HOSTILE, 3, "0.1.0"))
    assert found == {
        ("gpucheck_ready", ()): 0,
        ("gpucheck_run_failed_info", (("exit_code", "3"), ("version", "0.1.0"))): 1,
    }
