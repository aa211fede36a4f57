"""One root cause per host: whatever else fails because of it, the report leads with it."""

from dataclasses import replace
from typing import Any

import pytest

from gpucheck.evaluate import evaluate
from gpucheck.model.docker_context import DockerContext
from gpucheck.model.driver import (
    DkmsBuild,
    InstalledKernel,
    KernelMessage,
    ModprobeRule,
    ModuleFile,
    Package,
    PackageChange,
    ProcVersion,
)
from gpucheck.model.engine import (
    Binary,
    DaemonJson,
    EngineRuntime,
    EngineSocket,
    PathExists,
    ToolkitConfig,
)
from gpucheck.model.fact import Reason
from gpucheck.model.finding import Status
from gpucheck.model.gpu import Fabric, NvmlReturn
from gpucheck.model.platform import PciDevice
from gpucheck.tables import load_tables
from tests.builders import (
    BOOT,
    DRIVER,
    KERNEL,
    a_binary,
    a_cdi_spec,
    a_device,
    a_gpu,
    a_host,
    a_kernel,
    a_library,
    a_unit,
    absent,
    engine_info,
    known,
    unavailable,
)
from tests.hosts import dgx_h100, gpu_count, without_driver, wsl2

Changes = dict[str, Any]
NEXT = "6.8.0-51-generic"
TOOLKIT = (
    "nvidia_ctk",
    "nvidia_container_cli",
    "nvidia_container_runtime",
    "nvidia_container_runtime_hook",
    "nvidia_cdi_hook",
)
ONLY_RUNC = (EngineRuntime("runc", "runc"),)


def silent(code: int, text: str, reason: Reason) -> Changes:
    """Return an NVML that does not start, and the CUDA that follows."""
    names = ("driver_version", "nvml_version", "cuda_driver_version", "device_count", "gpus")
    return {
        "nvml.init": NvmlReturn(code, "NVML_ERROR", text),
        **{f"nvml.{name}": unavailable(reason, text) for name in names},
        **no_cuda(100, "CUDA_ERROR_NO_DEVICE"),
    }


def no_cuda(code: int, name: str) -> Changes:
    return {
        "cuda.init_code": code,
        "cuda.init_name": name,
        "cuda.device_count": unavailable(Reason.FAILED, name),
    }


def not_loaded() -> Changes:
    """Return a host whose driver is on disk and not in the kernel."""
    return {
        "driver.loaded_modules": (),
        "driver.module_version": absent("/sys/module/nvidia/version"),
        "driver.proc_version": absent("/proc/driver/nvidia/version"),
        "driver.parameters": absent("/proc/driver/nvidia/params"),
        "device_nodes.nodes": (),
        "device_nodes.majors": {},
        **silent(9, "Driver Not Loaded", Reason.DRIVER_NOT_LOADED),
    }


def unbound() -> tuple[PciDevice, ...]:
    return (a_device(0, driver=absent("/sys/bus/pci/devices/0000:17:00.0/driver")),)


def module(version: str = DRIVER, flavour: str = "open", *, signed: bool = True) -> Changes:
    """Return the module file of the running kernel."""
    file = ModuleFile(
        f"/lib/modules/{KERNEL}/updates/dkms/nvidia.ko", known(version), known(flavour), known(signed)
    )
    return {"kernels.installed": (replace(a_kernel(), modules=(file,)),)}


NO_GPU_SEEN = {
    "nvml.device_count": 0,
    "nvml.gpus": (),
    "cuda.init_code": 100,
    "cuda.init_name": "CUDA_ERROR_NO_DEVICE",
    "cuda.device_count": 0,
}
DOCKER_DOWN = {
    "docker.daemon": absent("/proc/*/comm"),
    "docker.daemon_path": absent("/proc/*/comm"),
    "docker.info": absent("/var/run/docker.sock"),
    "docker.socket": absent("/var/run/docker.sock"),
}


