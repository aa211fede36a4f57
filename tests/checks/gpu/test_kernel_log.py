"""The parser of kernel log lines, on lines that real machines printed."""

import pytest

from gpucheck.checks.gpu._kernel_log import (
    Sxid,
    Xid,
    cause_in,
    lines_about,
    lines_without_address,
    recovery_action,
    slot_of,
    slots_in,
    sxids,
    xids,
)
from gpucheck.model.driver import KernelMessage


def lines(*texts: str) -> tuple[KernelMessage, ...]:
    return tuple(KernelMessage(float(index), text) for index, text in enumerate(texts))


@pytest.mark.parametrize(
    ("text", "slot", "number", "said"),
    [
        (
            "NVRM: Xid (PCI:0000:2b:00): 79, GPU has fallen off the bus.",
            "0000:2b:00",
            79,
            "GPU has fallen off the bus.",
        ),
        ("NVRM: Xid (0000:01:00): 13, 0005 00000000", "0000:01:00", 13, "0005 00000000"),
        (
            "NVRM: Xid (PCI:0000:10:1C): 63, pid=1896, Row Remapper",
            "0000:10:1c",
            63,
            "pid=1896, Row Remapper",
        ),
        (
            "NVRM: Xid (PCI:0000:05:00 GPU-I:06): 43, pid=7, name=python",
            "0000:05:00",
            43,
            "pid=7, name=python",
        ),
        ("NVRM: Xid (PCI:000f:01:00): 169", "000f:01:00", 169, ""),
        ("NVRM: Xid (PCI:0000:17:00.0): 31, Ch 1", "0000:17:00", 31, "Ch 1"),
    ],
)
def test_xid_lines(text: str, slot: str, number: int, said: str) -> None:
    assert xids(lines(text)) == (Xid(slot, number, said, 0.0),)


@pytest.mark.parametrize(
    "text",
    [
        "nvidia-nvswitch3: SXid (PCI:0000:c1:00.0): 28006, Non-fatal, Link 46",
        "NVRM: GPU at PCI:0000:2b:00: GPU-0b11d014-1685-04bd-26ed-5fc0bc1c44ae",
        "NVRM: Xid (43, pid: 5678): ROBUST_CHANNEL",
        "",
    ],
)
def test_other_lines_are_no_xid(text: str) -> None:
    assert xids(lines(text)) == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "nvidia-nvswitch3: SXid (PCI:0000:c1:00.0): 28006, Non-fatal, Link 46 MC TS crumbstore MCTO (First)",
            Sxid("0000:c1:00", 28006, fatal=False, text="Link 46 MC TS crumbstore MCTO (First)"),
        ),
        (
            "nvidia-nvswitch0: SXid (PCI:0000:00:00.0): 20034, Fatal, Link 30 LTSSM Fault Up",
            Sxid("0000:00:00", 20034, fatal=True, text="Link 30 LTSSM Fault Up"),
        ),
        ("SXid (PCI:0000:05:00.0): 12028, Non-fatal", Sxid("0000:05:00", 12028, fatal=False, text="")),
    ],
)
def test_sxid_lines(text: str, expected: Sxid) -> None:
    assert sxids(lines(text, "nvidia-nvswitch3: SXid (PCI:0000:c1:00.0): 28006, Severity 0 x")) == (expected,)


def test_recovery_actions() -> None:
    changed = "GPU recovery action changed from 0x0 (None) to {}"
    assert recovery_action(changed.format("0x1 (GPU Reset Required)")) == "GPU Reset Required"
    assert recovery_action(changed.format("0x0 (None)")) == ""
    assert recovery_action("pid=1, something else") == ""


@pytest.mark.parametrize(
    ("address", "slot"),
    [
        ("0000:17:00.0", "0000:17:00"),
        ("00000000:17:00.0", "0000:17:00"),
        ("0009:01:00.0", "0009:01:00"),
        ("0000:AF:00.0", "0000:af:00"),
        ("no address", ""),
        ("", ""),
    ],
)
def test_slot_of(address: str, slot: str) -> None:
    assert slot_of(address) == slot


def test_lines_about_a_gpu_take_their_continuation_along() -> None:
    log = lines(
        "NVRM: loading",
        "NVRM: The NVIDIA GPU 0000:00:07.0 (PCI ID: 10de:1b80) installed in this system",
        "NVRM: is not supported by open nvidia.ko because it does not include the",
        "NVRM: required GPU System Processor (GSP).",
        "NVRM: GPU 0000:00:08.0: RmInitAdapter failed! (0x62:0x65:1792)",
        "NVRM: something of the other GPU",
    )
    assert [int(message.seconds) for message in lines_about(log, "0000:00:07")] == [1, 2, 3]
    assert slots_in(log) == {"0000:00:07", "0000:00:08"}


@pytest.mark.parametrize(
    ("texts", "cause"),
    [
        (["NVRM: GPU 0000:17:00.0: GPU has fallen off the bus."], "gpu_fell_off_bus"),
        (
            [
                "NVRM: The NVIDIA GPU 0000:b3:00.0 (PCI ID: 10de:26b5) installed in this system has",
                "NVRM: fallen off the bus and is not responding to commands.",
            ],
            "gpu_fell_off_bus",
        ),
        (
            [
                "NVRM: The NVIDIA GPU 0000:02:00.0 (PCI ID: 10de:2c31)",
                "NVRM: installed in this system requires use of the NVIDIA open kernel modules.",
                "NVRM: GPU 0000:02:00.0: RmInitAdapter failed! (0x22:0x56:1017)",
            ],
            "wrong_module_flavour",
        ),
        (
            [
                "The NVIDIA GPU 0000:01:00.0 (PCI ID: 10de:2330)",
                "NVRM: installed in this system is not supported by the",
                "NVRM: NVIDIA 550.90.07 driver release.",
            ],
            "gpu_newer_than_driver",
        ),
        (
            [
                "NVRM: BAR1 is 0M @ 0x0 (PCI:0000:05:00.0)",
                "NVRM: GPU 0000:05:00.0: RmInitAdapter failed! (0x24:0x72:1447)",
            ],
            "bios_bar_settings",
        ),
        (
            [
                "NVRM: RmInitAdapter: Cannot initialize GSP firmware RM",
                "NVRM: GPU 0000:98:00.0: RmInitAdapter failed! (0x62:0x65:1792)",
            ],
            "gsp_firmware_failure",
        ),
        (["NVRM: GPU 0000:04:01.0: RmInitAdapter failed! (0x11:0x45:2525)"], "gpu_hardware_fault"),
        (["nvidia 0000:17:00.0: enabling device (0000 -> 0002)"], ""),
        ([], ""),
    ],
)
def test_cause_in(texts: list[str], cause: str) -> None:
    assert cause_in(lines(*texts)) == cause


def test_lines_that_name_no_device() -> None:
    # of driver 418: https://github.com/NVIDIA/kubevirt-gpu-device-plugin/issues/2
    old = KernelMessage(23.5, "NVRM: RmInitAdapter failed! (0x24:0xffff:1211)")
    new = KernelMessage(23.6, "NVRM: GPU 0000:17:00.0: RmInitAdapter failed! (0x24:0xffff:1220)")
    assert lines_without_address([old, new]) == (old,)
