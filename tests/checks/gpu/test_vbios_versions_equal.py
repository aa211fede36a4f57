from typing import Any

import pytest

from tests.builders import a_gpu, unavailable
from tests.checks.gpu.kinds import NONE, REGISTERED, hgx_h100, hosts_gpus
from tests.checks.judge import judge, outcome

SLUG = "vbios_versions_equal"
OLD = "96.00.61.00.01"


def one_differs(host: dict[str, Any], **changes: Any) -> dict[str, Any]:
    gpus = list(host["nvml.gpus"])
    gpus[3] = a_gpu(3, vbios_version=OLD, **changes)
    return host | {"nvml.gpus": tuple(gpus)}


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        (hgx_h100(), "pass"),
        (one_differs(hosts_gpus(4)), "pass"),  # cards in slots
        (one_differs(hgx_h100(), name="NVIDIA H100 96GB HBM3"), "pass"),  # another product
        (hosts_gpus(1), "skip"),
        (hosts_gpus(2, vbios_version=NONE), "skip"),
        (hosts_gpus(2, vbios_version=unavailable()), "skip"),
        ({"nvml.gpus": unavailable()}, "unknown"),
        ({"pci.devices": (), "nvml.gpus": ()}, "skip"),
    ],
)
def test_no_complaint(changes: dict[str, Any], status: str) -> None:
    assert outcome("gpu", SLUG, changes) == [(status, "host", "")]


@pytest.mark.parametrize(
    "host", [hgx_h100(), hosts_gpus(4, fabric=REGISTERED)], ids=["NVSwitches on PCI", "NVSwitches elsewhere"]
)
def test_a_baseboard_with_one_that_differs(host: dict[str, Any]) -> None:
    (finding,) = judge("gpu", SLUG, one_differs(host))
    count = len(host["nvml.gpus"])
    assert (finding.status.value, finding.cause) == ("warn", "gpu_firmware_differs")
    assert finding.title == (f"VBIOS of 2 versions on {count} × NVIDIA H100 80GB HBM3: {OLD}, 96.00.89.00.01")
    assert [(e.fact, e.observed, e.expected) for e in finding.evidence] == [
        ("nvml.gpus[3].vbios_version", OLD, "96.00.89.00.01")
    ]


def test_cards_that_differ_are_told() -> None:
    (finding,) = judge("gpu", SLUG, one_differs(hosts_gpus(4)))
    assert finding.title == f"VBIOS NVIDIA H100 80GB HBM3: {OLD}, 96.00.89.00.01"
