"""Healthy hosts of every kind, as changes to the healthy bare-metal host: none may get a complaint."""

from dataclasses import replace
from typing import Any

from gpucheck.model.driver import LibraryFile
from gpucheck.model.engine import Binary, PathExists, ToolkitConfig
from gpucheck.model.fact import Reason
from gpucheck.model.gpu import MigDevice
from gpucheck.model.platform import OsRelease
from tests.builders import (
    BOOT,
    a_binary,
    a_cdi_spec,
    a_device,
    a_gpu,
    a_library,
    a_toolkit_config,
    a_unit,
    absent,
    engine_info,
    known,
    unavailable,
)

CONFIG = "/etc/nvidia-container-runtime/config.toml"
NO_CONFIG = ToolkitConfig(CONFIG, {}, BOOT)
UNSUPPORTED = unavailable(Reason.UNSUPPORTED, "not offered here")
ETC_SPEC = a_cdi_spec(path="/etc/cdi/nvidia.yaml")
NO_DOCKER = {
    f"docker.{name}": absent(f"docker {name}")
    for name in (
        "cli", "daemon_binary", "context", "socket", "daemon", "daemon_path",
        "daemon_json", "unit_flags", "info", "runtime_paths",
    )
}  # fmt: skip
NO_HOOK = {
    "toolkit.nvidia_container_runtime_hook": absent("/usr/bin/nvidia-container-runtime-hook"),
    "toolkit.nvidia_container_cli": absent("/usr/bin/nvidia-container-cli"),
}


def a_config(section: str = "nvidia-container-cli", **values: Any) -> ToolkitConfig:
    """Return a config.toml with one section; underscores in the names stand for hyphens."""
    return a_toolkit_config({section: {k.replace("_", "-"): v for k, v in values.items()}}, BOOT)


def a_mig_device(number: int) -> MigDevice:
    return MigDevice(f"MIG-0000000{number}-aaaa-bbbb-cccc-dddddddddddd", "1g.10gb", number, 0, 10 << 30)


def _operator_binary(name: str) -> Binary:
    return replace(a_binary(name), path=f"/usr/local/nvidia/toolkit/{name}")


_WSL_LIBCUDA = LibraryFile(
    "/usr/lib/wsl/lib/libcuda.so.1", "/usr/lib/wsl/lib/libcuda.so.1", absent("no version in the name"), "wsl"
)
_WSL_SPEC = a_cdi_spec(devices=("all",), driver_versions=())
_MIG_GPU = a_gpu(
    0, mig_enabled=True, mig_enabled_pending=True, mig_devices=(a_mig_device(0), a_mig_device(1))
)

