"""The embedded examples: one host each, healthy of some kind or with one root cause."""

from dataclasses import replace
from typing import Any

from gpucheck.model.codec import decode, encode
from gpucheck.model.driver import (
    InstalledKernel,
    KernelMessage,
    LibraryFile,
    Package,
    PackageChange,
    StuckProcess,
)
from gpucheck.model.engine import DaemonProcess
from gpucheck.model.fact import Reason
from gpucheck.model.gpu import Fabric, Gpu, MigDevice, NvmlReturn
from gpucheck.model.host import HostSnapshot
from gpucheck.model.platform import OsRelease
from tests.builders import (
    BOOT,
    DRIVER,
    KERNEL,
    LIB,
    NOW,
    a_binary,
    a_cdi_spec,
    a_device,
    a_gpu,
    a_host,
    a_kernel,
    a_library,
    a_node,
    a_unit,
    absent,
    an_nvswitch,
    engine_info,
    unavailable,
)

Changes = dict[str, Any]
FABRIC_PACKAGE = Package("nvidia-fabricmanager-580", f"{DRIVER}-1", "installed")


def _units(**active: str) -> tuple[Any, ...]:
    """Return the units of a server; keyword: unit name without nvidia- and .service -> active state."""
    return (
        a_unit("containerd.service"),
        a_unit("docker.service"),
        a_unit("nvidia-cdi-refresh.path"),
        a_unit("nvidia-cdi-refresh.service", active="inactive"),
        a_unit("nvidia-fabricmanager.service", active=active.get("fabricmanager", "active")),
        a_unit("nvidia-persistenced.service"),
    )


def gpu_count(count: int, gpus: tuple[Gpu, ...], first: Changes | None = None) -> Changes:
    names = (*map(str, range(count)), "all")
    return {
        "pci.devices": tuple(a_device(i) for i in range(count)),
        "nvml.device_count": count,
        "nvml.gpus": gpus,
        "cuda.device_count": count,
        "cdi.specs": (a_cdi_spec(devices=names),),
        "docker.info": engine_info(discovered_devices=tuple(f"cdi:nvidia.com/gpu={n}" for n in names)),
        "device_nodes.nodes": (
            *(a_node(f"nvidia{i}", minor=i) for i in range(count)),
            a_node("nvidiactl", minor=255),
            a_node("nvidia-modeset", minor=254),
            a_node("nvidia-uvm", major=506, minor=0),
            a_node("nvidia-uvm-tools", major=506, minor=1),
        ),
        **(first or {}),
    }


def dgx_h100() -> Changes:
    """Return eight H100 behind four NVSwitches, fabric manager running."""
    changes = gpu_count(8, tuple(a_gpu(i, fabric=Fabric("completed", 0)) for i in range(8)))
    changes["platform.hostname"] = "dgx-01"
    changes["pci.devices"] += tuple(an_nvswitch(i) for i in range(4))
    changes["services.units"] = _units()
    changes["packages.installed"] = (*a_host().packages.installed.require(), FABRIC_PACKAGE)
    return changes


def fabric_manager() -> Changes:
    """Return the same with the fabric manager stopped: nvidia-smi looks perfect, CUDA does not start."""
    changes = dgx_h100()
    changes["nvml.gpus"] = tuple(a_gpu(i, fabric=Fabric("not_started", 0)) for i in range(8))
    changes["services.units"] = _units(fabricmanager="inactive")
    return changes | {
        "cuda.init_code": 802,
        "cuda.init_name": "CUDA_ERROR_SYSTEM_NOT_READY",
        "cuda.device_count": unavailable(Reason.FAILED, "cuInit: CUDA_ERROR_SYSTEM_NOT_READY"),
    }


