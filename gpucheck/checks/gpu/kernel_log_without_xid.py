"""GC313: the kernel log holds no Xid that tells of a faulty GPU, since the machine was started.

Xids are the driver's error reports. Many are faults of programs; the table of Xids tells which are
the GPU's. Reading the log often needs root, so not knowing leaves readiness open to other checks.
"""

from collections import defaultdict
from collections.abc import Iterator

from gpucheck.checks._base import Check
from gpucheck.checks._remedy import remedy
from gpucheck.checks._scope import require_linux_driver
from gpucheck.checks.gpu._cures import cure
from gpucheck.checks.gpu._kernel_log import (
    RECOVERY_ACTION,
    Xid,
    cause_in,
    lines_about,
    recovery_action,
    slot_of,
    slots_in,
    xids,
)
from gpucheck.model.fact import Known
from gpucheck.model.finding import Category, Finding, Remedy
from gpucheck.model.host import HostSnapshot
from gpucheck.model.xid_rows import XidRow
from gpucheck.tables import Tables

CHECK = Check(
    id="GC313",
    slug="kernel_log_without_xid",
    category=Category.GPU,
    title="the kernel log is free of Xids of a faulty GPU",
    meaning="Reads the NVIDIA lines of the kernel log since boot and looks every Xid up in NVIDIA's "
    "catalogue. Fatal ones mean that the GPU needs a reset, a reboot or a replacement; those of "
    "programs are only counted. Lines about a GPU that the driver could not start are judged too.",
    causes=(
        "bios_bar_settings",
        "gpu_ecc_error",
        "gpu_fell_off_bus",
        "gpu_hardware_fault",
        "gpu_needs_reset",
        "gpu_newer_than_driver",
        "gsp_firmware_failure",
        "nvlink_inactive",
        "vgpu_guest_host_mismatch",
        "wrong_module_flavour",
    ),
    because_of=("GC105", "GC207", "GC219", "GC301", "GC302"),
    decides=False,
    url="https://docs.nvidia.com/deploy/xid-errors/index.html",
)

_BY_RESOLUTION = {
    "reset_gpu": "reset_gpu",
    "restart_host": "reboot_for_gpu",
    "restart_vm": "reboot_for_gpu",
    "update_software": "match_vgpu_releases",  # Xid 78 alone: a vGPU that did not start
}
_STARTS = {
    "bios_bar_settings": "the firmware gave the GPU no room in the address space",
    "gpu_fell_off_bus": "the GPU has fallen off the bus",
    "gpu_hardware_fault": "the driver could not start the GPU (RmInitAdapter failed)",
    "gpu_newer_than_driver": "the driver does not know the GPU",
    "gsp_firmware_failure": "the GSP firmware of the GPU did not start",
    "wrong_module_flavour": "the GPU needs the other flavour of the kernel module",
}


@CHECK.judges_host
def judge(host: HostSnapshot, tables: Tables) -> Iterator[Finding]:
    """Judge Xids by GPU and number, then lines about GPUs that did not start."""
    require_linux_driver(host)
    logged = xids(host.kernel_log.messages.require())
    groups: defaultdict[tuple[str, int], list[Xid]] = defaultdict(list)
    for xid in logged:
        groups[xid.slot, xid.number].append(xid)
    findings = [_judge_xid(group, host, tables) for _, group in sorted(groups.items())]
    findings += _judge_starts(host, tables, {xid.slot for xid in logged})
    if not findings:
        findings = [CHECK.passed("no Xid since boot")]
    yield from findings


def _judge_xid(group: list[Xid], host: HostSnapshot, tables: Tables) -> Finding:
    last = group[-1]
    subject, row = _subject(last.slot, host), tables.xids.get(last.number)
    what = f"Xid {last.number}{_times(len(group))}, last {_when(last, host)}"
    evidence = [host.evidence(host.kernel_log.messages, _line(last), "no such line")]
    if row is None:
        title = f"{what}: not in the table of Xids"
        return CHECK.unknown(title, subject=subject, evidence=evidence)
    title = f"{what}: {_short(row)}"
    if row.xid == RECOVERY_ACTION:
        return _judge_recovery(last, subject, title, host, tables)
    if row.severity not in {"fatal", "error"}:
        return CHECK.passed(title, subject=subject, detail=row.action, evidence=evidence)
    cause = row.cause or "gpu_hardware_fault"
    make = CHECK.failed if row.severity == "fatal" else CHECK.warned
    return make(
        title,
        subject=subject,
        cause=cause,
        detail=f"{row.meaning} {row.action}",
        evidence=evidence,
        remedy=_remedy(row, cause, subject, host, tables),
    )


