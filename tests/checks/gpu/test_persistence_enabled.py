from typing import Any

import pytest

from tests.builders import a_gpu, a_unit, unavailable
from tests.checks.gpu.kinds import KINDS
from tests.checks.judge import judge, outcome

SLUG = "persistence_enabled"
OFF = {"nvml.gpus": (a_gpu(0, persistence_mode=False),)}


@pytest.mark.parametrize(
    ("units", "commands"),
    [
        (
            (a_unit("nvidia-persistenced.service", active="inactive"),),
            (
                ("sudo", "systemctl", "enable", "--now", "nvidia-persistenced"),
                ("sudo", "nvidia-smi", "-pm", "1"),
            ),
        ),
        ((a_unit("nvidia-persistenced.service"),), (("sudo", "nvidia-smi", "-pm", "1"),)),
    ],
)
def test_off_on_a_compute_gpu(units: object, commands: tuple[tuple[str, ...], ...]) -> None:
    (finding,) = judge("gpu", SLUG, OFF | {"services.units": units})
    assert (finding.status.value, finding.subject) == ("warn", "gpu 0")
    assert (finding.title, finding.cause) == ("persistence off", "driver_init_slow_no_persistence")
    assert [(e.fact, e.observed, e.expected) for e in finding.evidence] == [
        ("nvml.gpus[0].persistence_mode", "off", "on")
    ]
    assert finding.remedy is not None
    assert finding.remedy.commands == commands


@pytest.mark.parametrize(
    ("name", "brand", "status"),
    [
        ("NVIDIA GeForce RTX 4090", "GeForce", "pass"),
        ("NVIDIA RTX A6000", "NVIDIA RTX", "pass"),
        ("Quadro P4000", "Quadro", "pass"),
        ("NVIDIA TITAN V", "Titan", "pass"),
        ("NVIDIA T1000", "NVIDIA RTX", "pass"),
        ("Tesla T4", "NVIDIA", "warn"),
        ("NVIDIA L40S", "NVIDIA", "warn"),
        ("Tesla V100-SXM2-16GB", "Tesla", "warn"),
    ],
)
def test_only_compute_gpus_need_it(name: str, brand: str, status: str) -> None:
    (finding,) = judge(
        "gpu", SLUG, {"nvml.gpus": (a_gpu(0, name=name, brand=brand, persistence_mode=False),)}
    )
    assert finding.status.value == status


def test_a_slow_start_is_told_and_counts_on_workstations_too() -> None:
    slow = a_gpu(0, name="NVIDIA RTX A6000", brand="NVIDIA RTX", persistence_mode=False, start_seconds=8.4)
    (finding,) = judge("gpu", SLUG, {"nvml.gpus": (slow,)})
    assert (finding.status.value, finding.title) == (
        "warn", "persistence off; the driver took 8 s to start the GPU",
    )  # fmt: skip
    assert [(e.fact, e.observed, e.expected) for e in finding.evidence] == [
        ("nvml.gpus[0].persistence_mode", "off", "on"),
        ("nvml.gpus[0].start_seconds", "8.4 s", "at most 3 s"),
    ]


@pytest.mark.parametrize(("seconds", "status"), [(3.0, "pass"), (3.1, "warn"), (unavailable(), "pass")])
def test_when_a_start_is_slow(seconds: object, status: str) -> None:
    gpu = a_gpu(0, brand="GeForce", persistence_mode=False, start_seconds=seconds)
    assert outcome("gpu", SLUG, {"nvml.gpus": (gpu,)})[0][0] == status


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"nvml.gpus": (a_gpu(0),)}, "pass"),
        (KINDS["WSL2"], "skip"),
        (OFF | {"platform.container": "docker"}, "skip"),
        ({"nvml.gpus": (a_gpu(0, persistence_mode=unavailable()),)}, "unknown"),
    ],
)
def test_other_hosts(changes: dict[str, Any], status: str) -> None:
    assert outcome("gpu", SLUG, changes) == [(status, "gpu 0", "")]
