"""Healthy hosts of every kind, as changes to the builder's host. No GPU check may complain of one."""

from typing import Any

from gpucheck.model.driver import Package
from gpucheck.model.fact import Reason
from gpucheck.model.gpu import Fabric, MigDevice, NvLink
from tests.builders import DRIVER, a_device, a_gpu, a_unit, absent, an_nvswitch, unavailable

NONE = unavailable(Reason.UNSUPPORTED, "Not Supported")
DOWN = tuple(NvLink(link, active=False) for link in range(12))
UP = tuple(NvLink(link, active=True) for link in range(18))
MANAGER = a_unit("nvidia-fabricmanager.service")
PACKAGE = Package("nvidia-fabricmanager-580", f"{DRIVER}-1", "installed")
REGISTERED = Fabric("completed", 0)


def hosts_gpus(count: int, **changes: Any) -> dict[str, Any]:
    """Return the PCI and NVML side of ``count`` equal GPUs."""
    return {
        "pci.devices": tuple(a_device(index) for index in range(count)),
        "nvml.device_count": count,
        "nvml.gpus": tuple(a_gpu(index, **changes) for index in range(count)),
    }


def with_switches(host: dict[str, Any], count: int = 4) -> dict[str, Any]:
    """Return the host with NVSwitches on PCI."""
    switches = tuple(an_nvswitch(index) for index in range(count))
    return host | {"pci.devices": (*host["pci.devices"], *switches)}


def hgx_h100(**changes: Any) -> dict[str, Any]:
    """Return 8 H100 behind NVSwitches, with a fabric manager."""
    host = hosts_gpus(8, **({"fabric": REGISTERED} | changes))
    return with_switches(host) | {"services.units": (MANAGER,), "packages.installed": (PACKAGE,)}


_NO_SERVER_FEATURES = {
    "mig_enabled": NONE,
    "mig_enabled_pending": NONE,
    "mig_devices": NONE,
    "ecc_enabled": NONE,
    "ecc_enabled_pending": NONE,
    "ecc_uncorrected_volatile": NONE,
    "ecc_uncorrected_aggregate": NONE,
    "remapped_rows": NONE,
    "fabric": NONE,
    "nvlinks": (),
    "memory_repair": NONE,
    "memory_unrepairable": NONE,
    "sram_errors_above_limit": NONE,
    "nvlink_errors": NONE,
}

KINDS: dict[str, dict[str, Any]] = {
    "two H100, bridged": {},
    "HGX H100": hgx_h100(),
    "HGX A100 in MIG mode": with_switches(
        hosts_gpus(
            8,
            name="NVIDIA A100-SXM4-40GB",
            compute_capability="8.0",
            mig_enabled=True,
            mig_enabled_pending=True,
            mig_devices=(
                MigDevice("MIG-1", "NVIDIA A100-SXM4-40GB MIG 3g.20gb", 1, 0, 20_937_965_568),
                MigDevice("MIG-2", "NVIDIA A100-SXM4-40GB MIG 3g.20gb", 2, 0, 20_937_965_568),
            ),
            remapped_rows=NONE,
            ecc_uncorrected_volatile=NONE,
            ecc_uncorrected_aggregate=NONE,
            nvlinks=DOWN,
            fabric=Fabric("not_supported", 0),
        ),
        6,
    )
    | {"services.units": (MANAGER,), "packages.installed": (PACKAGE,)},
    "RTX 4090 desktop": hosts_gpus(
        1,
        name="NVIDIA GeForce RTX 4090",
        brand="GeForce",
        compute_capability="8.9",
        persistence_mode=False,
        recovery_action=NONE,
        **_NO_SERVER_FEATURES,
    )
    | {"services.units": ()},
    "T4 in a VM": hosts_gpus(
        1,
        name="Tesla T4",
        brand="NVIDIA",
        compute_capability="7.5",
        **(_NO_SERVER_FEATURES | {"ecc_enabled": True, "ecc_enabled_pending": True, "ecc_uncorrected_volatile": 0}),
        retired_pages_pending=False,
    )
    | {"platform.virtualization": "kvm"},
    "GH200": {
        "platform.architecture": "aarch64",
        "pci.devices": (a_device(0, address="0009:01:00.0", device_id="2342"),),
        "nvml.device_count": 1,
        "nvml.gpus": (
            a_gpu(0, name="NVIDIA GH200 480GB", pci_bus_id="0009:01:00.0", nvlinks=DOWN, fabric=NONE),
        ),
    },
    "GB200 tray, switches elsewhere": hosts_gpus(4, fabric=REGISTERED)
    | {"platform.architecture": "aarch64", "services.units": (a_unit("docker.service"),)},
    "DGX Spark, shared memory": hosts_gpus(
        1,
        name="NVIDIA GB10",
        compute_capability="12.1",
        memory_total_bytes=NONE,
        memory_used_bytes=NONE,
        temperature_slowdown_celsius=NONE,
        **_NO_SERVER_FEATURES,
    ),
    "one H200 of an HGX board in a VM": hosts_gpus(1, fabric=Fabric("in_progress", 0))
    | {"platform.virtualization": "kvm"},
    "HGX H100 under a driver container": hgx_h100() | {"services.units": (), "packages.installed": ()},
    "WSL2": hosts_gpus(
        1, name="NVIDIA GeForce RTX 3080", brand="GeForce", persistence_mode=True,
        recovery_action=NONE, process_count=NONE, clocks_event_reasons=("gpu_idle",), **_NO_SERVER_FEATURES,
    )
    | {
        "platform.virtualization": "wsl2",
        "pci.devices": absent("/sys/bus/pci/devices"),
        "driver.module_version": absent("/sys/module/nvidia/version"),
        "services.units": absent("systemctl"),
        "kernel_log.messages": unavailable(),
    },
    "Jetson without NVML": {
        "platform.tegra_release": "R36 (release), REVISION: 4.3",
        "platform.architecture": "aarch64",
        "pci.devices": (),
        "nvml.init": absent("libnvidia-ml.so.1"),
        "nvml.device_count": absent("libnvidia-ml.so.1"),
        "nvml.gpus": absent("libnvidia-ml.so.1"),
    },
    "no GPU": {"pci.devices": (), "nvml.device_count": 0, "nvml.gpus": ()},
}  # fmt: skip