def workstation_4090() -> Changes:
    """Return a desktop seen by its ordinary user: GeForce, Fedora, Docker 29 (CDI first)."""
    uncounted = unavailable(Reason.UNSUPPORTED, "Not Supported")
    gpu = a_gpu(
        0, name="NVIDIA GeForce RTX 4090", brand="GeForce", compute_capability="8.9", pci_bus_id="0000:01:00.0",
        memory_total_bytes=25_757_220_864, ecc_enabled=False, ecc_enabled_pending=False, mig_enabled=uncounted,
        mig_enabled_pending=uncounted, mig_devices=uncounted, ecc_uncorrected_volatile=uncounted,
        ecc_uncorrected_aggregate=uncounted, remapped_rows=uncounted, fabric=uncounted, nvlinks=(),
        pcie_generation_now=1, pcie_generation_max=4, persistence_mode=False, serial=uncounted,
        temperature_slowdown_celsius=100, power_limit_watts=450.0, recovery_action="none",
    )  # fmt: skip
    kernel = "6.16.9-200.fc42.x86_64"
    changes = gpu_count(1, (gpu,))
    device = a_device(0, address="0000:01:00.0", device_id="2684", class_code="030000")
    return changes | {
        "platform.hostname": "workstation",
        "platform.os_release": OsRelease("fedora", (), "42", "Fedora Linux 42 (Workstation Edition)"),
        "platform.kernel_release": kernel,
        "platform.uid": 1000,
        "platform.groups": (986, 1000),
        "platform.selinux": "enforcing",
        "pci.devices": (device,),
        "kernels.installed": (a_kernel(kernel),),
        "kernels.next_boot": kernel,
        "kernel_log.messages": unavailable(Reason.NOT_PERMITTED, "/dev/kmsg: this user may not read it"),
        "packages.manager": "rpm",
        "services.units": (a_unit("docker.service"), a_unit("nvidia-cdi-refresh.path")),
        "docker.info": engine_info(
            server_version="29.7.2", api_version="", operating_system="Fedora Linux 42 (Workstation Edition)",
            discovered_devices=("cdi:nvidia.com/gpu=0", "cdi:nvidia.com/gpu=all"),
        ),
        "docker.daemon_path": unavailable(Reason.NOT_PERMITTED, "/proc/1100/environ: this user may not read it"),
        "docker.cli": a_binary("docker", "29.7.2"),
        "docker.daemon_binary": a_binary("dockerd", "29.7.2"),
    }  # fmt: skip


def a100_mig() -> Changes:
    """Return one A100 cut into two MIG instances."""
    uuids = [f"MIG-c6d4f1ef-42e4-5de3-91c7-45d71c87eb3{i}" for i in range(2)]
    mig = tuple(
        MigDevice(uuid, "NVIDIA A100-SXM4-40GB MIG 3g.20gb", i + 1, 0, 20_937_965_568)
        for i, uuid in enumerate(uuids)
    )
    gpu = a_gpu(
        0, name="NVIDIA A100-SXM4-40GB", compute_capability="8.0", mig_enabled=True, mig_enabled_pending=True,
        mig_devices=mig, pcie_generation_now=4, pcie_generation_max=4, memory_total_bytes=42_949_672_960,
        power_limit_watts=400.0,
    )  # fmt: skip
    changes = gpu_count(1, (gpu,))
    names = ("0:0", "0:1", "all")
    return changes | {
        "pci.devices": (a_device(0, device_id="20b0", link_speed_now=16.0, link_speed_max=16.0),),
        "cuda.device_count": 1,
        "cdi.specs": (a_cdi_spec(devices=names),),
        "docker.info": engine_info(discovered_devices=tuple(f"cdi:nvidia.com/gpu={n}" for n in names)),
        "device_nodes.nodes": (
            *changes["device_nodes.nodes"],
            a_node("nvidia-caps/nvidia-cap21", major=234, minor=21, mode=0o444),
            a_node("nvidia-caps/nvidia-cap22", major=234, minor=22, mode=0o444),
        ),
    }


