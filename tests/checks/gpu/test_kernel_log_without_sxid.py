from typing import Any

import pytest

from gpucheck.model.driver import KernelMessage
from gpucheck.model.fact import Reason
from tests.builders import unavailable
from tests.checks.gpu.kinds import hgx_h100, hosts_gpus
from tests.checks.judge import judge, outcome

SLUG = "kernel_log_without_sxid"
# of https://docs.nvidia.com/datacenter/tesla/pdf/fabric-manager-user-guide.pdf, and of leptonai/gpud's tests
GUIDE = (
    "nvidia-nvswitch3: SXid (PCI:0000:c1:00.0): 28006, Non-fatal, Link 46 MC TS crumbstore MCTO (First)",
    "nvidia-nvswitch3: SXid (PCI:0000:c1:00.0): 28006, Severity 0 Engine instance 46 Sub-engine instance 00",
    "nvidia-nvswitch3: SXid (PCI:0000:c1:00.0): 28006, Data {0x00140004, 0x00100000}",
)
LINK_DOWN = "nvidia-nvswitch0: SXid (PCI:0000:00:00.0): 20034, Fatal, Link 30 LTSSM Fault Up"
NO_CUDA = {"cuda.init_code": 802}


def log(*texts: str, **changes: Any) -> dict[str, Any]:
    messages = tuple(KernelMessage(100.0 + number, text) for number, text in enumerate(texts))
    return hgx_h100() | {"kernel_log.messages": messages} | changes


def line(number: int, grade: str) -> str:
    return f"nvidia-nvswitch1: SXid (PCI:0000:60:00.0): {number}, {grade}, Link 12 words of the driver"


def test_the_guides_own_example() -> None:
    (finding,) = judge("gpu", SLUG, log(*GUIDE))
    assert (finding.status.value, finding.subject) == ("pass", "pci 0000:c1:00.0")
    assert finding.title == "SXid 28006: Link 46 MC TS crumbstore MCTO (First)"


def test_fatal_in_full() -> None:
    (finding,) = judge("gpu", SLUG, log(LINK_DOWN, LINK_DOWN) | NO_CUDA)
    assert (finding.status.value, finding.subject, finding.cause) == (
        "fail",
        "pci 0000:00:00.0",
        "nvswitch_fault",
    )
    assert finding.title == (
        "SXid 20034 2 times: Fatal to a port: a link that was up went down. Mostly it comes with other errors of"
        " the link"
    )
    assert [(e.fact, e.observed) for e in finding.evidence] == [
        ("kernel_log.messages", "SXid 20034, Fatal, Link 30 LTSSM Fault Up")
    ]
    assert finding.remedy
    assert finding.remedy.commands == (("sudo", "systemctl", "reboot"),)


@pytest.mark.parametrize(
    ("number", "grade", "broken", "status"),
    [
        (11012, "Non-fatal", True, "pass"),  # corrected
        (22013, "Non-fatal", True, "pass"),
        (12028, "Non-fatal", True, "warn"),
        (10004, "Non-fatal", True, "warn"),  # heat
        (20034, "Non-fatal", True, "warn"),  # tabled as fatal to a port; the driver knows better
        (22003, "Non-fatal", True, "fail"),  # always fatal to the fabric
        (22003, "Fatal", True, "fail"),
        (99999, "Fatal", True, "fail"),
        (99999, "Non-fatal", True, "pass"),
        # every GPU is registered with the fabric, and CUDA starts: it was reset since
        (20034, "Fatal", False, "warn"),
        (22003, "Fatal", False, "warn"),
    ],
)
def test_grades(number: int, grade: str, broken: bool, status: str) -> None:  # noqa: FBT001
    changes = log(line(number, grade)) | (NO_CUDA if broken else {})
    cause = "" if status == "pass" else "nvswitch_fault"
    assert outcome("gpu", SLUG, changes) == [(status, "pci 0000:60:00.0", cause)]


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        (log(), "pass"),
        (log("NVRM: Xid (PCI:0000:60:00): 74, NVLink error"), "pass"),
        (hosts_gpus(2), "skip"),
        (hgx_h100() | {"kernel_log.messages": unavailable()}, "unknown"),
        (hosts_gpus(2) | {"kernel_log.messages": unavailable(Reason.NOT_PERMITTED)}, "unknown"),
        (log(LINK_DOWN) | {"platform.virtualization": "wsl2"}, "skip"),
    ],
)
def test_without_sxid(changes: dict[str, Any], status: str) -> None:
    assert outcome("gpu", SLUG, changes) == [(status, "host", "")]
