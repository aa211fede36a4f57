"""Healthy hosts of every kind that an engine check must leave alone: changes to the builder's host."""

from typing import Any

from gpucheck.model.docker_context import DockerContext
from gpucheck.model.engine import (
    DaemonJson,
    DaemonProcess,
    EngineRuntime,
    EngineSocket,
    ToolkitConfig,
)
from gpucheck.model.fact import Reason
from gpucheck.model.platform import OsRelease
from tests.builders import BOOT, a_binary, a_cdi_spec, a_unit, absent, engine_info, unavailable

RUNC = (EngineRuntime("runc", "runc"),)
NO_DOCKER: dict[str, Any] = {
    "docker.cli": absent("/usr/bin/docker"),
    "docker.daemon_binary": absent("/usr/bin/dockerd"),
    "docker.socket": absent("/var/run/docker.sock"),
    "docker.daemon": absent("/proc/*/comm = dockerd"),
    "docker.daemon_path": absent("/proc/*/comm = dockerd"),
    "docker.daemon_json": absent("/etc/docker/daemon.json"),
    "docker.unit_flags": absent("/etc/systemd/system/docker.service"),
    "docker.info": absent("/var/run/docker.sock"),
    "docker.runtime_paths": absent("/etc/docker/daemon.json"),
    "services.units": (a_unit("containerd.service"),),
}
DOCKER_28_LEGACY: dict[str, Any] = {}
DOCKER_29_CDI: dict[str, Any] = {
    "docker.info": engine_info(server_version="29.2.0", api_version="1.53", runtimes=RUNC),
    "docker.daemon_binary": a_binary("dockerd", "29.2.0"),
    "docker.daemon_json": absent("/etc/docker/daemon.json"),
    "docker.runtime_paths": {},
}
DOCKER_20_CGROUPFS: dict[str, Any] = {
    "docker.info": engine_info(
        server_version="20.10.24+dfsg1",
        cgroup_driver="cgroupfs",
        cgroup_version="1",
        cdi_spec_dirs=(),
        discovered_devices=(),
    ),
    "docker.daemon_binary": a_binary("dockerd", "20.10.24+dfsg1"),
    "platform.cgroup_version": "v1",
    "cdi.specs": absent("/etc/cdi", "/var/run/cdi"),
    "toolkit.nvidia_cdi_hook": absent("/usr/bin/nvidia-cdi-hook"),
}
ROOTLESS_SOCKET = "/run/user/1000/docker.sock"
DOCKER_ROOTLESS: dict[str, Any] = {
    "platform.uid": 1000,
    "platform.groups": (1000,),
    "docker.context": DockerContext("rootless", f"unix://{ROOTLESS_SOCKET}"),
    "docker.socket": EngineSocket(ROOTLESS_SOCKET, 0o660, 1000, 1000, writable=True),
    "docker.daemon": DaemonProcess(2100, "/usr/bin/dockerd", BOOT + 90, ()),
    "docker.info": engine_info(
        rootless=True,
        docker_root_dir="/home/ada/.local/share/docker",
        security_options=("name=seccomp,profile=builtin", "name=rootless", "name=cgroupns"),
        discovered_devices=(),
    ),
    "docker.daemon_json": DaemonJson(
        "/home/ada/.config/docker/daemon.json",
        {"runtimes": {"nvidia": {"args": [], "path": "nvidia-container-runtime"}}},
        (),
        BOOT - 80_000,
    ),
    "docker.unit_flags": ("-H", "fd://"),
    "services.units": (a_unit("docker.service", active="inactive", enabled="disabled"),),
    "toolkit.config": ToolkitConfig(
        "/etc/nvidia-container-runtime/config.toml",
        {"nvidia-container-cli": {"no-cgroups": True}, "nvidia-container-runtime": {"mode": "auto"}},
        BOOT - 80_000,
    ),
}
PODMAN_ONLY: dict[str, Any] = NO_DOCKER | {
    "other_engines.podman": a_binary("podman", "5.2.1"),
    "other_engines.containerd": absent("/usr/bin/containerd"),
}
KUBERNETES: dict[str, Any] = NO_DOCKER
NO_GPU: dict[str, Any] = {
    "pci.devices": (),
    "docker.info": engine_info(runtimes=RUNC, discovered_devices=()),
    "docker.daemon_json": absent("/etc/docker/daemon.json"),
    "docker.runtime_paths": {},
    "cdi.specs": absent("/etc/cdi", "/var/run/cdi"),
    "toolkit.config": absent("/etc/nvidia-container-runtime/config.toml"),
    **{
        f"toolkit.{name}": absent("/usr/bin")
        for name in (
            "nvidia_ctk",
            "nvidia_container_cli",
            "nvidia_container_runtime",
            "nvidia_container_runtime_hook",
            "nvidia_cdi_hook",
        )
    },
}
WSL: dict[str, Any] = {
    "platform.virtualization": "wsl2",
    "platform.wsl_dxg": True,
    "platform.init_system": "init",
    "pci.devices": (),
    "device_nodes.nodes": (),
    "services.units": absent("systemd"),
}
WSL_DESKTOP: dict[str, Any] = (
    NO_DOCKER
    | WSL
    | {
        "docker.cli": a_binary("docker", "28.5.1"),
        "docker.socket": EngineSocket("/var/run/docker.sock", 0o660, 0, 1001, writable=True),
        "docker.info": engine_info(
            server_version="28.5.1",
            operating_system="Docker Desktop",
            cgroup_driver="cgroupfs",
            docker_desktop=True,
        ),
        "docker.runtime_paths": {},
        "other_engines.containerd": absent("/usr/bin/containerd"),
        "toolkit.nvidia_container_runtime_hook": absent("/usr/bin/nvidia-container-runtime-hook"),
        "toolkit.nvidia_cdi_hook": absent("/usr/bin/nvidia-cdi-hook"),
        "cdi.specs": absent("/etc/cdi", "/var/run/cdi"),
    }
)
WSL_NATIVE: dict[str, Any] = WSL | {
    "cdi.specs": (a_cdi_spec(devices=("all",)),),
    "docker.info": engine_info(cgroup_driver="cgroupfs", discovered_devices=("cdi:nvidia.com/gpu=all",)),
}
JETSON: dict[str, Any] = {
    "platform.tegra_release": "R36 (release), REVISION: 4.3",
    "platform.architecture": "aarch64",
    "pci.devices": (),
    "cdi.specs": absent("/etc/cdi", "/var/run/cdi"),
    "docker.info": engine_info(discovered_devices=(), default_runtime="runc"),
}
SNAP: dict[str, Any] = {
    "docker.cli": a_binary("docker", "28.4.0"),
    "docker.daemon_binary": a_binary("dockerd", "28.4.0"),
    "docker.daemon": DaemonProcess(900, "/snap/docker/3265/bin/dockerd", BOOT + 40, ()),
    "docker.info": engine_info(
        server_version="28.4.0",
        snap=True,
        docker_root_dir="/var/snap/docker/common/var-lib-docker",
        runtimes=(
            EngineRuntime("nvidia", "/snap/docker/3265/usr/bin/nvidia-container-runtime"),
            *RUNC,
        ),
        discovered_devices=(),
    ),
    "docker.daemon_json": DaemonJson("/var/snap/docker/current/config/daemon.json", {}, ("log-level",), BOOT),
    "docker.unit_flags": absent("/etc/systemd/system/docker.service"),
    "services.units": (a_unit("docker.service", active="inactive", enabled="", load="not-found"),),
    "docker.runtime_paths": {},
}
FEDORA: dict[str, Any] = {
    "platform.os_release": OsRelease("fedora", (), "43", "Fedora Linux 43"),
    "platform.selinux": "enforcing",
}
# a user outside the group docker looks at a healthy host: nothing may be called wrong but GC503
NOT_IN_GROUP: dict[str, Any] = {
    "platform.uid": 1000,
    "platform.groups": (1000,),
    "docker.socket": EngineSocket("/var/run/docker.sock", 0o660, 0, 999, writable=False),
    "docker.info": unavailable(
        Reason.NOT_PERMITTED, "unix:///var/run/docker.sock: this user may not connect"
    ),
    "docker.daemon_path": unavailable(Reason.NOT_PERMITTED, "/proc/1100/environ: this user may not read it"),
}

HEALTHY: dict[str, dict[str, Any]] = {
    "docker_28_legacy": DOCKER_28_LEGACY,
    "docker_29_cdi": DOCKER_29_CDI,
    "docker_20_cgroupfs": DOCKER_20_CGROUPFS,
    "docker_rootless": DOCKER_ROOTLESS,
    "podman_only": PODMAN_ONLY,
    "kubernetes": KUBERNETES,
    "no_gpu": NO_GPU,
    "wsl_docker_desktop": WSL_DESKTOP,
    "wsl_native_docker": WSL_NATIVE,
    "jetson": JETSON,
    "docker_snap": SNAP,
    "fedora": FEDORA,
}