KINDS: dict[str, dict[str, Any]] = {
    "bare metal": {},
    "WSL 2": {
        "platform.virtualization": "wsl2",
        "platform.wsl_dxg": True,
        "platform.wsl_libraries": ("libcuda.so.1", "libdxcore.so", "libnvidia-ml.so.1"),
        "pci.devices": (),
        "driver.module_version": absent("/sys/module/nvidia"),
        "libraries.libcuda": _WSL_LIBCUDA,
        "libraries.libnvidia_ml": _WSL_LIBCUDA,
        "nvml.gpus": (a_gpu(0, mig_enabled=UNSUPPORTED),),
        "cdi.specs": (_WSL_SPEC,),
    },
    "WSL 2 without systemd": {
        "platform.virtualization": "wsl2",
        "platform.wsl_dxg": True,
        "platform.wsl_libraries": ("libcuda.so.1",),
        "pci.devices": (),
        "libraries.libcuda": _WSL_LIBCUDA,
        "services.units": absent("/run/systemd/system"),
        "cdi.specs": (replace(_WSL_SPEC, path="/etc/cdi/nvidia.yaml"),),
    },
    "Jetson": {
        "platform.architecture": "aarch64",
        "platform.tegra_release": "R36 (release), REVISION: 4.3",
        "pci.devices": (),
        "nvml.gpus": unavailable(Reason.LIBRARY_MISSING, "no libnvidia-ml.so.1"),
        "toolkit.config": a_config("nvidia-container-runtime", mode="auto"),
        "cdi.specs": (a_cdi_spec(path="/etc/cdi/nvidia.yaml", driver_versions=()),),
    },
    "virtual machine": {
        "platform.virtualization": "kvm",
        "pci.devices": (a_device(0, link_width_now=known(1), link_width_max=known(16)), a_device(1)),
    },
    "virtual machine, no link in NVML": {
        "platform.virtualization": "google",
        "nvml.gpus": (a_gpu(0, pcie_width_now=UNSUPPORTED), a_gpu(1, pcie_width_now=UNSUPPORTED)),
    },
    "Grace Hopper": {
        "platform.architecture": "aarch64",
        "pci.devices": (
            a_device(0, device_id="2342", link_width_now=UNSUPPORTED, link_width_max=UNSUPPORTED),
        ),
        "nvml.gpus": (a_gpu(0, pcie_width_now=UNSUPPORTED, pcie_width_max=UNSUPPORTED),),
        "cdi.specs": (a_cdi_spec(devices=("0", "all")),),
    },
    "DGX with NVSwitches": {
        "pci.devices": (
            *(a_device(i) for i in range(2)),
            a_device(8, device_id="22a3", class_code="068000", driver=absent("/sys")),
        ),
    },
    "x16 card in an x8 slot": {
        "pci.devices": (a_device(0, link_width_now=known(8)), a_device(1)),
        "nvml.gpus": (a_gpu(0, pcie_width_now=8, pcie_width_max=8), a_gpu(1)),
    },
    "laptop with its GPU asleep": {
        "pci.devices": (
            a_device(0, responds=UNSUPPORTED, link_width_now=UNSUPPORTED, link_width_max=UNSUPPORTED),
            a_device(1),
        ),
        "nvml.gpus": unavailable(Reason.TIMEOUT, "5 s"),
        "cdi.specs": absent("/etc/cdi"),
    },
    "MIG": {
        "nvml.gpus": (_MIG_GPU, a_gpu(1)),
        "cdi.specs": (a_cdi_spec(devices=("0:0", "0:1", "1", "all")),),
    },
    "rootless Docker with no-cgroups": {
        "docker.info": engine_info(rootless=True, discovered_devices=()),
        "toolkit.config": a_config(no_cgroups=True),
        "cdi.specs": absent("/etc/cdi", "/var/run/cdi"),
    },
    "rootless Docker with CDI": {
        "docker.info": engine_info(rootless=True, server_version="29.2.1"),
        "cdi.specs": (ETC_SPEC,),
    },
    "Podman only": {
        **NO_DOCKER,
        **NO_HOOK,
        "other_engines.podman": a_binary("podman", "5.4.2"),
        "toolkit.config": absent(CONFIG),
        "cdi.specs": (ETC_SPEC,),
    },
    "Podman only, with the hook": {**NO_DOCKER, "other_engines.podman": a_binary("podman", "5.4.2")},
    "CDI only": {**NO_HOOK, "docker.info": engine_info(server_version="29.3.0")},
    "GPU operator": {
        **{
            f"toolkit.{name.replace('-', '_')}": _operator_binary(name)
            for name in (
                "nvidia-ctk", "nvidia-container-cli", "nvidia-container-runtime",
                "nvidia-container-runtime-hook", "nvidia-cdi-hook",
            )
        },
        **NO_DOCKER,
        "toolkit.config": a_config(root="/run/nvidia/driver"),
        "toolkit.driver_root": PathExists("/run/nvidia/driver", "/run/nvidia/driver", exists=True),
        "libraries.libcuda": replace(a_library("libcuda.so"), found_by="driver-root"),
        "packages.installed": (),
        "services.units": (a_unit("nvidia-cdi-refresh.service", "inactive", "", "not-found"),),
        "cdi.specs": (a_cdi_spec(path="/var/run/cdi/k8s.device-plugin.nvidia.com-gpu.json"),),
    },
    "NixOS": {
        "platform.os_release": OsRelease("nixos", (), "25.11", "NixOS 25.11"),
        "packages.manager": absent("dpkg", "rpm"),
        "packages.installed": absent("dpkg", "rpm"),
        "services.units": (a_unit("docker.service"),),
        "cdi.specs": (a_cdi_spec(path="/var/run/cdi/nvidia-container-toolkit.json"),),
    },
    "LXC container with Docker inside": {
        "platform.container": "lxc",
        "toolkit.config": a_config(no_cgroups=True),
    },
    "no CDI, no config.toml": {"cdi.specs": absent("/etc/cdi"), "toolkit.config": absent(CONFIG)},
}  # fmt: skip
