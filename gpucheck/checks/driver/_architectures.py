"""The architecture of each GPU on PCI: by its PCI id, else by the compute capability NVML reports."""

from gpucheck.model.gpu import Gpu
from gpucheck.model.host import HostSnapshot
from gpucheck.model.platform import PciDevice
from gpucheck.model.rows import ArchitectureRow
from gpucheck.tables import Tables


def nvml_gpu_at(address: str, host: HostSnapshot) -> Gpu | None:
    """Return the GPU that NVML lists at a PCI address, or None."""
    return next((gpu for gpu in host.nvml.gpus.get(()) if gpu.pci_bus_id.get("") == address), None)


def architecture(device: PciDevice, host: HostSnapshot, tables: Tables) -> ArchitectureRow | None:
    """Return the architecture of a GPU, or None where neither its PCI id nor NVML tells."""
    tabled = tables.architecture_of(device.device_id)
    gpu = nvml_gpu_at(device.address, host)
    if tabled is None and gpu is not None:
        return tables.architectures.get(gpu.compute_capability.get(""))
    return tabled


def product(device: PciDevice, host: HostSnapshot, tables: Tables) -> str:
    """Return the product's name as NVML says it, else as the PCI ID database does."""
    gpu = nvml_gpu_at(device.address, host)
    return (gpu.name.get("") if gpu else "") or tables.product_name(device.device_id)


def products(devices: tuple[PciDevice, ...], host: HostSnapshot, tables: Tables) -> str:
    """Return the products' names, each with how often it is there."""
    names = [product(device, host, tables) for device in devices]
    return ", ".join(f"{names.count(n)} × {n}" if names.count(n) > 1 else n for n in dict.fromkeys(names))
