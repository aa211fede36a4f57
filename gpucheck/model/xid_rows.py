"""The rows of the kernel log's error reports: Xids of GPUs, SXids of NVSwitches."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class XidRow:
    """An Xid of the kernel log, from NVIDIA's catalogue."""

    xid: int
    meaning: str
    severity: str  # fatal | error | application | info
    action: str
    source: str
    retrieved: str
    cause: str = ""
    # the immediate action in one word; empty: the catalogue names none
    # ignore | restart_app | reset_gpu | restart_vm | restart_host | check_mechanics | update_software
    # | contact_support | workflow (it depends on what else was logged)
    resolution: str = ""


@dataclass(frozen=True, slots=True)
class SxidRow:
    """An SXid, the kernel log's error report of an NVSwitch."""

    sxid: int
    meaning: str
    severity: str  # fabric (all of it is down) | port | error | info
    action: str
    source: str
    retrieved: str
