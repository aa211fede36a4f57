"""Whether the driver's module, by flavour and by branch, can drive the GPUs of this host."""

from gpucheck.checks._base import NotApplicable
from gpucheck.checks.driver._architectures import architecture, nvml_gpu_at
from gpucheck.checks.driver._disk import running_kernel
from gpucheck.checks.driver._version import driver_version
from gpucheck.model.fact import AnyFact, Known
from gpucheck.model.host import HostSnapshot
from gpucheck.model.platform import PciDevice
from gpucheck.model.rows import ArchitectureRow
from gpucheck.model.versions import Version
from gpucheck.tables import Tables

# what the tables say of a GPU's use of the open modules -> the one flavour that drives it
_ONLY = {"required": "open", "unsupported": "proprietary"}

Group = tuple[ArchitectureRow, tuple[PciDevice, ...]]


def module_flavour(host: HostSnapshot) -> tuple[str, AnyFact]:
    """Return the flavour of the loaded module, else of the one on disk for the running kernel.

    Raises as ``require()`` does, and NotApplicable where there is neither.
    """
    if isinstance(host.driver.proc_version, Known):
        return host.driver.proc_version.value.flavour, host.driver.proc_version
    kernel = running_kernel(host)
    if kernel is None or not kernel.modules:
        raise NotApplicable("the running kernel has no nvidia module")
    module = kernel.modules[0]
    return module.flavour.require(), module.flavour


def flavours_needed(host: HostSnapshot, tables: Tables) -> set[str]:
    """Return the flavours without which one of the GPUs gets no driver; raise as ``require()``."""
    return {_needs(device, host, tables) for device in host.pci_gpus()} - {""}


def gpus_of_other_flavour(host: HostSnapshot, tables: Tables) -> tuple[PciDevice, ...]:
    """Return the GPUs that the present module's flavour cannot drive; raise as ``module_flavour``."""
    flavour, _ = module_flavour(host)
    return tuple(d for d in host.pci_gpus() if _needs(d, host, tables) not in {"", flavour})


def untold_gpus(host: HostSnapshot, tables: Tables) -> tuple[PciDevice, ...]:
    """Return the GPUs that neither the tables nor NVML know; raise as ``require()`` does."""
    return tuple(d for d in host.pci_gpus() if architecture(d, host, tables) is None)


def gpus_outside_branch(host: HostSnapshot, tables: Tables) -> tuple[Group, ...]:
    """Return the architectures that the driver's branch does not support, with their GPUs.

    What NVML lists is supported, whatever the tables say. Raises as ``require()`` does.
    """
    branch = Version(driver_version(host)[0]).major
    found: dict[str, Group] = {}
    for device in host.pci_gpus():
        row = architecture(device, host, tables)
        if row is None or nvml_gpu_at(device.address, host) is not None:
            continue
        if is_newer(row, branch) or is_dropped(row, branch):
            earlier = found.get(row.compute_capability, (row, ()))[1]
            found[row.compute_capability] = (row, (*earlier, device))
    return tuple(found.values())


def is_newer(row: ArchitectureRow, branch: int) -> bool:
    """Return whether an architecture came after a branch."""
    return row.min_driver_branch is not None and branch < row.min_driver_branch


def is_dropped(row: ArchitectureRow, branch: int) -> bool:
    """Return whether a branch has dropped an architecture."""
    return row.last_driver_branch is not None and branch > row.last_driver_branch


def _needs(device: PciDevice, host: HostSnapshot, tables: Tables) -> str:
    # the product may say more than its architecture: Grace Hopper needs the open flavour
    tabled = tables.open_modules_of(device.device_id)
    row = architecture(device, host, tables)
    return _ONLY.get(tabled or (row.open_modules if row else ""), "")
