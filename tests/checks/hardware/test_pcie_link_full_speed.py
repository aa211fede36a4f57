from typing import Any

import pytest

from tests.builders import a_gpu, unavailable
from tests.checks.gpu.kinds import NONE, hosts_gpus
from tests.checks.judge import judge, outcome

SLUG = "pcie_link_full_speed"
SLOW = {"pcie_generation_now": 3}
BUSY: dict[str, Any] = {
    "process_count": 1,
    "utilization_percent": 80,
    "performance_state": 0,
    "clocks_event_reasons": ("sw_power_cap",),
}


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({}, "pass"),
        (BUSY, "pass"),
        (SLOW, "skip"),  # idle
        # each of these alone says that the GPU may be saving power
        (SLOW | BUSY | {"process_count": 0}, "skip"),
        (SLOW | BUSY | {"utilization_percent": 0}, "skip"),
        (SLOW | BUSY | {"performance_state": 3}, "skip"),
        (SLOW | BUSY | {"clocks_event_reasons": ("gpu_idle",)}, "skip"),
        (SLOW | BUSY | {"process_count": NONE}, "skip"),
        (SLOW | BUSY | {"utilization_percent": unavailable()}, "skip"),
        (SLOW | BUSY | {"performance_state": NONE}, "skip"),
        (SLOW | BUSY | {"clocks_event_reasons": NONE}, "skip"),
        ({"pcie_generation_now": NONE}, "skip"),
        ({"pcie_generation_max": unavailable()}, "skip"),
    ],
)
def test_no_complaint(changes: dict[str, Any], status: str) -> None:
    assert outcome("hardware", SLUG, hosts_gpus(1, **changes)) == [(status, "host", "")]


def test_idle_ones_beside_busy_ones() -> None:
    gpus = (a_gpu(0, **SLOW), a_gpu(1, **BUSY), a_gpu(2, **(SLOW | BUSY)))
    assert outcome("hardware", SLUG, {"nvml.gpus": gpus}) == [("warn", "gpu 2", "pcie_link_degraded")]
    assert outcome("hardware", SLUG, {"nvml.gpus": gpus[:2]}) == [("pass", "host", "")]


@pytest.mark.parametrize("gpus", [unavailable(), ()])
def test_without_nvml_nothing_is_said(gpus: Any) -> None:
    assert outcome("hardware", SLUG, {"nvml.gpus": gpus}) == [("skip", "host", "")]


def test_wsl_is_not_judged() -> None:
    changes = hosts_gpus(1, **SLOW, **BUSY) | {"platform.virtualization": "wsl2"}
    assert outcome("hardware", SLUG, changes) == [("skip", "host", "")]


@pytest.mark.parametrize("state", [0, 2])
def test_slow_under_load(state: int) -> None:
    gpu = a_gpu(1, **(SLOW | BUSY | {"performance_state": state}))
    (finding,) = judge("hardware", SLUG, {"nvml.gpus": (gpu,)})
    assert (finding.status.value, finding.subject, finding.cause) == ("warn", "gpu 1", "pcie_link_degraded")
    assert finding.title == "PCIe generation 3 of 5 under load"
    assert [(e.fact, e.observed, e.expected) for e in finding.evidence] == [
        ("nvml.gpus[0].pcie_generation_now", "generation 3", "generation 5"),
        ("nvml.gpus[0].performance_state", f"P{state}", ""),
        ("nvml.gpus[0].utilization_percent", "80 %", ""),
    ]
    assert finding.remedy
    assert "0000:18:00.0" in finding.remedy.summary
