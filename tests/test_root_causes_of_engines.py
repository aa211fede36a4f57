"""Whole hosts: setups of engines, toolkit and nodes whose root cause, or whose health, is easily missed."""

from dataclasses import replace
from typing import Any

import pytest

from gpucheck.evaluate import evaluate
from gpucheck.model.docker_context import DockerContext
from gpucheck.model.driver import InstalledKernel, KernelMessage, LibraryFile
from gpucheck.model.engine import (
    CriConfig,
    CriRuntime,
    EngineRuntime,
    PathExists,
    PodmanConfig,
)
from gpucheck.model.fact import Reason
from gpucheck.model.finding import Status
from gpucheck.model.platform import OsRelease
from gpucheck.model.report import Report
from tests.builders import (
    DRIVER,
    a_binary,
    a_device,
    a_gpu,
    a_host,
    a_toolkit_config,
    a_unit,
    absent,
    engine_info,
    known,
    unavailable,
)
from tests.checks.engine.kinds import DOCKER_ROOTLESS, SNAP, WSL_DESKTOP
from tests.checks.judge import tables
from tests.checks.platform_kinds import CONFIG, ETC_SPEC, KINDS, NO_DOCKER, NO_HOOK
from tests.hosts import dgx_h100, wsl2
from tests.test_root_causes import SCENARIOS

Changes = dict[str, Any]
PARTS = ("nvidia_ctk", "nvidia_container_cli", "nvidia_container_runtime", "nvidia_container_runtime_hook",
         "nvidia_cdi_hook")  # fmt: skip
NO_TOOLKIT = {f"toolkit.{name}": absent(f"/usr/bin/{name}") for name in PARTS} | {
    "toolkit.config": absent(CONFIG),
    "toolkit.low_level_runtime": absent(CONFIG),
    "cdi.specs": absent("/etc/cdi", "/var/run/cdi"),
}
OF_THE_HOST = {"akmods", "dkms", "dracut", "modprobe", "mokutil", "reboot", "sysctl", "update-initramfs"}
DESKTOP = DockerContext("desktop-linux", "unix:///home/ada/.docker/desktop/docker.sock")


def report(changes: Changes) -> Report:
    found = evaluate(a_host(changes), tables())
    assert not [f.detail for f in found.findings if f.status is Status.ERROR]
    return found


def units(*names: str) -> Changes:
    more = (a_unit("nvidia-persistenced.service"), a_unit("nvidia-cdi-refresh.service", active="inactive"))
    return {"services.units": (*(a_unit(name) for name in names), *more)}


# a GPU that the driver cannot start: NVML enumerates the others only
def silent(*messages: str, answering: int = 0) -> Changes:
    return {
        "pci.devices": tuple(a_device(i) for i in range(answering + 1)),
        "nvml.device_count": answering,
        "nvml.gpus": tuple(a_gpu(i) for i in range(answering)),
        "kernel_log.messages": tuple(KernelMessage(11.0, text) for text in messages),
        **({} if answering else NO_CUDA),
    }


NO_CUDA = {
    "cuda.init_code": 100,
    "cuda.init_name": "CUDA_ERROR_NO_DEVICE",
    "cuda.device_count": unavailable(Reason.FAILED, "cuInit: CUDA_ERROR_NO_DEVICE"),
}
RM_INIT = "NVRM: GPU 0000:17:00.0: RmInitAdapter failed! (0x24:0xffff:1220)"
NO_BAR = (
    "NVRM: This PCI I/O region assigned to your NVIDIA device is invalid:",
    "NVRM: BAR1 is 0M @ 0x0 (PCI:0000:17:00.0)",
    RM_INIT,
)


@pytest.mark.parametrize(
    ("changes", "cause"),
    [
        (silent(*NO_BAR), "bios_bar_settings"),
        (silent(RM_INIT) | {"platform.virtualization": "kvm"}, "vm_passthrough_problem"),
        (silent(RM_INIT), "gpu_hardware_fault"),
        (silent(RM_INIT.replace(":17:", ":18:"), answering=1), "gpu_hardware_fault"),
    ],
)
def test_a_gpu_that_does_not_start_explains_cuda_and_the_spec(changes: Changes, cause: str) -> None:
    found = report(changes)
    assert found.cause is not None
    assert (found.cause.check, found.cause.cause) == ("GC301", cause)
    because = {f.check: f.because_of for f in found.findings if f.status in {Status.FAIL, Status.WARN}}
    assert because.pop("GC301") == ()
    assert because, "something follows from it"
    assert set(because.values()) == {("GC301",)}


def shut_nodes(**changes: Any) -> Changes:
    nodes = a_host().device_nodes.nodes.require()
    return {"device_nodes.nodes": tuple(replace(node, mode=0o660, gid=44, **changes) for node in nodes)}


ROOTLESS_PODMAN = {
    **NO_DOCKER,
    **NO_HOOK,
    "other_engines.podman": a_binary("podman", "5.4.2"),
    "toolkit.config": absent(CONFIG),
    "cdi.specs": (ETC_SPEC,),
    "platform.uid": 1000,
    "platform.groups": (44, 1000),
}
KEPT = PodmanConfig(
    ("/etc/containers/containers.conf",),
    {"containers": {"annotations": ["run.oci.keep_original_groups=1"]}},
)


