"""What the NVIDIA lines of the kernel log say of a GPU. Pure text in, records out."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from gpucheck.model.driver import KernelMessage

_SLOT = r"(?P<domain>[0-9a-f]{4,8}):(?P<bus>[0-9a-f]{2}):(?P<device>[0-9a-f]{2})"
_ADDRESS = re.compile(rf"\b{_SLOT}\b", re.IGNORECASE)
# "NVRM: Xid (PCI:0000:17:00): 79, …"; before driver 340 without "PCI:"; with "GPU-I:06" after the
# slot for a MIG instance. NVSwitches log "SXid", which is not an Xid.
# https://docs.nvidia.com/deploy/xid-errors/index.html
_XID = re.compile(
    rf"(?<![A-Za-z])Xid \((?:PCI:)?{_SLOT}[^)]*\): (?P<number>\d+)(?:, (?P<text>.*))?", re.IGNORECASE
)
# "154, GPU recovery action changed from 0x0 (None) to 0x2 (Node Reboot Required)"
RECOVERY_ACTION = 154
_RECOVERY = re.compile(r"recovery action changed from .* to 0x[0-9a-f]+ \((?P<action>[^)]*)\)", re.IGNORECASE)
# "nvidia-nvswitch3: SXid (PCI:0000:c1:00.0): 28006, Non-fatal, Link 46 MC TS crumbstore MCTO (First)"; the
# lines that follow have "Severity" or "Data" in the place of the grade (Fabric Manager User Guide, D.3)
_SXID = re.compile(
    rf"SXid \(PCI:{_SLOT}[^)]*\): (?P<number>\d+), (?P<grade>Fatal|Non-fatal)(?:, (?P<text>.*))?",
    re.IGNORECASE,
)
# The driver's words, and what they mean; the first that fits decides. From the texts the kernel
# module prints (https://github.com/NVIDIA/open-gpu-kernel-modules, issues 507, 789, 1151) and from
# the reports in https://github.com/NVIDIA/NVSentinel/issues/155.
_SIGNS = (
    ("has fallen off the bus", "gpu_fell_off_bus"),
    ("is not supported by open nvidia.ko", "wrong_module_flavour"),
    ("requires use of the nvidia open kernel modules", "wrong_module_flavour"),
    ("installed in this system is not supported by the", "gpu_newer_than_driver"),
    ("m @ 0x0 (pci:", "bios_bar_settings"),  # "BAR1 is 0M @ 0x0 (PCI:0000:17:00.0)"
    ("cannot initialize gsp firmware rm", "gsp_firmware_failure"),
    ("rminitadapter failed", "gpu_hardware_fault"),
)
_CONTINUATION_LINES = 4  # the longest of these messages has five lines, the address in the first


@dataclass(frozen=True, slots=True)
class Xid:
    """One Xid line: which GPU, which number, the driver's text, when (seconds since boot)."""

    slot: str  # 0000:17:00
    number: int
    text: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Sxid:
    """An error report of an NVSwitch: which switch, which number, whether the driver calls it fatal."""

    slot: str
    number: int
    fatal: bool
    text: str


def sxids(messages: Iterable[KernelMessage]) -> tuple[Sxid, ...]:
    """Return the SXids in the order they were logged."""
    found = (_SXID.search(message.text) for message in messages)
    return tuple(
        Sxid(_slot(m), int(m["number"]), m["grade"].lower() == "fatal", (m["text"] or "").strip())
        for m in found
        if m
    )


def recovery_action(text: str) -> str:
    """Return the action that an Xid 154 names as due, '' where it names none."""
    found = _RECOVERY.search(text)
    return "" if found is None or found["action"].lower() == "none" else found["action"]


def slot_of(address: str) -> str:
    """Return domain:bus:device of a PCI address as sysfs writes it, whatever the domain's width.

    NVML and the driver write 00000000:17:00.0, sysfs 0000:17:00.0. Empty if it is no address.
    """
    match = _ADDRESS.search(address)
    return _slot(match) if match else ""


def xids(messages: Iterable[KernelMessage]) -> tuple[Xid, ...]:
    """Return the Xids in the order they were logged."""
    found = ((_XID.search(message.text), message.seconds) for message in messages)
    return tuple(
        Xid(_slot(match), int(match["number"]), (match["text"] or "").strip(), seconds)
        for match, seconds in found
        if match
    )


def slots_in(messages: Iterable[KernelMessage]) -> set[str]:
    """Return every PCI address that the messages name, as domain:bus:device."""
    return {_slot(match) for message in messages for match in _ADDRESS.finditer(message.text)}


def lines_about(messages: Iterable[KernelMessage], slot: str) -> tuple[KernelMessage, ...]:
    """Return the messages that name ``slot``, each with the lines that continue it."""
    chosen: list[KernelMessage] = []
    left = 0
    for message in messages:
        named = {_slot(match) for match in _ADDRESS.finditer(message.text)}
        if named:
            left = _CONTINUATION_LINES + 1 if slot in named else 0
        if left:
            chosen.append(message)
            left -= 1
    return tuple(chosen)


def lines_without_address(messages: Iterable[KernelMessage]) -> tuple[KernelMessage, ...]:
    """Return the messages that name no device, as those of drivers before 460 do."""
    return tuple(message for message in messages if not _ADDRESS.search(message.text))


def cause_in(messages: Iterable[KernelMessage]) -> str:
    """Return the root cause that these lines name, or '' if they name none."""
    text = " ".join(message.text.replace("NVRM:", " ") for message in messages).lower()
    words = " ".join(text.split())
    return next((cause for sign, cause in _SIGNS if sign in words), "")


def _slot(match: re.Match[str]) -> str:
    return f"{int(match['domain'], 16):04x}:{match['bus']}:{match['device']}".lower()