def wsl2() -> Changes:
    """Return Ubuntu under WSL2 with a GeForce of the Windows host."""
    wsl = "/usr/lib/wsl/lib"
    nowhere = unavailable(Reason.UNSUPPORTED, "Not Supported")
    kernel = "6.6.87.2-microsoft-standard-WSL2"
    base = workstation_4090()["nvml.gpus"][0]
    gpu = replace(base, minor_number=nowhere, nvlinks=nowhere, clocks_event_reasons=nowhere)

    def library(name: str) -> LibraryFile:
        return LibraryFile(
            f"{wsl}/{name}.1",
            f"{wsl}/{name}.1",
            unavailable(Reason.UNSUPPORTED, "no version in the name"),
            "wsl",
        )

    return {
        "platform.hostname": "laptop",
        "platform.kernel_release": kernel,
        "platform.virtualization": "wsl2",
        "platform.wsl_dxg": True,
        "platform.wsl_libraries": ("libcuda.so.1", "libnvidia-ml.so.1", "nvidia-smi"),
        "platform.kernel_command_line": "initrd=\\initrd.img WSL_ROOT_INIT=1 panic=-1",
        "pci.devices": (),
        "driver.loaded_modules": (),
        "driver.module_version": absent("/sys/module/nvidia/version"),
        "driver.proc_version": absent("/proc/driver/nvidia/version"),
        "driver.parameters": absent("/proc/driver/nvidia/params"),
        "kernels.installed": (InstalledKernel(kernel, bootable=False, modules=(), headers=False),),
        "kernels.next_boot": absent("/boot/vmlinuz"),
        "services.units": (
            a_unit("docker.service"),
            a_unit("containerd.service"),
            a_unit("nvidia-cdi-refresh.path"),
            a_unit("nvidia-cdi-refresh.service", active="inactive"),
        ),
        "device_nodes.nodes": (a_node("dxg", major=10, minor=125, char_link=False),),
        "device_nodes.majors": {},
        "libraries.libnvidia_ml": library("libnvidia-ml.so"),
        "libraries.libcuda": library("libcuda.so"),
        "libraries.all_found": (library("libnvidia-ml.so"), library("libcuda.so")),
        "nvml.library": f"{wsl}/libnvidia-ml.so.1",
        "nvml.device_count": 1,
        "nvml.gpus": (gpu,),
        "cuda.device_count": 1,
        "cuda.library": f"{wsl}/libcuda.so.1",
        "cdi.specs": (a_cdi_spec(devices=("all",), driver_versions=()),),
        "docker.info": engine_info(discovered_devices=("cdi:nvidia.com/gpu=all",)),
    }


def mismatch() -> Changes:
    """Return a host whose driver package was upgraded under the loaded module."""
    new, old = "580.178.04", DRIVER
    error = unavailable(Reason.LIBRARY_MISMATCH, "Driver/library version mismatch")
    return {
        "kernels.installed": (a_kernel(version=new),),
        "kernels.gsp_firmware": (new,),
        "libraries.libnvidia_ml": a_library("libnvidia-ml.so", new),
        "libraries.libcuda": a_library("libcuda.so", new),
        "libraries.all_found": (a_library("libnvidia-ml.so", new), a_library("libcuda.so", new)),
        "packages.changes": (
            PackageChange(NOW - 7200, "upgrade", "libnvidia-compute-580", f"{new}-0ubuntu1"),
        ),
        "driver.module_version": old,
        "nvml.init": NvmlReturn(18, "NVML_ERROR_LIB_RM_VERSION_MISMATCH", "Driver/library version mismatch"),
        "nvml.library": f"{LIB}/libnvidia-ml.so.{new}",
        "nvml.driver_version": error,
        "nvml.cuda_driver_version": replace(error),
        "nvml.nvml_version": replace(error),
        "nvml.device_count": replace(error),
        "nvml.gpus": replace(error),
        "cuda.init_code": 803,
        "cuda.init_name": "CUDA_ERROR_SYSTEM_DRIVER_MISMATCH",
        "cuda.device_count": unavailable(Reason.FAILED, "cuInit: CUDA_ERROR_SYSTEM_DRIVER_MISMATCH"),
        "cuda.library": f"{LIB}/libcuda.so.{new}",
    }