@pytest.mark.parametrize(
    ("changes", "check"),
    [
        (ROOTLESS_PODMAN | shut_nodes(readable=False, writable=False), "GC222"),
        (ROOTLESS_PODMAN | shut_nodes(), "GC524"),
        (DOCKER_ROOTLESS | {"platform.groups": (44, 1000)} | shut_nodes(), "GC524"),
    ],
)
def test_nodes_that_a_rootless_engine_cannot_open(changes: Changes, check: str) -> None:
    found = report(changes)
    assert found.verdict.value == "not_ready"
    assert found.cause is not None
    assert (found.cause.check, found.cause.cause) == (check, "device_node_permissions")


DESKTOP_STOPPED = {
    "docker.context": DESKTOP,
    "docker.socket": absent("/home/ada/.docker/desktop/docker.sock"),
    "docker.daemon": absent("/proc/*/comm"),
    "docker.daemon_path": absent("/proc/*/comm"),
    "docker.info": unavailable(Reason.UNREACHABLE, f"{DESKTOP.endpoint}: No such file or directory"),
}


@pytest.mark.parametrize("changes", [DESKTOP_STOPPED, NO_DOCKER | DESKTOP_STOPPED])
def test_a_stopped_docker_desktop(changes: Changes) -> None:
    found = report(changes)
    assert found.cause is not None
    assert (found.cause.check, found.cause.cause) == ("GC507", "docker_desktop_linux")


def docker(version: str, **changes: Any) -> Changes:
    values = {"runtimes": (EngineRuntime("runc", "runc"),), "discovered_devices": (), **changes}
    info = engine_info(server_version=version, **values)
    no_file = {"docker.daemon_json": absent("/etc/docker/daemon.json"), "docker.runtime_paths": {}}
    return {"docker.info": info, **no_file}


@pytest.mark.parametrize(
    ("changes", "cause"),
    [
        (docker("26.1.4"), "cdi_only_setup_used_with_gpus"),
        (docker("26.1.4", cdi_spec_dirs=()), "cdi_not_enabled_in_engine"),
        (docker("26.1.4") | {"cdi.specs": absent("/etc/cdi")}, "toolkit_not_installed"),
        (docker("29.2.0", cdi_spec_dirs=("/opt/cdi",)), "cdi_spec_not_found"),
    ],
)
def test_a_toolkit_without_the_legacy_hook(changes: Changes, cause: str) -> None:
    found = report(NO_HOOK | changes)
    assert found.cause is not None
    assert (found.cause.check, found.cause.cause) == ("GC513", cause)


def test_a_fabric_manager_that_is_not_there_is_installed() -> None:
    changes = dgx_h100()
    services = tuple(u for u in changes["services.units"] if "fabricmanager" not in u.name)
    gone = a_unit("nvidia-fabricmanager.service", active="inactive", enabled="", load="not-found")
    started = tuple(
        replace(gpu, fabric=known(replace(gpu.fabric.require(), state="in_progress")))
        for gpu in changes["nvml.gpus"]
    )
    found = report(changes | {"services.units": (*services, gone), "nvml.gpus": started})
    finding = next(f for f in found.findings if f.check == "GC306")
    assert finding.remedy is not None
    words = {word for argv in finding.remedy.commands for word in argv}
    assert "install" in words
    assert "start" not in words


def commands_of(found: Report) -> list[tuple[str, ...]]:
    return [argv for f in found.findings if f.remedy for argv in f.remedy.commands]


@pytest.mark.parametrize("name", SCENARIOS)
def test_in_a_container_the_hosts_work_is_left_to_the_host(name: str) -> None:
    _, changes = SCENARIOS[name]
    for argv in commands_of(report(changes | {"platform.container": "lxc"})):
        assert not OF_THE_HOST & set(argv), argv
    inside = report(changes | {"platform.container": "docker"})
    assert not [argv for argv in commands_of(inside) if argv[0] == "sudo"]


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_rootless_docker_leaves_that_of_root_alone(name: str) -> None:
    _, changes = SCENARIOS[name]
    if "docker.info" in changes or "docker.daemon" in changes:
        return  # another Docker than the rootless one
    for argv in commands_of(report(DOCKER_ROOTLESS | changes)):
        assert argv[:2] != ("sudo", "systemctl") or argv[-1] != "docker", argv
        assert argv[:4] != ("sudo", "nvidia-ctk", "runtime", "configure"), argv


# healthy, each of its kind

COS_LIBRARIES = "/home/kubernetes/bin/nvidia/lib64"


def of_cos(name: str) -> LibraryFile:
    path = f"{COS_LIBRARIES}/{name}"
    return LibraryFile(f"{path}.1", f"{path}.{DRIVER}", known(DRIVER), "driver-root")


