from typing import Any

import pytest

from tests.builders import a_gpu, unavailable
from tests.checks.gpu.kinds import NONE, hosts_gpus
from tests.checks.judge import judge, outcome

SLUG = "vgpu_licensed"


@pytest.mark.parametrize(
    ("licence", "status", "cause"),
    [
        ("none", "skip", ""),
        ("licensed", "pass", ""),
        ("unlicensed", "warn", "vgpu_unlicensed"),
        (NONE, "skip", ""),
        (unavailable(), "unknown", ""),
    ],
)
def test_outcome(licence: Any, status: str, cause: str) -> None:
    found = outcome("gpu", SLUG, hosts_gpus(1, vgpu_licence=licence))
    assert [(s, c) for s, _, c in found] == [(status, cause)]


def test_in_full() -> None:
    (finding,) = judge("gpu", SLUG, {"nvml.gpus": (a_gpu(0, vgpu_licence="unlicensed"),)})
    assert finding.title == "the vGPU has no licence"
    assert [(e.fact, e.observed, e.expected) for e in finding.evidence] == [
        ("nvml.gpus[0].vgpu_licence", "unlicensed", "licensed")
    ]
    assert finding.remedy is not None
    assert finding.remedy.commands[0] == ("sudo", "systemctl", "restart", "nvidia-gridd.service")
