"""The host in a few words: the head of every report."""

from gpucheck.model.engine import Binary
from gpucheck.model.host import HostSnapshot
from gpucheck.model.report import GpuReading, HostSummary
from gpucheck.tables import Tables


def summarize(host: HostSnapshot, tables: Tables) -> HostSummary:
    """Return what identifies the host; a part that is not known is an empty string."""
    release = host.platform.os_release.get(None)
    info = host.docker.info.get(None)
    toolkit = host.toolkit.nvidia_ctk.get(None) or host.toolkit.nvidia_container_cli.get(None)
    return HostSummary(
        hostname=host.platform.hostname.get(""),
        os=release.pretty_name if release else "",
        kernel=host.platform.kernel_release.get(""),
        architecture=host.platform.architecture.get(""),
        virtualization=host.platform.virtualization.get(""),
        driver=host.nvml.driver_version.get("") or host.driver.module_version.get(""),
        cuda=host.nvml.cuda_driver_version.get(""),
        gpus=_gpu_names(host, tables),
        engine=f"Docker {info.server_version}" if info else _podman(host),
        toolkit=toolkit.version.get("") if toolkit else "",
        gpu_readings=tuple(
            GpuReading(
                gpu.index, gpu.temperature_celsius.get(None), gpu.temperature_slowdown_celsius.get(None)
            )
            for gpu in host.nvml.gpus.get(())
        ),
    )


def _podman(host: HostSnapshot) -> str:
    podman: Binary | None = host.other_engines.podman.get(None)
    return f"Podman {podman.version.get('')}".rstrip() if podman else ""


def _gpu_names(host: HostSnapshot, tables: Tables) -> tuple[str, ...]:
    """Name the GPUs as NVML does, else as the PCI ID database does."""
    by_nvml = [gpu.name.get("") for gpu in host.nvml.gpus.get(())]
    if by_nvml and all(by_nvml):
        return tuple(by_nvml)
    devices = host.pci.devices.get(())
    return tuple(tables.product_name(device.device_id) for device in devices if device.is_gpu)