def without_driver() -> Changes:
    """Return a host with nothing of the driver."""
    nothing = ("libnvidia-ml.so.1",)
    return {
        "driver.loaded_modules": (),
        "driver.module_version": absent("/sys/module/nvidia/version"),
        "driver.proc_version": absent("/proc/driver/nvidia/version"),
        "driver.parameters": absent("/proc/driver/nvidia/params"),
        "kernels.installed": (InstalledKernel(KERNEL, bootable=True, modules=(), headers=True),),
        "services.units": (a_unit("docker.service"), a_unit("containerd.service")),
        "device_nodes.nodes": (),
        "device_nodes.majors": {},
        "libraries.libnvidia_ml": absent(*nothing),
        "libraries.libcuda": absent("libcuda.so.1"),
        "libraries.all_found": (),
        "packages.installed": (),
        "nvml.init": absent(*nothing),
        **{
            f"nvml.{name}": unavailable(Reason.LIBRARY_MISSING, "no libnvidia-ml.so.1")
            for name in (
                "library",
                "driver_version",
                "nvml_version",
                "cuda_driver_version",
                "device_count",
                "gpus",
            )
        },
        "cuda.init_code": absent("libcuda.so.1"),
        **{
            f"cuda.{name}": unavailable(Reason.LIBRARY_MISSING, "no libcuda.so.1")
            for name in ("init_name", "device_count", "driver_version", "library")
        },
    }


def _without_toolkit() -> Changes:
    names = (
        "nvidia_ctk",
        "nvidia_container_cli",
        "nvidia_container_runtime",
        "nvidia_container_runtime_hook",
    )
    missing = {f"toolkit.{n}": absent(f"/usr/bin/{n.replace('_', '-')}") for n in (*names, "nvidia_cdi_hook")}
    return missing | {
        "toolkit.config": absent("/etc/nvidia-container-runtime/config.toml"),
        "toolkit.ldconfig": absent("/etc/nvidia-container-runtime/config.toml"),
        "toolkit.driver_root": absent("/etc/nvidia-container-runtime/config.toml"),
        "cdi.specs": (),
        "docker.daemon_json": absent("/etc/docker/daemon.json"),
        "docker.runtime_paths": {},
        "docker.info": engine_info(
            runtimes=tuple(r for r in engine_info().runtimes if r.name == "runc"), discovered_devices=()
        ),
    }


def no_driver() -> Changes:
    """Return a new machine with a GPU and Docker, and nothing of NVIDIA's."""
    return without_driver() | _without_toolkit() | {
        "pci.devices": (a_device(0, driver=absent("/sys/bus/pci/devices/0000:17:00.0/driver")),)
    }  # fmt: skip


def no_gpu() -> Changes:
    """Return a virtual machine without a GPU."""
    return no_driver() | {
        "pci.devices": (),
        "platform.virtualization": "kvm",
        "platform.hostname": "runner-3",
    }


def no_toolkit() -> Changes:
    """Return a working driver, and Docker without the toolkit."""
    return _without_toolkit() | {"packages.installed": ()}


def gpu_lost() -> Changes:
    """Return four GPUs, one of which fell off the bus at run time."""
    lost = unavailable(Reason.GPU_LOST, "GPU is lost")
    names = (f for f in a_gpu(2).__dataclass_fields__ if f != "index")
    gone = Gpu(index=2, **{name: replace(lost) for name in names})
    changes = gpu_count(4, tuple(gone if i == 2 else a_gpu(i) for i in range(4)))
    devices = list(changes["pci.devices"])
    devices[2] = a_device(2, revision="ff", responds=False)
    return changes | {
        "pci.devices": tuple(devices),
        "kernel_log.messages": (
            KernelMessage(81_234.5, "NVRM: Xid (PCI:0000:19:00): 79, pid='<unknown>', name=<unknown>, GPU has fallen off the bus."),
        ),
        "cuda.init_code": 999,
        "cuda.init_name": "CUDA_ERROR_UNKNOWN",
        "cuda.device_count": unavailable(Reason.FAILED, "cuInit: CUDA_ERROR_UNKNOWN"),
    }  # fmt: skip


