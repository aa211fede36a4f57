from typing import Any

import pytest

from gpucheck.model.gpu import NvLinkErrors
from tests.builders import unavailable
from tests.checks.gpu.kinds import DOWN, NONE, hosts_gpus
from tests.checks.judge import judge, outcome

SLUG = "nvlinks_without_errors"


@pytest.mark.parametrize(
    ("changes", "status", "title"),
    [
        ({}, "pass", "no NVLink error"),
        ({"nvlink_errors": NvLinkErrors(7, 0, 9)}, "pass", "no recovery; 7 replays, 9 checksum errors"),
        ({"nvlink_errors": NvLinkErrors(0, 1, 0)}, "warn", "1 NVLink recovery since the driver was loaded"),
        (
            {"nvlink_errors": NvLinkErrors(2, 12, 3)},
            "warn",
            "12 NVLink recoveries since the driver was loaded",
        ),
    ],
)
def test_errors(changes: dict[str, Any], status: str, title: str) -> None:
    (finding,) = judge("gpu", SLUG, hosts_gpus(1, **changes))
    assert (finding.status.value, finding.title) == (status, title)


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"nvlinks": ()}, "skip"),
        ({"nvlinks": DOWN, "nvlink_errors": NvLinkErrors(0, 5, 0)}, "skip"),  # no bridge, or MIG
        ({"nvlinks": NONE}, "skip"),
        ({"nvlink_errors": NONE}, "skip"),  # the fifth generation counts otherwise
        ({"nvlink_errors": unavailable()}, "unknown"),
    ],
)
def test_other_gpus(changes: dict[str, Any], status: str) -> None:
    assert outcome("gpu", SLUG, hosts_gpus(1, **changes)) == [(status, "gpu 0", "")]


def test_in_full() -> None:
    (finding,) = judge("gpu", SLUG, hosts_gpus(1, nvlink_errors=NvLinkErrors(2, 12, 3)))
    assert finding.cause == "nvlink_degraded"
    assert [(e.fact, e.observed, e.expected) for e in finding.evidence] == [
        ("nvml.gpus[0].nvlink_errors", "12 recoveries, 2 replays, 3 checksum errors", "no recovery")
    ]
    assert finding.remedy
    assert ("nvidia-smi", "nvlink", "--errorcounters", "-i", "0") in finding.remedy.commands
