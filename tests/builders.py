"""Hosts for tests: a healthy machine by default, changed fact by fact.

    a_host()                                             ready for GPU containers, two H100
    a_host({"driver.module_version": "550.54.15"})       the same with one fact changed
    a_host({"nvml.gpus": (a_gpu(0), a_gpu(1, mig_enabled=True))})

A plain value becomes Known(value, "test"); facts (absent(), unavailable()) are taken as they are.
"""

from dataclasses import fields, replace
from typing import Any

from gpucheck.model.docker_context import DockerContext
from gpucheck.model.driver import (
    DeviceNode,
    InstalledKernel,
    LibraryFile,
    LoadRule,
    ModuleFile,
    Package,
    ProcVersion,
    ServiceUnit,
)
from gpucheck.model.engine import (
    Binary,
    CdiSpec,
    CriConfig,
    DaemonJson,
    DaemonProcess,
    EngineInfo,
    EngineRuntime,
    EngineSocket,
    PathExists,
    ToolkitConfig,
)
from gpucheck.model.fact import Absent, AnyFact, Known, Reason, Unavailable
from gpucheck.model.gpu import Fabric, Gpu, MemoryRepair, NvLink, NvLinkErrors, NvmlReturn, RemappedRows
from gpucheck.model.host import HostSnapshot, Meta
from gpucheck.model.platform import OsRelease, PciDevice
from gpucheck.probes._toml import kinds_of_keys

DRIVER = "580.95.05"
KERNEL = "6.8.0-49-generic"
NOW = 1_795_000_000  # 2026-11-18
BOOT = NOW - 86_400 * 3
LIB = "/usr/lib/x86_64-linux-gnu"
_CONTAINERD = "/etc/containerd/config.toml"


def known(value: Any) -> AnyFact:
    """Wrap a plain value; facts pass through."""
    return value if isinstance(value, (Known, Absent, Unavailable)) else Known(value, "test")


def absent(*searched: str) -> Absent:
    return Absent(searched or ("/somewhere",))


def unavailable(reason: Reason = Reason.NOT_PERMITTED, detail: str = "this user may not") -> Unavailable:
    return Unavailable(reason, detail)


def a_device(index: int = 0, **changes: Any) -> PciDevice:
    """Return the PCI side of an H100 SXM."""
    values: dict[str, Any] = {
        "address": f"0000:{0x17 + index:02x}:00.0",
        "device_id": "2330",
        "subsystem_vendor_id": "10de",
        "subsystem_device_id": "16c1",
        "class_code": "030200",
        "revision": "a1",
        "driver": known("nvidia"),
        "responds": known(True),
        "link_width_now": known(16),
        "link_width_max": known(16),
        "link_speed_now": known(32.0),
        "link_speed_max": known(32.0),
        "numa_node": known(0),
    }
    plain = {"address", "device_id", "subsystem_vendor_id", "subsystem_device_id", "class_code", "revision"}
    values.update({k: v if k in plain else known(v) for k, v in changes.items()})
    return PciDevice(**values)


def an_nvswitch(index: int = 0) -> PciDevice:
    return a_device(0x60 + index, device_id="22a3", class_code="068000")