def hung_driver() -> Changes:
    """Return a driver that no longer answers: NVML stuck in the kernel."""
    stuck = "no answer within 5 s; process 4711 is stuck in the kernel (state D)"
    names = (
        "init",
        "library",
        "driver_version",
        "nvml_version",
        "cuda_driver_version",
        "device_count",
        "gpus",
    )
    return {
        **{f"nvml.{name}": unavailable(Reason.TIMEOUT, stuck) for name in names},
        **{
            f"cuda.{name}": unavailable(Reason.TIMEOUT, stuck.replace("4711", "4712"))
            for name in ("init_code", "init_name", "device_count", "driver_version", "library")
        },
        "kernel_log.stuck_processes": (StuckProcess(3022, "python3", "nv_ioctl_wait"), StuckProcess(4711, "python", "")),
        "kernel_log.messages": (
            KernelMessage(90_001.2, "NVRM: Xid (PCI:0000:17:00): 119, pid=3022, name=python3, Timeout after 45s of waiting for RPC response from GPU0 GSP!"),
        ),
    }  # fmt: skip


def next_kernel() -> Changes:
    """Return a healthy host whose next kernel has no NVIDIA module."""
    coming = "6.8.0-51-generic"
    return {
        "kernels.installed": (
            a_kernel(),
            InstalledKernel(coming, bootable=True, modules=(), headers=False),
        ),
        "kernels.next_boot": coming,
        "docker.daemon": DaemonProcess(1100, "/usr/bin/dockerd", BOOT + 40, ("-H", "fd://")),
    }


EXAMPLES = {
    "a100-mig": a100_mig,
    "dgx-h100": dgx_h100,
    "fabric-manager": fabric_manager,
    "gpu-lost": gpu_lost,
    "hung-driver": hung_driver,
    "mismatch": mismatch,
    "next-kernel": next_kernel,
    "no-driver": no_driver,
    "no-gpu": no_gpu,
    "no-toolkit": no_toolkit,
    "workstation-4090": workstation_4090,
    "wsl2": wsl2,
}


# where the facts of an example would have been read, by the longest matching beginning of their names
SOURCES = {
    "platform.": "/proc and /sys",
    "platform.os_release": "/etc/os-release",
    "platform.kernel_release": "/proc/sys/kernel/osrelease",
    "platform.hostname": "/proc/sys/kernel/hostname",
    "platform.virtualization": "/sys/class/dmi/id/sys_vendor · /proc/cpuinfo",
    "pci.": "/sys/bus/pci/devices",
    "driver.loaded_modules": "/proc/modules",
    "driver.module_version": "/sys/module/nvidia/version",
    "driver.proc_version": "/proc/driver/nvidia/version",
    "driver.parameters": "/proc/driver/nvidia/params",
    "kernels.": "/lib/modules",
    "kernels.next_boot": "/boot/vmlinuz",
    "kernels.modprobe": "/etc/modprobe.d",
    "services.": "systemctl show",
    "kernel_log.": "/dev/kmsg",
    "kernel_log.stuck_processes": "/proc/*/stat",
    "device_nodes.": "/dev",
    "device_nodes.majors": "/proc/devices",
    "libraries.": "/etc/ld.so.cache",
    "packages.": "/var/lib/dpkg/status",
    "packages.changes": "/var/log/dpkg.log",
    "nvml.": "NVML",
    "cuda.": "libcuda",
    "toolkit.": "/usr/bin",
    "toolkit.config": "/etc/nvidia-container-runtime/config.toml",
    "cdi.": "/var/run/cdi",
    "docker.": "/proc and /usr/bin",
    "docker.daemon_json": "/etc/docker/daemon.json",
    "docker.info": "Engine API at unix:///var/run/docker.sock",
    "other_engines.": "/usr/bin",
    "other_engines.cri_configs": "/etc/containerd/config.toml",
}


def example(name: str) -> HostSnapshot:
    """Return an example by its name, its facts with the sources a real host would give them."""
    host = encode(a_host(EXAMPLES[name]()))
    for section, parts in host.items():
        if section != "meta":
            for field, fact in parts.items():
                _give_source(fact, f"{section}.{field}")
    example: HostSnapshot = decode(HostSnapshot, host)
    return example


def _give_source(data: Any, name: str) -> None:
    if isinstance(data, list):
        for item in data:
            _give_source(item, name)
    elif isinstance(data, dict):
        if data.get("source") == "test":
            data["source"] = SOURCES[max((k for k in SOURCES if name.startswith(k)), key=len)]
        for value in data.values():
            _give_source(value, name)
