from importlib import import_module
from typing import Any

import pytest

from gpucheck.checks.gpu.kernel_log_without_xid import CHECK
from gpucheck.model.driver import KernelMessage
from gpucheck.model.finding import Finding
from tests.builders import a_gpu, absent, unavailable
from tests.checks.gpu.kinds import KINDS, NONE
from tests.checks.judge import judge, outcome, tables

SLUG = "kernel_log_without_xid"
OFF_BUS = "NVRM: Xid (PCI:0000:18:00): 79, pid='<unknown>', GPU has fallen off the bus."
PAGE_FAULT = "NVRM: Xid (PCI:0000:17:00): 31, pid=7, name=python, Ch 0000000b"


def log(*texts: str, seconds: float = 200_000.0) -> dict[str, Any]:
    return {"kernel_log.messages": tuple(KernelMessage(seconds + i, text) for i, text in enumerate(texts))}


def shown(findings: list[Finding]) -> list[tuple[str, str, str, str]]:
    return [(f.status.value, f.subject, f.cause, f.title) for f in findings]


def test_quiet() -> None:
    assert shown(judge("gpu", SLUG)) == [("pass", "host", "", "no Xid since boot")]


def test_fatal() -> None:
    (finding,) = judge("gpu", SLUG, log(OFF_BUS, OFF_BUS, OFF_BUS))
    assert (finding.status.value, finding.subject, finding.cause) == ("fail", "gpu 1", "gpu_fell_off_bus")
    assert finding.title == "Xid 79 3 times, last 16 h ago: The GPU has fallen off the bus"
    assert [(e.fact, e.observed, e.expected) for e in finding.evidence] == [
        (
            "kernel_log.messages",
            "Xid (PCI:0000:18:00): 79, pid='<unknown>', GPU has fallen off the bus.",
            "no such line",
        )
    ]
    assert finding.remedy is not None
    assert finding.remedy.summary.startswith("Drain the host, switch it off")


def test_grouped_by_gpu_and_number() -> None:
    other = PAGE_FAULT.replace("0000:17:00", "0000:18:00")
    findings = judge("gpu", SLUG, log(PAGE_FAULT, other, PAGE_FAULT, "NVRM: Xid (PCI:0000:17:00): 94, x"))
    assert [(s, subject, title.partition(",")[0]) for s, subject, _, title in shown(findings)] == [
        ("pass", "gpu 0", "Xid 31 2 times"),
        ("warn", "gpu 0", "Xid 94"),
        ("pass", "gpu 1", "Xid 31"),
    ]


@pytest.mark.parametrize(
    ("number", "status", "cause"),
    [
        (13, "pass", ""),  # the program's fault
        (45, "pass", ""),
        (63, "pass", ""),
        (48, "fail", "gpu_ecc_error"),
        (74, "warn", "nvlink_inactive"),
        (119, "fail", "gsp_firmware_failure"),
        (46, "fail", "gpu_needs_reset"),
        (61, "warn", "gpu_hardware_fault"),  # the catalogue names no cause
        (9999, "unknown", ""),
    ],
)
def test_severities(number: int, status: str, cause: str) -> None:
    assert outcome("gpu", SLUG, log(f"NVRM: Xid (PCI:0000:17:00): {number}, x")) == [(status, "gpu 0", cause)]


ACTION = "NVRM: Xid (PCI:0000:17:00): 154, GPU recovery action changed from 0x0 (None) to {}"
UNTOLD = {"nvml.gpus": (a_gpu(0, recovery_action=NONE), a_gpu(1))}


@pytest.mark.parametrize(
    ("action", "status", "command"),
    [
        ("0x1 (GPU Reset Required)", "fail", "--gpu-reset"),
        ("0x2 (Node Reboot Required)", "fail", "reboot"),
        ("0x2 (OS Reboot)", "fail", "reboot"),
        ("0x3 (Drain P2P)", "fail", "reboot"),
        ("0x0 (None)", "pass", ""),
    ],
)
def test_the_recovery_action_of_the_log(action: str, status: str, command: str) -> None:
    (finding,) = judge("gpu", SLUG, log(ACTION.format(action)) | UNTOLD)
    assert (finding.status.value, finding.subject) == (status, "gpu 0")
    assert finding.cause == ("gpu_needs_reset" if command else "")
    assert (finding.remedy is not None) == bool(command)
    if finding.remedy:
        assert command in finding.remedy.commands[0]


