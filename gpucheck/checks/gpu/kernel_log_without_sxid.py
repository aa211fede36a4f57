"""GC324: the kernel log holds no SXid of a broken NVSwitch or link, since the machine was started.

SXids are the error reports of NVSwitches. The line itself says whether the driver calls one fatal; the
table tells which of them take the whole fabric down. They stay in the log after a reset has helped:
where every GPU is registered with the fabric and CUDA starts, a fatal one is history that may come back.
"""

from collections import defaultdict
from collections.abc import Iterator

from gpucheck.checks._base import Check, NotApplicable
from gpucheck.checks._remedy import remedy
from gpucheck.checks._scope import nvswitches, require_linux_driver
from gpucheck.checks.gpu._fabric import all_registered, cuda_is_ready
from gpucheck.checks.gpu._kernel_log import Sxid, sxids
from gpucheck.model.finding import Category, Finding, Status
from gpucheck.model.host import HostSnapshot
from gpucheck.tables import Tables

CHECK = Check(
    id="GC324",
    slug="kernel_log_without_sxid",
    category=Category.GPU,
    title="the kernel log is free of SXids of a faulty NVSwitch",
    meaning="Reads the NVSwitches' error reports in the kernel log since boot and looks each up in NVIDIA's"
    " list. Fatal ones stop the traffic of a port, or of the whole fabric, until a reset or reboot; what"
    " the switch corrected by itself is only counted.",
    causes=("nvswitch_fault",),
    because_of=("GC304", "GC306"),
    decides=False,
    url="https://docs.nvidia.com/datacenter/tesla/pdf/fabric-manager-user-guide.pdf",
)

_NON_FATAL = {"info": Status.PASS, "error": Status.WARN, "port": Status.WARN, "fabric": Status.FAIL}


@CHECK.judges_host
def judge(host: HostSnapshot, tables: Tables) -> Iterator[Finding]:
    """Judge SXids by switch and number."""
    require_linux_driver(host)
    logged = sxids(host.kernel_log.messages.require())
    if not logged and not nvswitches(host, tables):
        raise NotApplicable("this machine has no NVSwitch")
    groups: defaultdict[tuple[str, int], list[Sxid]] = defaultdict(list)
    for sxid in logged:
        groups[sxid.slot, sxid.number].append(sxid)
    for _, group in sorted(groups.items()):
        yield _judged(group, host, tables)
    if not groups:
        yield CHECK.passed("no SXid since boot")


def _judged(group: list[Sxid], host: HostSnapshot, tables: Tables) -> Finding:
    last, row = group[-1], tables.sxids.get(group[-1].number)
    fatal = any(sxid.fatal for sxid in group)
    times = f" {len(group)} times" if len(group) > 1 else ""
    meaning = row.meaning.removesuffix(".") if row else last.text or "not in the table of SXids"
    title, subject = f"SXid {last.number}{times}: {meaning}", f"pci {last.slot}.0"
    shown = f"SXid {last.number}, {'Fatal' if last.fatal else 'Non-fatal'}, {last.text}"
    evidence = [host.evidence(host.kernel_log.messages, shown, "no such line")]
    status = _status(fatal, row.severity if row else "info", host)
    if status is Status.PASS:
        return CHECK.passed(title, subject=subject, detail=row.action if row else "", evidence=evidence)
    return CHECK.finding(
        status,
        title,
        subject=subject,
        cause="nvswitch_fault",
        detail=row.action if row else "The driver calls it fatal; NVIDIA's list does not name it.",
        evidence=evidence,
        remedy=remedy("recover_nvswitch", host, tables),
    )


def _status(fatal: bool, severity: str, host: HostSnapshot) -> Status:  # noqa: FBT001 - the driver's grade
    status = Status.FAIL if fatal else _NON_FATAL[severity]
    recovered = all_registered(host) and cuda_is_ready(host)
    return Status.WARN if status is Status.FAIL and recovered else status