SCENARIOS: dict[str, tuple[str, Changes]] = {
    "nouveau, no driver": (
        "driver_not_installed",
        without_driver()
        | {"pci.devices": (a_device(0, driver="nouveau"),), "driver.loaded_modules": ("nouveau",)},
    ),
    "nouveau with driver installed": (
        "nouveau_loaded",
        not_loaded()
        | {"pci.devices": (a_device(0, driver="nouveau"),), "driver.loaded_modules": ("nouveau",)},
    ),
    "kernel upgraded no headers": (
        "module_not_built_for_kernel",
        not_loaded()
        | {
            "pci.devices": unbound(),
            "platform.kernel_release": NEXT,
            "kernels.next_boot": NEXT,
            "kernels.installed": (
                a_kernel(),
                InstalledKernel(NEXT, bootable=True, modules=(), headers=False),
            ),
        },
    ),
    "dkms failed": (
        "dkms_build_failed",
        not_loaded()
        | {
            "pci.devices": unbound(),
            "platform.kernel_release": NEXT,
            "kernels.next_boot": NEXT,
            "kernels.installed": (a_kernel(), InstalledKernel(NEXT, bootable=True, modules=(), headers=True)),
            "kernels.dkms": (
                DkmsBuild("nvidia", DRIVER, KERNEL, "installed"),
                DkmsBuild("nvidia", DRIVER, NEXT, "failed", "/var/lib/dkms/nvidia/build/make.log"),
            ),
        },
    ),
    "secure boot unsigned": (
        "secure_boot_unsigned_module",
        not_loaded()
        | {
            "pci.devices": unbound(),
            "platform.secure_boot": True,
            "platform.lockdown": "integrity",
            **module(signed=False),
        },
    ),
    "blackwell proprietary": (
        "wrong_module_flavour",
        {
            "pci.devices": (a_device(0, device_id="2901"),),
            "driver.proc_version": ProcVersion(DRIVER, "proprietary", "x"),
            **module(flavour="proprietary"),
            **NO_GPU_SEEN,
        },
    ),
    "pascal open": ("wrong_module_flavour", {"pci.devices": (a_device(0, device_id="1b80"),), **NO_GPU_SEEN}),
    "V100 on 590": (
        "gpu_dropped_by_driver",
        {
            "pci.devices": (a_device(0, device_id="1db1"),),
            "driver.module_version": "590.48.01",
            "driver.proc_version": ProcVersion("590.48.01", "proprietary", "x"),
            "nvml.driver_version": "590.48.01",
            "libraries.libnvidia_ml": a_library("libnvidia-ml.so", "590.48.01"),
            "libraries.libcuda": a_library("libcuda.so", "590.48.01"),
            "libraries.all_found": (),
            **module("590.48.01", "proprietary"),
            **NO_GPU_SEEN,
        },
    ),
    "vfio": (
        "gpu_bound_to_vfio",
        not_loaded()
        | {
            "pci.devices": (a_device(0, driver="vfio-pci"), a_device(1, driver="vfio-pci")),
            "driver.loaded_modules": ("nvidia", "vfio_pci"),
            "driver.module_version": DRIVER,
            "nvml.init": NvmlReturn(0, "NVML_SUCCESS", "Success"),
            "nvml.device_count": 0,
            "nvml.gpus": (),
        },
    ),
    "daemon.json malformed, docker down": (
        "daemon_json_malformed",
        {
            "docker.daemon_json": unavailable(
                Reason.MALFORMED, "/etc/docker/daemon.json: not JSON: Expecting ',' at line 3 column 5"
            ),
            **DOCKER_DOWN,
        },
    ),
    "docker stopped": ("docker_not_running", DOCKER_DOWN),
    "toolkit after dockerd": (
        "docker_not_restarted",
        {f"toolkit.{n}": a_binary(n.replace("_", "-"), installed_at=BOOT + 5000) for n in TOOLKIT}
        | {
            "packages.changes": tuple(
                PackageChange(BOOT + 5000, "install", n, "1.19.1-1")
                for n in ("nvidia-container-toolkit", "nvidia-container-toolkit-base")
            ),
            "docker.info": engine_info(runtimes=ONLY_RUNC, discovered_devices=(), server_version="27.5.1"),
            "docker.daemon_json": absent("/etc/docker/daemon.json"),
            "docker.runtime_paths": {},
            "cdi.specs": absent("/etc/cdi"),
        },
    ),
    "daemon.json newer than dockerd": (
        "docker_not_restarted",
        {
            "docker.daemon_json": DaemonJson(
                "/etc/docker/daemon.json",
                {"runtimes": {"nvidia": {"path": "nvidia-container-runtime"}}},
                (),
                BOOT + 9000,
            ),
            "docker.info": engine_info(runtimes=ONLY_RUNC),
        },
    ),
    "snap": (
        "snap_docker",
        {
            "docker.info": engine_info(
                snap=True, docker_root_dir="/var/snap/docker/common/var-lib-docker", runtimes=ONLY_RUNC
            ),
            "docker.daemon_json": absent("/var/snap/docker/current/config/daemon.json"),
            "docker.cli": Binary("/snap/bin/docker"),
            "docker.runtime_paths": {},
        },
    ),
    "desktop": (
        "docker_desktop_linux",
        {
            "docker.info": engine_info(docker_desktop=True, operating_system="Docker Desktop"),
            "docker.context": DockerContext("desktop-linux", "unix:///home/user/.docker/desktop/docker.sock"),
        },
    ),
    "rootless": (
        "rootless_needs_no_cgroups",
        {
            "docker.info": engine_info(
                rootless=True,
                security_options=("name=rootless",),
                discovered_devices=(),
                server_version="27.5.1",
            ),
            "cdi.specs": absent("/etc/cdi"),
            "platform.uid": 1000,
        },
    ),
    "no-cgroups rootful": (
        "no_cgroups_set_for_rootful",
        {
            "toolkit.config": ToolkitConfig(
                "/etc/nvidia-container-runtime/config.toml",
                {"nvidia-container-cli": {"no-cgroups": True}},
                BOOT,
            )
        },
    ),
    "stale CDI docker 29.7": (
        "cdi_spec_stale",
        {
            "docker.info": engine_info(server_version="29.7.2"),
            "cdi.specs": (
                a_cdi_spec(
                    driver_versions=("570.211.01",),
                    missing_paths=("/usr/lib/x86_64-linux-gnu/libcuda.so.570.211.01",),
                ),
            ),
        },
    ),
    "podman only no spec": (
        "cdi_spec_not_found",
        {
            f"docker.{n}": absent("/x")
            for n in (
                "cli",
                "daemon_binary",
                "context",
                "socket",
                "daemon",
                "daemon_path",
                "daemon_json",
                "info",
                "runtime_paths",
                "unit_flags",
            )
        }
        | {
            "other_engines.podman": a_binary("podman", "5.2.1"),
            "other_engines.containerd": absent("/x"),
            "cdi.specs": absent("/etc/cdi"),
        },
    ),
    "fm mismatch": (
        "fabricmanager_version_mismatch",
        dgx_h100()
        | {
            "packages.installed": (
                *a_host().packages.installed.require(),
                Package("nvidia-fabricmanager-580", "580.65.06-1", "installed"),
            ),
            "services.units": (
                a_unit("docker.service"),
                a_unit("nvidia-fabricmanager.service", active="failed"),
                a_unit("nvidia-persistenced.service"),
            ),
            "nvml.gpus": tuple(a_gpu(i, fabric=Fabric("not_started", 0)) for i in range(8)),
            **no_cuda(802, "CUDA_ERROR_SYSTEM_NOT_READY"),
        },
    ),
    "mig no instances": (
        "mig_enabled_no_instances",
        gpu_count(1, (a_gpu(0, mig_enabled=True, mig_enabled_pending=True),))
        | {"cuda.init_code": 100, "cuda.init_name": "CUDA_ERROR_NO_DEVICE", "cuda.device_count": 0},
    ),
    "exclusive": (
        "gpu_exclusive_mode",
        gpu_count(1, (a_gpu(0, compute_mode="exclusive_process", process_count=1),)),
    ),
    "ecc": ("gpu_ecc_error", gpu_count(2, (a_gpu(0, ecc_uncorrected_volatile=3), a_gpu(1)))),
    "no docker group": (
        "docker_permission_denied",
        {
            "platform.uid": 1000,
            "platform.groups": (1000,),
            "docker.socket": EngineSocket("/var/run/docker.sock", 0o660, 0, 999, writable=False),
            "docker.info": unavailable(Reason.NOT_PERMITTED, "may not"),
            "docker.daemon_path": unavailable(),
            "kernel_log.messages": unavailable(),
        },
    ),
    "dev perms": (
        "device_node_permissions",
        {
            "platform.uid": 1000,
            "device_nodes.nodes": tuple(
                replace(n, mode=0o660, readable=False, writable=False)
                for n in a_host().device_nodes.nodes.require()
            ),
        }
        | silent(4, "Insufficient Permissions", Reason.NOT_PERMITTED),
    ),
    "uvm missing": (
        "uvm_not_loaded",
        {
            "driver.loaded_modules": ("nvidia", "nvidia_modeset", "nvidia_drm"),
            "device_nodes.nodes": tuple(
                n for n in a_host().device_nodes.nodes.require() if "uvm" not in n.path
            ),
            **no_cuda(999, "CUDA_ERROR_UNKNOWN"),
        },
    ),
    "libs missing": (
        "driver_userspace_package_missing",
        {
            "libraries.libnvidia_ml": absent("x"),
            "libraries.libcuda": absent("x"),
            "libraries.all_found": (),
            "nvml.init": absent("x"),
            "cuda.init_code": absent("x"),
            "cuda.init_name": absent("x"),
        }
        | {
            f"nvml.{n}": unavailable(Reason.LIBRARY_MISSING, "no lib")
            for n in (
                "driver_version",
                "nvml_version",
                "cuda_driver_version",
                "device_count",
                "gpus",
                "library",
            )
        },
    ),
    "suspend": ("suspend_resume", {**no_cuda(999, "CUDA_ERROR_UNKNOWN")}),
    "ldconfig wrong": (
        "ldconfig_path_wrong",
        {"toolkit.ldconfig": PathExists("@/sbin/ldconfig.real", "/sbin/ldconfig.real", exists=False)},
    ),
    "runtime binary missing": (
        "runtime_binary_missing",
        {
            "docker.runtime_paths": {
                "nvidia": PathExists(
                    "/usr/local/bin/nvidia-container-runtime",
                    "/usr/local/bin/nvidia-container-runtime",
                    exists=False,
                )
            }
        },
    ),
    "wsl linux driver": (
        "wsl_linux_driver_installed",
        wsl2()
        | {
            "packages.installed": (Package("libnvidia-compute-535", "535.183.01", "installed"),),
            "libraries.libcuda": a_library("libcuda.so", "535.183.01"),
        },
    ),
    "blacklisted": (
        "module_blacklisted",
        not_loaded()
        | {
            "pci.devices": unbound(),
            "kernels.modprobe": (
                ModprobeRule("/etc/modprobe.d/x.conf", 1, "blacklist", "nvidia", "blacklist nvidia"),
            ),
        },
    ),
    "gsp xid": (
        "gsp_firmware_failure",
        {
            "kernel_log.messages": (
                KernelMessage(
                    100.0,
                    "NVRM: Xid (PCI:0000:17:00): 119, pid=1, name=x, Timeout after 6s of waiting for RPC response",
                ),
            )
        },
    ),
    "mixed userspace": (
        "driver_mixed_userspace",
        {
            "libraries.libnvidia_ml": a_library("libnvidia-ml.so", "570.211.01"),
            "libraries.libcuda": a_library("libcuda.so", "570.211.01"),
            "libraries.all_found": (a_library("libnvidia-ml.so", "570.211.01"),),
        }
        | silent(18, "Driver/library version mismatch", Reason.LIBRARY_MISMATCH),
    ),
    "jit harden": ("bpf_jit_hardening", {"platform.bpf_jit_harden": 2}),
}
LATENT = {"bpf_jit_hardening"}  # warned of: nothing has failed yet


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_root_cause_leads(name: str) -> None:
    label, changes = SCENARIOS[name]
    report = evaluate(a_host(changes), load_tables())
    assert not [f.detail for f in report.findings if f.status is Status.ERROR]
    if label in LATENT:
        assert report.cause is None
        assert label in {f.cause for f in report.findings if f.status is Status.WARN}
    else:
        assert report.cause is not None
        assert report.cause.cause == label