def test_the_last_recovery_action_counts_and_nvml_goes_before_it() -> None:
    due, done = ACTION.format("0x2 (Node Reboot Required)"), ACTION.format("0x0 (None)")
    assert outcome("gpu", SLUG, log(due, done) | UNTOLD) == [("pass", "gpu 0", "")]
    assert outcome("gpu", SLUG, log(done, due) | UNTOLD) == [("fail", "gpu 0", "gpu_needs_reset")]
    assert outcome("gpu", SLUG, log(due)) == [("pass", "gpu 0", "")]  # NVML says that none is due
    lost = {"nvml.gpus": (a_gpu(1),)}  # NVML does not list it any more
    assert outcome("gpu", SLUG, log(due) | lost) == [("fail", "pci 0000:17:00.0", "gpu_needs_reset")]


@pytest.mark.parametrize(
    ("number", "command"),
    [(151, ("sudo", "systemctl", "reboot")), (165, ("sudo", "nvidia-bug-report.sh"))],
)
def test_without_a_cause_the_catalogues_action_is_the_remedy(number: int, command: tuple[str, ...]) -> None:
    (finding,) = judge("gpu", SLUG, log(f"NVRM: Xid (PCI:0000:17:00): {number}, x"))
    assert finding.remedy
    assert finding.remedy.commands[0] == command


def test_every_cause_of_the_table_may_be_given() -> None:
    assert {row.cause for row in tables().xids.values() if row.cause} <= set(CHECK.causes)


@pytest.mark.parametrize("cause", CHECK.causes)
def test_every_cause_has_a_remedy_of_its_own(cause: str) -> None:
    keys = import_module("gpucheck.checks.gpu._cures")._KEYS
    assert keys[cause] in tables().remedies


def test_a_gpu_that_nvml_does_not_list_is_named_by_its_address() -> None:
    findings = judge("gpu", SLUG, log("NVRM: Xid (PCI:0000:b3:00): 79, GPU has fallen off the bus."))
    assert [f.subject for f in findings] == ["pci 0000:b3:00.0"]


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (
            ["NVRM: GPU 0000:18:00.0: RmInitAdapter failed! (0x24:0x72:1568)"],
            (
                "warn",
                "gpu 1",
                "gpu_hardware_fault",
                "the driver could not start the GPU (RmInitAdapter failed)",
            ),
        ),
        (
            ["NVRM: GPU 0000:18:00.0: RmInitAdapter: Cannot initialize GSP firmware RM"],
            ("warn", "gpu 1", "gsp_firmware_failure", "the GSP firmware of the GPU did not start"),
        ),
        (
            ["NVRM: The NVIDIA GPU 0000:b3:00.0 has fallen off the bus and is not responding to commands."],
            ("fail", "pci 0000:b3:00.0", "gpu_fell_off_bus", "the GPU has fallen off the bus"),
        ),
        (["NVRM: loading NVIDIA UNIX Open Kernel Module"], ("pass", "host", "", "no Xid since boot")),
    ],
)
def test_lines_without_an_xid(texts: list[str], expected: tuple[str, str, str, str]) -> None:
    assert shown(judge("gpu", SLUG, log(*texts))) == [expected]


def test_an_xid_speaks_for_its_gpu() -> None:
    texts = (OFF_BUS, "NVRM: GPU 0000:18:00.0: GPU has fallen off the bus.")
    assert outcome("gpu", SLUG, log(*texts)) == [("fail", "gpu 1", "gpu_fell_off_bus")]


@pytest.mark.parametrize(
    ("seconds", "boot", "when"),
    [
        (259_190.0, None, "10 s ago"),
        (259_000.0, None, "3 min ago"),
        (86_400.0, None, "2 d ago"),
        (300.0, unavailable(), "5 min after boot"),
        (-1.0, None, "at an unknown time"),
        (999_999.0, None, "0 s ago"),
    ],
)
def test_when(seconds: float, boot: object, when: str) -> None:
    changes = log(PAGE_FAULT, seconds=seconds) | ({"platform.boot_time": boot} if boot else {})
    (finding,) = judge("gpu", SLUG, changes)
    assert finding.title.partition(":")[0] == f"Xid 31, last {when}"


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"kernel_log.messages": unavailable()}, "unknown"),
        ({"kernel_log.messages": absent("/dev/kmsg")}, "skip"),
        (KINDS["WSL2"], "skip"),
        (KINDS["no GPU"], "skip"),
    ],
)
def test_not_read(changes: dict[str, Any], status: str) -> None:
    assert outcome("gpu", SLUG, changes) == [(status, "host", "")]


def test_not_reading_leaves_readiness_to_others() -> None:
    assert not CHECK.decides