def _remedy(row: XidRow, cause: str, subject: str, host: HostSnapshot, tables: Tables) -> Remedy:
    """Return the cause's remedy; where the table names no cause, that of the catalogue's action."""
    if not row.cause and row.resolution in _BY_RESOLUTION:
        return remedy(_BY_RESOLUTION[row.resolution], host, tables, gpu=subject.rsplit(maxsplit=1)[-1])
    return cure(cause, host, tables, subject.rsplit(maxsplit=1)[-1])


def _judge_recovery(last: Xid, subject: str, title: str, host: HostSnapshot, tables: Tables) -> Finding:
    """Judge the action the driver's last Xid 154 names, where NVML does not tell what is due now (GC318)."""
    wanted = recovery_action(last.text)
    evidence = [host.evidence(host.kernel_log.messages, _line(last), "no recovery action")]
    gpu = next((g for g in host.nvml.gpus.get(()) if slot_of(g.pci_bus_id.get("")) == last.slot), None)
    if not wanted or (gpu is not None and isinstance(gpu.recovery_action, Known)):
        return CHECK.passed(title, subject=subject, evidence=evidence)
    key = "reset_gpu" if "reset" in wanted.lower() else "reboot_for_gpu"
    return CHECK.failed(
        f"the driver asks for an action: {wanted}",
        subject=subject,
        cause="gpu_needs_reset",
        detail="An error has left the GPU in a state that only this action ends.",
        evidence=evidence,
        remedy=remedy(key, host, tables, gpu=subject.rsplit(maxsplit=1)[-1]),
    )


def _judge_starts(host: HostSnapshot, tables: Tables, told: set[str]) -> list[Finding]:
    """Judge what the log says of GPUs without an Xid: the driver lost them or could not start them."""
    messages = host.kernel_log.messages.require()
    found = []
    for slot in sorted(slots_in(messages) - told):
        lines = lines_about(messages, slot)
        cause = cause_in(lines)
        if not cause:
            continue
        make = CHECK.failed if cause == "gpu_fell_off_bus" else CHECK.warned
        subject = _subject(slot, host)
        found.append(
            make(
                _STARTS[cause],
                subject=subject,
                cause=cause,
                evidence=[host.evidence(host.kernel_log.messages, lines[-1].text, "no such line")],
                remedy=cure(cause, host, tables, subject.rsplit(maxsplit=1)[-1]),
            )
        )
    return found


def _subject(slot: str, host: HostSnapshot) -> str:
    """Return ``gpu N`` for a GPU that NVML lists, else its address."""
    indexes = (g.index for g in host.nvml.gpus.get(()) if slot_of(g.pci_bus_id.get("")) == slot)
    return next((f"gpu {index}" for index in indexes), f"pci {slot}.0")


def _times(count: int) -> str:
    return f" {count} times" if count > 1 else ""


def _short(row: XidRow) -> str:
    return row.meaning.split(". ")[0].removesuffix(".")


def _line(xid: Xid) -> str:
    return f"Xid (PCI:{xid.slot}): {xid.number}" + (f", {xid.text}" if xid.text else "")


def _when(xid: Xid, host: HostSnapshot) -> str:
    """Return how long before the snapshot it was logged, or how long after boot."""
    if xid.seconds < 0:
        return "at an unknown time"
    boot = host.platform.boot_time.get(0)
    if not boot:
        return f"{_span(xid.seconds)} after boot"
    return f"{_span(max(0, host.meta.taken_at - boot - xid.seconds))} ago"


def _span(seconds: float) -> str:
    """Return a length of time in its largest unit that fits twice, or in seconds."""
    for length, unit in ((86_400, "d"), (3600, "h"), (60, "min")):
        if seconds >= 2 * length:
            return f"{seconds / length:.0f} {unit}"
    return f"{seconds:.0f} s"
