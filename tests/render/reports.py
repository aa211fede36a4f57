"""Reports that every format must be able to show, hostile ones included."""

from dataclasses import replace

from gpucheck.model.finding import Category, Evidence, Finding, Remedy, Status
from gpucheck.model.report import HostSummary, Report, Verdict

HOSTILE = "a\x1b[31mb\x07c\x9b2Jd\u202ee\x00f`g`|h<i>&j]]>k::error::l%m\nn\r\to"

HOST = HostSummary(
    "node17", "Ubuntu 24.04.3 LTS", "6.8.0-49-generic", "x86_64", "none", "550.144.03", "12.4",
    ("NVIDIA A100-PCIE-40GB",) * 2, "Docker 28.5.2", "1.17.8",
)  # fmt: skip

MISMATCH = Finding(
    "GC212", "libraries_match_module", Category.DRIVER, Status.FAIL,
    "libraries 550.163.01, module 550.144.03",
    detail="the package was upgraded under the running module, 2 h ago",
    cause="driver_library_mismatch",
    evidence=(
        Evidence("libraries.libnvidia_ml.version", "550.163.01", "550.144.03", "/usr/lib/libnvidia-ml.so.550.163.01"),
    ),
    remedy=Remedy("Reboot, or reload the module.", (("sudo", "systemctl", "reboot"),), needs_root=True, needs_reboot=True),
)  # fmt: skip
FOLLOWS = Finding(
    "GC215", "nvml_answers", Category.DRIVER, Status.FAIL, "NVML does not answer",
    cause="driver_library_mismatch", because_of=("GC212",),
)  # fmt: skip
UNREAD = Finding(
    "GC313", "kernel_log_without_xid", Category.GPU, Status.UNKNOWN,
    "could not tell whether the kernel log holds no Xid", detail="messages: this user may not read it",
)  # fmt: skip
FOLLOWING_UNREAD = replace(UNREAD, check="GC302", detail="gpus: library mismatch", because_of=("GC215",))
HEADLINE = Finding(
    "GC101", "nvidia_gpu_present", Category.HARDWARE, Status.PASS, "2 × NVIDIA A100-PCIE-40GB on PCI", headline=True
)  # fmt: skip
QUIET = Finding("GC111", "architecture_supported", Category.HARDWARE, Status.PASS, "x86_64")
SKIPPED = Finding("GC109", "wsl_driver_present", Category.HARDWARE, Status.SKIP, "not WSL")
WARNED = tuple(
    Finding(
        "GC314", "no_hardware_slowdown", Category.GPU, Status.WARN, "the hardware slows this GPU down: hw_slowdown",
        subject=f"gpu {index}", cause="gpu_hardware_slowdown",
        remedy=Remedy("Check power and cooling.", url="https://example.org/slowdown"),
    )
    for index in (0, 1, 2, 5)
)  # fmt: skip
CRASHED = Finding(
    "GC404", "no_legacy_nvidia_docker", Category.TOOLKIT, Status.ERROR,
    "gpucheck itself failed in this check; please report it", detail="KeyError: 'x'",
)  # fmt: skip


def a_report(
    *findings: Finding, verdict: Verdict = Verdict.NOT_READY, cause: Finding | None = None
) -> Report:
    counts = {status.value: sum(f.status is status for f in findings) for status in Status}
    return Report("0.1.0", "2026.11.23", 1_795_000_000, HOST, verdict, cause, findings, 190, counts=counts)


NOT_READY = a_report(
    HEADLINE, SKIPPED, QUIET, MISMATCH, FOLLOWS, FOLLOWING_UNREAD, UNREAD, *WARNED, CRASHED, cause=MISMATCH
)
READY = a_report(HEADLINE, QUIET, verdict=Verdict.READY)
READY_WITH_NOTES = a_report(HEADLINE, WARNED[0], replace(UNREAD, decides=False), verdict=Verdict.READY)
UNDETERMINED = a_report(UNREAD, verdict=Verdict.UNDETERMINED)
EMPTY = replace(
    a_report(verdict=Verdict.UNDETERMINED),
    host=HostSummary("", "", "", "", "", "", "", (), "", ""),
)
_HOSTILE_FINDING = replace(
    MISMATCH, title=HOSTILE, detail=HOSTILE, subject=HOSTILE, evidence=(Evidence(HOSTILE, HOSTILE, HOSTILE, HOSTILE),),
    remedy=Remedy(HOSTILE, (("echo", HOSTILE, "it's"),)),
)  # fmt: skip
HOSTILE_REPORT = replace(
    a_report(_HOSTILE_FINDING, replace(UNREAD, detail=HOSTILE), cause=_HOSTILE_FINDING),
    host=replace(HOST, hostname=HOSTILE, gpus=(HOSTILE,)), overrides=(f"GPUCHECK_X={HOSTILE}",), root="/mnt",
    redacted=True,
)  # fmt: skip
MANY = a_report(*(replace(MISMATCH, subject=f"pci {i}", title=f"{i}") for i in range(5000)), cause=MISMATCH)

# what every format is read back with: ready, not ready, hostile, empty, many, tolerated
TOLERATED = a_report(
    HEADLINE, replace(MISMATCH, tolerated="until the window (until 2026-12-01)"), verdict=Verdict.READY
)
EVERY = {
    "not_ready": NOT_READY, "ready": READY, "ready_with_notes": READY_WITH_NOTES, "undetermined": UNDETERMINED,
    "empty": EMPTY, "hostile": HOSTILE_REPORT, "many": MANY, "tolerated": TOLERATED,
}  # fmt: skip
