"""GC301: NVML lists every GPU that the PCI bus shows and the NVIDIA driver may have.

A GPU that is on the bus and not in NVML is invisible to every container: the driver refused it, or
it stopped answering. GPUs in the hands of another driver are judged by GC102 to GC104.
"""

from collections import defaultdict
from collections.abc import Iterator

from gpucheck.checks._base import Check, NotApplicable
from gpucheck.checks._scope import require_linux_driver
from gpucheck.checks.gpu._cures import cure
from gpucheck.checks.gpu._kernel_log import cause_in, lines_about, lines_without_address, slot_of
from gpucheck.checks.gpu._lost import is_lost
from gpucheck.model.driver import KernelMessage
from gpucheck.model.fact import Known
from gpucheck.model.finding import Category, Evidence, Finding
from gpucheck.model.host import HostSnapshot
from gpucheck.model.platform import PciDevice
from gpucheck.model.versions import Version
from gpucheck.tables import Tables

CHECK = Check(
    id="GC301",
    slug="pci_count_equals_nvml",
    category=Category.GPU,
    title="NVML lists every GPU of the PCI bus",
    meaning="Compares the NVIDIA GPUs on the PCI bus with those NVML lists, address by address. A GPU that "
    "is missing from NVML cannot be given to any container. Its address, the answer of its "
    "configuration space and the kernel log tell why it is missing.",
    causes=(
        "bios_bar_settings",
        "gpu_dropped_by_driver",
        "gpu_fell_off_bus",
        "gpu_hardware_fault",
        "gpu_newer_than_driver",
        "gsp_firmware_failure",
        "runs_in_container",
        "vm_passthrough_problem",
        "wrong_module_flavour",
    ),
    because_of=("GC103", "GC105", "GC111", "GC203", "GC207", "GC215", "GC219", "GC232", "GC302"),
    headline=True,
    symptom=True,
    url="https://docs.nvidia.com/deploy/xid-errors/index.html",
)


@CHECK.judges_host
def judge(host: HostSnapshot, tables: Tables) -> Iterator[Finding]:
    """Compare the two lists."""
    require_linux_driver(host)
    expected, listed = _expected(host), host.gpus()
    count = host.nvml.device_count.require()
    on_bus = len(host.pci_gpus())
    if count > on_bus:
        yield CHECK.unknown(f"NVML lists {count} GPUs, the PCI bus shows {on_bus}", evidence=_counts(host))
        return
    named = {
        slot_of(g.pci_bus_id.require()) for g in listed if isinstance(g.pci_bus_id, Known) and not is_lost(g)
    }
    missing = [device for device in expected if slot_of(device.address) not in named]
    # a GPU that answers and hides only its address is one of those not found by address
    nameless = [g for g in listed if not isinstance(g.pci_bus_id, Known) and not is_lost(g)]
    if len(missing) <= len(nameless):
        yield CHECK.passed(f"{len(expected)} of {len(expected)} GPUs answer", evidence=_counts(host))
        return
    answering = len(expected) - len(missing) + len(nameless)
    yield from _complain(host, tables, missing, f"{answering} of {len(expected)} GPUs answer")


def _expected(host: HostSnapshot) -> list[PciDevice]:
    """Return the GPUs that the NVIDIA driver holds, or that no driver holds."""
    found = [device for device in host.pci_gpus() if device.driver.get("nvidia") == "nvidia"]
    if not found:
        raise NotApplicable("other drivers hold every GPU of this host")
    return found


def _complain(host: HostSnapshot, tables: Tables, missing: list[PciDevice], title: str) -> Iterator[Finding]:
    by_cause: defaultdict[str, list[PciDevice]] = defaultdict(list)
    for device in missing:
        by_cause[_cause(device, host, tables)].append(device)
    for cause, devices in by_cause.items():
        addresses = ", ".join(device.address for device in devices)
        make = CHECK.warned if cause == "runs_in_container" else CHECK.failed
        yield make(
            f"{title}; silent: {addresses}",
            cause=cause,
            detail=_detail(devices[0], tables),
            evidence=[*_counts(host), *(part for device in devices for part in _why(device, host))],
            remedy=cure(cause, host, tables),
        )


def _cause(device: PciDevice, host: HostSnapshot, tables: Tables) -> str:
    """Return why NVML does not list ``device``: the surest sign decides."""
    silent = device.revision == "ff" or device.responds.get(True) is False
    if silent or any(is_lost(gpu) for gpu in host.gpus()):
        return "gpu_fell_off_bus"
    if host.in_container:
        return "runs_in_container"
    said = cause_in(_lines(device, host))
    # RmInitAdapter fails for many reasons; a driver that does not serve this GPU is the better one
    if said and said != "gpu_hardware_fault":
        return said
    if misfit := _misfit(device, host, tables):
        return misfit
    virtual = host.platform.virtualization.get("none") != "none"
    return "vm_passthrough_problem" if said and virtual else "gpu_hardware_fault"


def _lines(device: PciDevice, host: HostSnapshot) -> tuple[KernelMessage, ...]:
    """Return what the kernel log says of ``device``; a line without an address means the only GPU."""
    messages: tuple[KernelMessage, ...] = host.kernel_log.messages.get(())
    lines = lines_about(messages, slot_of(device.address))
    if lines or len(host.pci_gpus()) > 1:
        return lines
    unnamed = lines_without_address(messages)
    return unnamed if cause_in(unnamed) else ()


def _misfit(device: PciDevice, host: HostSnapshot, tables: Tables) -> str:
    """Return the cause if the driver's branch or flavour does not serve this architecture."""
    row, version = tables.architecture_of(device.device_id), host.driver.module_version.get("")
    if row is None or not version:
        return ""
    branch, proc = Version(version).major, host.driver.proc_version.get(None)
    if row.last_driver_branch is not None and branch > row.last_driver_branch:
        return "gpu_dropped_by_driver"
    if row.min_driver_branch is not None and branch < row.min_driver_branch:
        return "gpu_newer_than_driver"
    wrong = {("unsupported", "open"), ("required", "proprietary")}
    return "wrong_module_flavour" if proc and (row.open_modules, proc.flavour) in wrong else ""


def _counts(host: HostSnapshot) -> list[Evidence]:
    on_bus = len(host.pci_gpus())
    return [
        host.evidence(host.pci.devices, f"{on_bus} GPUs"),
        host.evidence(host.nvml.device_count, expected=on_bus),
    ]


def _why(device: PciDevice, host: HostSnapshot) -> list[Evidence]:
    """Return what is known of one missing GPU: its configuration space, the last line about it."""
    found = []
    if device.responds.get(True) is False:
        found.append(host.evidence(device.responds, "all ones", "a configuration space"))
    lines = _lines(device, host)
    if lines:
        found.append(host.evidence(host.kernel_log.messages, lines[-1].text, "no such line"))
    return found


def _detail(device: PciDevice, tables: Tables) -> str:
    name = tables.product_name(device.device_id)
    return f"{device.address} is {name}. Containers cannot be given a GPU that NVML does not reach."
