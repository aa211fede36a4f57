"""Which containers with our label may still be there, and which were left behind."""

import os

from gpucheck.model.container import BOOT_LABEL, DEADLINE_LABEL, LABEL, PID_LABEL
from gpucheck.system.process import now

_BOOT = "/proc/sys/kernel/random/boot_id"


def boot_id() -> str:
    """Return what tells this boot of the machine from others; '' if it could not be read."""
    try:
        with open(_BOOT, encoding="ascii") as file:
            return file.read().strip()
    except (OSError, ValueError):
        return ""


def labels_of(run: str, seconds: float) -> dict[str, str]:
    """Return the labels of a run's containers, which may be there for that long from now on."""
    return {
        LABEL: run,
        PID_LABEL: str(os.getpid()),
        BOOT_LABEL: boot_id(),
        DEADLINE_LABEL: str(now() + int(seconds) + 1),
    }


def is_over(labels: dict[str, str], now: int, boot: str) -> bool:
    """Return whether the time of a container's run is over, or it was of another boot."""
    deadline = labels.get(DEADLINE_LABEL, "")
    over = deadline.isdecimal() and int(deadline) < now
    return over or (bool(boot) and labels.get(BOOT_LABEL, boot) != boot)
