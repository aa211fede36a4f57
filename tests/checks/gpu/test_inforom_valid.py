from typing import Any

import pytest

from tests.builders import a_gpu, unavailable
from tests.checks.gpu.kinds import NONE, hosts_gpus
from tests.checks.judge import judge, outcome

SLUG = "inforom_valid"


@pytest.mark.parametrize(
    ("valid", "status", "cause"),
    [
        (True, "pass", ""),
        (False, "warn", "gpu_inforom_corrupt"),
        (NONE, "skip", ""),
        (unavailable(), "unknown", ""),
    ],
)
def test_outcome(valid: Any, status: str, cause: str) -> None:
    assert outcome("gpu", SLUG, hosts_gpus(1, inforom_valid=valid)) == [(status, "gpu 0", cause)]


def test_in_full() -> None:
    (finding,) = judge("gpu", SLUG, {"nvml.gpus": (a_gpu(5, inforom_valid=False),)})
    assert finding.title == "the infoROM is corrupt"
    assert [(e.fact, e.observed, e.expected) for e in finding.evidence] == [
        ("nvml.gpus[0].inforom_valid", "corrupt", "intact")
    ]
    assert finding.remedy
    assert finding.remedy.commands == (("sudo", "nvidia-bug-report.sh"),)