def a_gpu(index: int = 0, **changes: Any) -> Gpu:
    """Return the NVML side of a healthy, idle H100 SXM."""
    values: dict[str, Any] = {
        "uuid": f"GPU-4cf8db2d-06c0-7d70-1a51-e59b25b2c16{index:x}",
        "name": "NVIDIA H100 80GB HBM3",
        "brand": "NVIDIA",
        "compute_capability": "9.0",
        "serial": f"165222300000{index}",
        "vbios_version": "96.00.89.00.01",
        "pci_bus_id": f"0000:{0x17 + index:02x}:00.0",
        "minor_number": index,
        "memory_total_bytes": 85_520_809_984,
        "memory_used_bytes": 0,
        "mig_enabled": False,
        "mig_enabled_pending": False,
        "mig_devices": (),
        "ecc_enabled": True,
        "ecc_enabled_pending": True,
        "ecc_uncorrected_volatile": 0,
        "ecc_uncorrected_aggregate": 0,
        "remapped_rows": RemappedRows(0, 0, pending=False, failure=False),
        "retired_pages_pending": unavailable(Reason.UNSUPPORTED, "Not Supported"),
        "memory_repair": MemoryRepair(channel_pending=False, tpc_pending=False),
        "memory_unrepairable": False,
        "sram_errors_above_limit": False,
        "inforom_valid": True,
        "pcie_generation_now": 5,
        "pcie_generation_max": 5,
        "pcie_width_now": 16,
        "pcie_width_max": 16,
        "performance_state": 0,
        "utilization_percent": 0,
        "temperature_celsius": 33,
        "temperature_slowdown_celsius": 92,
        "power_usage_watts": 71.5,
        "power_limit_watts": 700.0,
        "clocks_event_reasons": ("gpu_idle",),
        "persistence_mode": True,
        "compute_mode": "default",
        "fabric": Fabric("not_supported", 0),
        "nvlinks": tuple(NvLink(i, active=True) for i in range(18)),
        "nvlink_errors": NvLinkErrors(0, 0, 0),
        "recovery_action": "none",
        "process_count": 0,
        "vgpu_licence": "none",
        "start_seconds": 0.0,
    }
    values.update(changes)
    return Gpu(index=index, **{name: known(value) for name, value in values.items()})


def a_kernel(release: str = KERNEL, version: str = DRIVER, **changes: Any) -> InstalledKernel:
    """Return a bootable kernel with a signed open module built for it."""
    path = f"/lib/modules/{release}/updates/dkms/nvidia.ko.zst"
    module = ModuleFile(path, known(version), known("open"), known(True))
    return replace(InstalledKernel(release, bootable=True, modules=(module,), headers=True), **changes)


def a_node(name: str, major: int = 195, minor: int = 0, **changes: Any) -> DeviceNode:
    node = DeviceNode(f"/dev/{name}", "char", 0o666, 0, 0, major, minor, True, True, True)
    return replace(node, **changes)


def a_library(name: str, version: str = DRIVER) -> LibraryFile:
    return LibraryFile(f"{LIB}/{name}.1", f"{LIB}/{name}.{version}", known(version), "ldcache")


def a_binary(name: str, version: str = "1.19.1", installed_at: int = BOOT - 86_400) -> Binary:
    return Binary(f"/usr/bin/{name}", known(version), known(installed_at))


def engine_info(**changes: Any) -> EngineInfo:
    """Return Docker 28.5 with the nvidia runtime and CDI devices, systemd cgroups v2."""
    info = EngineInfo(
        server_version="28.5.2",
        api_version="1.51",
        operating_system="Ubuntu 24.04.3 LTS",
        docker_root_dir="/var/lib/docker",
        default_runtime="runc",
        runtimes=(
            EngineRuntime("nvidia", "nvidia-container-runtime"),
            EngineRuntime("runc", "runc"),
        ),
        cgroup_driver="systemd",
        cgroup_version="2",
        security_options=("name=apparmor", "name=seccomp,profile=builtin", "name=cgroupns"),
        cdi_spec_dirs=("/etc/cdi", "/var/run/cdi"),
        discovered_devices=("cdi:nvidia.com/gpu=0", "cdi:nvidia.com/gpu=1", "cdi:nvidia.com/gpu=all"),
        rootless=False,
        docker_desktop=False,
        snap=False,
    )
    return replace(info, **changes)


def a_unit(name: str, active: str = "active", enabled: str = "enabled", load: str = "loaded") -> ServiceUnit:
    return ServiceUnit(name, load, active, enabled, "exit-code" if active == "failed" else "success")


def a_toolkit_config(values: dict[str, Any], modified_at: int = BOOT - 86_400) -> ToolkitConfig:
    """Return a config.toml of these values, with the kinds of its keys."""
    keys = known(kinds_of_keys(values))
    return ToolkitConfig("/etc/nvidia-container-runtime/config.toml", values, modified_at, keys)


def a_cdi_spec(**changes: Any) -> CdiSpec:
    spec = CdiSpec(
        path="/var/run/cdi/nvidia.yaml",
        cdi_version="0.7.0",
        kind="nvidia.com/gpu",
        devices=("0", "1", "all"),
        host_paths=40,
        missing_paths=(),
        driver_versions=(DRIVER,),
        modified_at=BOOT + 30,
        uses=("device_name_with_digit_first",),
        mode=0o644,
    )
    return replace(spec, **changes)


