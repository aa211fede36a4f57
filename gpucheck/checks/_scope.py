"""Whether a check has anything to judge on this kind of host."""

from gpucheck.checks._base import NotApplicable
from gpucheck.model.fact import Known
from gpucheck.model.gpu import Gpu
from gpucheck.model.host import HostSnapshot
from gpucheck.model.platform import PciDevice
from gpucheck.tables import Tables


def nvswitches(host: HostSnapshot, tables: Tables) -> tuple[PciDevice, ...]:
    """Return the NVSwitches on the PCI bus, none where that is not known.

    The class of their PCI function (0680) is shared with the bridges of old nForce chipsets, so the
    device id decides. HGX B200 and GB200 have switches that PCI does not show.
    """
    devices = host.pci.devices.get(())
    return tuple(d for d in devices if d.is_bridge and d.device_id in tables.nvswitch_products)


def require_gpu(host: HostSnapshot) -> None:
    """Raise NotApplicable where it is certain that there is no NVIDIA GPU (GC101 says so)."""
    if host.is_tegra or host.is_wsl:
        return
    if isinstance(host.pci.devices, Known) and not host.pci_gpus():
        raise NotApplicable("this host has no NVIDIA GPU")


def require_nvml_gpus(host: HostSnapshot) -> tuple[Gpu, ...]:
    """Return the GPUs NVML enumerates.

    Raises NotApplicable where there is no GPU, and on a Jetson without NVML, whose GPU no other library
    describes; else as ``require()`` does.
    """
    require_gpu(host)
    if host.is_tegra and not isinstance(host.nvml.gpus, Known):
        raise NotApplicable("Jetson does without NVML")
    return host.gpus()


def require_linux_driver(host: HostSnapshot) -> None:
    """Raise NotApplicable where the kernel driver is not a Linux module of the desktop/server driver.

    On WSL it lives in Windows and reaches Linux by /dev/dxg; on Jetson it belongs to L4T.
    """
    require_gpu(host)
    if host.is_wsl:
        raise NotApplicable("under WSL the kernel driver is Windows' own")
    if host.is_tegra:
        raise NotApplicable("on Jetson the kernel driver is part of L4T")