GKE: Changes = {
    **NO_DOCKER,
    **NO_TOOLKIT,
    **units("containerd.service", "kubelet.service"),
    "platform.os_release": OsRelease("cos", (), "117", "Container-Optimized OS from Google"),
    "platform.virtualization": "google",
    "platform.kernel_release": "6.6.56+",
    "kernels.installed": (InstalledKernel("6.6.56+", bootable=True, modules=(), headers=False),),
    "kernels.next_boot": absent("/boot"),
    "libraries.libnvidia_ml": of_cos("libnvidia-ml.so"),
    "libraries.libcuda": of_cos("libcuda.so"),
    "libraries.all_found": (of_cos("libnvidia-ml.so"), of_cos("libcuda.so")),
    "nvml.library": f"{COS_LIBRARIES}/libnvidia-ml.so.{DRIVER}",
    "cuda.library": f"{COS_LIBRARIES}/libcuda.so.{DRIVER}",
    "packages.manager": absent("dpkg", "rpm"),
    "packages.installed": absent("dpkg", "rpm"),
    "packages.changes": absent("dpkg", "rpm"),
}
TEGRA_CUDA = "/usr/lib/aarch64-linux-gnu/tegra/libcuda.so.1"
JETSON_WITHOUT_NVML: Changes = {
    **KINDS["Jetson"],
    "platform.kernel_release": "5.15.148-tegra",
    "nvml.init": absent("libnvidia-ml.so.1"),
    "nvml.library": absent("libnvidia-ml.so.1"),
    **{
        f"nvml.{name}": unavailable(Reason.LIBRARY_MISSING, "no libnvidia-ml.so.1")
        for name in ("driver_version", "nvml_version", "cuda_driver_version", "device_count")
    },
    "driver.loaded_modules": ("nvgpu",),
    "driver.module_version": absent("/sys/module/nvidia/version"),
    "driver.proc_version": absent("/proc/driver/nvidia/version"),
    "driver.parameters": absent("/proc/driver/nvidia/params"),
    "kernels.installed": (InstalledKernel("5.15.148-tegra", bootable=True, modules=(), headers=True),),
    "kernels.next_boot": absent("/boot"),
    "device_nodes.nodes": (),
    "libraries.libnvidia_ml": absent("libnvidia-ml.so.1"),
    "libraries.libcuda": LibraryFile(
        TEGRA_CUDA, f"{TEGRA_CUDA}.1", unavailable(Reason.UNSUPPORTED, "no version in the name"), "directory"
    ),
}
CONTAINERD = "/etc/containerd/config.toml"


def node(config: CriConfig, *names: str) -> Changes:
    return NO_DOCKER | units(*names) | {"other_engines.cri_configs": (config,)}


def nvidia(program: str = "/usr/bin/nvidia-container-runtime") -> tuple[CriRuntime, ...]:
    return (CriRuntime("nvidia", PathExists(program, program, exists=True)),)


HARDENED = {
    "accept-nvidia-visible-devices-envvar-when-unprivileged": False,
    "accept-nvidia-visible-devices-as-volume-mounts": True,
    "nvidia-container-cli": {"ldconfig": "@/sbin/ldconfig.real"},
}
HEALTHY: dict[str, Changes] = {
    "GKE with Container-Optimized OS": GKE,
    "Jetson without NVML": JETSON_WITHOUT_NVML,
    "the Docker snap brings its toolkit": SNAP | NO_TOOLKIT,
    "Docker Desktop on WSL brings its toolkit": (
        {**wsl2(), **{name: fact for name, fact in WSL_DESKTOP.items() if name.startswith("docker")}}
        | NO_TOOLKIT
        | {"other_engines.containerd": absent("/usr/bin/containerd")}
    ),
    "rootless Podman, open nodes": ROOTLESS_PODMAN,
    "rootless Podman that keeps groups": (
        ROOTLESS_PODMAN | shut_nodes() | {"other_engines.podman_config": KEPT}
    ),
    "kubelet, containerd with NVIDIA's runtime": node(
        CriConfig("containerd", CONTAINERD, (CONTAINERD,), 2, runtimes=nvidia()),
        "containerd.service", "kubelet.service",
    ),
    "kubelet, containerd 2 with CDI": node(
        CriConfig("containerd", CONTAINERD, (CONTAINERD,), 3), "containerd.service", "kubelet.service"
    ),
    "k3s": node(
        CriConfig("k3s", "/var/lib/rancher/k3s/agent/etc/containerd/config.toml", runtimes=nvidia()),
        "k3s.service",
    ),
    "Bottlerocket: hardened by mounts, a program of its own": node(
        CriConfig(
            "containerd", CONTAINERD, (CONTAINERD,), 2, default_runtime="nvidia", runtimes=nvidia("nvidia-oci")
        ),
        "containerd.service", "kubelet.service",
    ) | {"toolkit.config": a_toolkit_config(HARDENED)},
}  # fmt: skip


@pytest.mark.parametrize("kind", HEALTHY)
def test_healthy_hosts_are_ready(kind: str) -> None:
    found = report(HEALTHY[kind])
    complaints = {f.check: f.title for f in found.findings if f.status in {Status.WARN, Status.FAIL}}
    # without a unit that writes it anew, a spec below /run is gone after a boot
    complaints.pop("GC414", None)
    assert complaints == {}
    assert found.verdict.value == "ready"
    assert found.cause is None