def _healthy() -> dict[str, Any]:
    gpus = 2
    return {
        "platform.os_release": OsRelease("ubuntu", ("debian",), "24.04", "Ubuntu 24.04.3 LTS"),
        "platform.hostname": "node17",
        "platform.kernel_release": KERNEL,
        "platform.architecture": "x86_64",
        "platform.virtualization": "none",
        "platform.container": "none",
        "platform.wsl_dxg": absent("/dev/dxg"),
        "platform.wsl_libraries": absent("/usr/lib/wsl/lib"),
        "platform.tegra_release": absent("/etc/nv_tegra_release"),
        "platform.secure_boot": False,
        "platform.key_enrolment_pending": False,
        "platform.lockdown": "none",
        "platform.kernel_command_line": f"BOOT_IMAGE=/boot/vmlinuz-{KERNEL} root=/dev/sda1 ro",
        "platform.boot_time": BOOT,
        "platform.cgroup_version": "v2",
        "platform.selinux": absent("/sys/fs/selinux"),
        "platform.selinux_booleans": absent("/sys/fs/selinux/booleans/container_use_devices"),
        "platform.bpf_jit_harden": 0,
        "platform.cgroup_bpf": True,
        "platform.init_system": "systemd",
        "platform.uid": 0,
        "platform.groups": (0,),
        "platform.python_version": "3.12.3",
        "pci.devices": tuple(a_device(i) for i in range(gpus)),
        "driver.loaded_modules": ("nvidia", "nvidia_drm", "nvidia_modeset", "nvidia_uvm"),
        "driver.module_version": DRIVER,
        "driver.proc_version": ProcVersion(
            DRIVER, "open", f"NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  {DRIVER}"
        ),
        "driver.parameters": {"DeviceFileMode": "438", "DeviceFileUID": "0", "DeviceFileGID": "0"},
        "kernels.installed": (a_kernel(),),
        "kernels.next_boot": KERNEL,
        "kernels.dkms": absent("/var/lib/dkms"),
        "kernels.modprobe": (),
        "kernels.load_rules": (LoadRule("/usr/lib/udev/rules.d/71-nvidia.rules", 9, "modprobe nvidia-uvm"),),
        "kernels.gsp_firmware": (DRIVER,),
        "services.units": (
            a_unit("containerd.service"),
            a_unit("docker.service"),
            a_unit("nvidia-cdi-refresh.service", active="inactive"),
            a_unit("nvidia-fabricmanager.service", active="inactive", enabled="", load="not-found"),
            a_unit("nvidia-persistenced.service"),
        ),
        "kernel_log.messages": (),
        "kernel_log.stuck_processes": (),
        "device_nodes.nodes": (
            *(a_node(f"nvidia{i}", minor=i) for i in range(gpus)),
            a_node("nvidiactl", minor=255),
            a_node("nvidia-modeset", minor=254),
            a_node("nvidia-uvm", major=506, minor=0),
            a_node("nvidia-uvm-tools", major=506, minor=1),
        ),
        "device_nodes.majors": {"nvidia": 195, "nvidia-uvm": 506, "nvidia-caps": 234},
        "libraries.libnvidia_ml": a_library("libnvidia-ml.so"),
        "libraries.libcuda": a_library("libcuda.so"),
        "libraries.all_found": (a_library("libnvidia-ml.so"), a_library("libcuda.so")),
        "packages.manager": "dpkg",
        "packages.installed": (
            Package("nvidia-container-toolkit", "1.19.1-1", "installed"),
            Package("nvidia-container-toolkit-base", "1.19.1-1", "installed"),
            Package("libnvidia-container-tools", "1.19.1-1", "installed"),
            Package("libnvidia-container1", "1.19.1-1", "installed"),
        ),
        "packages.changes": (),
        "packages.runfile_driver": absent("/var/lib/nvidia/log"),
        "packages.unattended_upgrades": absent("/etc/apt/apt.conf.d"),
        "packages.repositories": (),
        "nvml.init": NvmlReturn(0, "NVML_SUCCESS", "Success"),
        "nvml.library": f"{LIB}/libnvidia-ml.so.{DRIVER}",
        "nvml.driver_version": DRIVER,
        "nvml.nvml_version": f"13.{DRIVER}",
        "nvml.cuda_driver_version": "13.0",
        "nvml.device_count": gpus,
        "nvml.gpus": tuple(a_gpu(i) for i in range(gpus)),
        "cuda.init_code": 0,
        "cuda.init_name": "CUDA_SUCCESS",
        "cuda.device_count": gpus,
        "cuda.driver_version": "13.0",
        "cuda.library": f"{LIB}/libcuda.so.{DRIVER}",
        "toolkit.nvidia_ctk": a_binary("nvidia-ctk"),
        "toolkit.nvidia_container_cli": a_binary("nvidia-container-cli"),
        "toolkit.nvidia_container_runtime": a_binary("nvidia-container-runtime"),
        "toolkit.nvidia_container_runtime_hook": a_binary("nvidia-container-runtime-hook"),
        "toolkit.nvidia_cdi_hook": a_binary("nvidia-cdi-hook"),
        "toolkit.config": a_toolkit_config(
            {
                "disable-require": False,
                "nvidia-container-cli": {"ldconfig": "@/sbin/ldconfig.real", "load-kmods": True},
                "nvidia-container-runtime": {"mode": "auto", "runtimes": ["runc", "crun"]},
            }
        ),
        "toolkit.ldconfig": PathExists("@/sbin/ldconfig.real", "/sbin/ldconfig.real", exists=True),
        "toolkit.driver_root": PathExists("/", "/", exists=True),
        "toolkit.low_level_runtime": PathExists("runc, crun", "/usr/bin/runc", exists=True),
        "cdi.directories": ("/etc/cdi", "/var/run/cdi"),
        "cdi.specs": (a_cdi_spec(),),
        "docker.cli": a_binary("docker", "28.5.2"),
        "docker.daemon_binary": a_binary("dockerd", "28.5.2"),
        "docker.context": DockerContext("default", "unix:///var/run/docker.sock"),
        "docker.socket": EngineSocket("/var/run/docker.sock", 0o660, 0, 999, writable=True),
        "docker.daemon": DaemonProcess(
            1100,
            "/usr/bin/dockerd",
            BOOT + 40,
            ("-H", "fd://", "--containerd=/run/containerd/containerd.sock"),
        ),
        "docker.daemon_path": ("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin"),
        "docker.daemon_json": DaemonJson(
            "/etc/docker/daemon.json",
            {"runtimes": {"nvidia": {"args": [], "path": "nvidia-container-runtime"}}},
            (),
            BOOT - 86_000,
        ),
        "docker.unit_flags": ("-H", "fd://"),
        "docker.info": engine_info(),
        "docker.runtime_paths": {
            "nvidia": PathExists("nvidia-container-runtime", "/usr/bin/nvidia-container-runtime", exists=True)
        },
        "other_engines.podman": absent("/usr/bin/podman"),
        "other_engines.containerd": a_binary("containerd", "2.1.4"),
        "other_engines.crio": absent("/usr/bin/crio"),
        "other_engines.podman_config": absent("/etc/containers/containers.conf"),
        "other_engines.oci_hooks": absent("/usr/share/containers/oci/hooks.d"),
        # as Docker's containerd package brings it
        "other_engines.cri_configs": (
            CriConfig("containerd", _CONTAINERD, (_CONTAINERD,), 1, enabled=False),
        ),
    }


def a_host(changes: dict[str, Any] | None = None, **meta: Any) -> HostSnapshot:
    """Return a healthy host with the given facts, by dotted name, changed."""
    facts = _healthy() | (changes or {})
    host = HostSnapshot(meta=Meta(tool_version="0.1.0", taken_at=NOW, duration_ms=120, **meta))
    for section in {name.partition(".")[0] for name in facts}:
        parts = {n.partition(".")[2]: known(v) for n, v in facts.items() if n.startswith(f"{section}.")}
        unknown = parts.keys() - {f.name for f in fields(getattr(host, section))}
        assert not unknown, f"{section} has no {unknown}"
        host = replace(host, **{section: replace(getattr(host, section), **parts)})
    return host
