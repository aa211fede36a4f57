"""Hosts and requests, each with the path that it must come to: every row of injection_paths.json decides one."""

from typing import Any, NamedTuple

from gpucheck.model.engine import CriConfig, EngineRuntime, PathExists, ToolkitConfig
from gpucheck.model.fact import Known
from gpucheck.model.injection import AskBy, Asked, Engine
from tests.builders import BOOT, a_binary, a_cdi_spec, absent, engine_info, unavailable
from tests.checks.engine.kinds import JETSON

Changes = dict[str, Any]

ALL = ("all",)
GPUS = Asked(devices=ALL)
ZERO = Asked(devices=())
CDI_DEVICE = Asked(by=AskBy.DEVICE, devices=ALL)
RUNTIME = Asked(by=AskBy.RUNTIME, runtime="nvidia", devices=ALL)
NAMES = Asked(by=AskBy.RUNTIME, runtime="nvidia", devices=("nvidia.com/gpu=all",))
BY_PODMAN = Asked(Engine.PODMAN, AskBy.DEVICE, devices=ALL)
PODMAN_GPUS = Asked(Engine.PODMAN, devices=ALL)
PODMAN_RUNTIME = Asked(Engine.PODMAN, AskBy.RUNTIME, "nvidia", ALL)
CTR = Asked(Engine.CONTAINERD, devices=ALL)
CRI = Asked(Engine.CONTAINERD, AskBy.DEVICE, devices=ALL)

NO_HOOK: Changes = {"toolkit.nvidia_container_runtime_hook": absent("/usr/bin")}
NO_CDI_HOOK: Changes = {"toolkit.nvidia_cdi_hook": absent("/usr/bin")}
NO_SPEC: Changes = {"cdi.specs": absent("/etc/cdi")}
NO_CLI: Changes = {"toolkit.nvidia_container_cli": absent("/usr/bin")}
NO_PROGRAM: Changes = {
    "docker.runtime_paths": {"nvidia": PathExists("nvidia-container-runtime", "/usr/bin/n", exists=False)}
}
UNKNOWN_CONFIG: Changes = {"toolkit.config": unavailable()}
TOOLKIT_117: Changes = {
    f"toolkit.{name}": a_binary(name, "1.17.8") for name in ("nvidia_ctk", "nvidia_container_runtime")
}
NO_TOOLKIT_RELEASE: Changes = {
    f"toolkit.{name}": a_binary(name, "dev")
    for name in (
        "nvidia_ctk",
        "nvidia_container_cli",
        "nvidia_cdi_hook",
        "nvidia_container_runtime",
        "nvidia_container_runtime_hook",
    )
}


def docker(version: str, *, devices: tuple[str, ...] = ("0", "1", "all"), **info: Any) -> Changes:
    found = tuple(f"cdi:nvidia.com/gpu={name}" for name in devices)
    return {"docker.info": engine_info(server_version=version, discovered_devices=found, **info)}


def config(mode: str, *, dirs: list[str] | None = None, **values: Any) -> Changes:
    modes = {"cdi": {"spec-dirs": dirs}} if dirs else {}
    runtime = {"nvidia-container-runtime": {"mode": mode, "modes": modes}}
    return {
        "toolkit.config": ToolkitConfig("/etc/nvidia-container-runtime/config.toml", runtime | values, BOOT)
    }


def podman(version: str) -> Changes:
    return {"other_engines.podman": a_binary("podman", version)}


def containerd(version: str, *, cdi: bool | None = None) -> Changes:
    found = CriConfig("containerd", "/etc/containerd/config.toml", version=2, cdi=cdi)
    return {
        "other_engines.containerd": a_binary("containerd", version),
        "other_engines.cri_configs": Known((found,), "test"),
    }


def nerdctl(version: str, by: AskBy = AskBy.GPUS, runtime: str = "") -> Asked:
    return Asked(Engine.NERDCTL, by, runtime, ALL, engine_version=version)


SKIP: Changes = {"nvidia-container-runtime-hook": {"skip-mode-detection": True}}
DEFAULT: Changes = {"default_runtime": "nvidia"}
RUNC: Changes = {"runtimes": (EngineRuntime("runc", "runc"),)}
SPEC_06: Changes = {"cdi.specs": (a_cdi_spec(cdi_version="0.6.0"),)}


class Case(NamedTuple):
    """``path`` is that of the explanation, "none" for certainly none, "?" for not told."""

    asked: Asked
    changes: Changes
    path: str
    rows: str


CASES: dict[str, Case] = {
    # docker run --gpus
    "docker 18.09": Case(GPUS, docker("18.09.9", devices=()), "none", "docker_gpus_before"),
    "docker 19.03": Case(GPUS, docker("19.03.15", devices=()), "legacy", "docker_gpus_hook"),
    "docker 24": Case(GPUS, docker("24.0.9", devices=()), "legacy", "docker_gpus_hook"),
    "docker 25 with CDI": Case(GPUS, docker("25.0.6"), "legacy", "docker_gpus_hook"),
    "docker 28.5": Case(GPUS, {}, "legacy", "docker_gpus_hook"),
    "docker 28.5, which has only CDI": Case(GPUS, NO_HOOK, "none", "docker_gpus_no_hook"),
    "docker 29.1": Case(GPUS, docker("29.1.5"), "legacy", "docker_gpus_hook"),
    "docker 29.2": Case(GPUS, docker("29.2.0"), "cdi", "docker_gpus_cdi"),
    "docker 29.7, one GPU": Case(Asked(devices=("1",)), docker("29.7.2"), "cdi", "docker_gpus_cdi"),
    "docker 29.7, a GPU no spec has": Case(
        Asked(devices=("GPU-new",)), docker("29.7.2"), "legacy", "docker_gpus_hook_after_cdi"
    ),
    "docker 29.7, no spec": Case(GPUS, docker("29.7.2", devices=()), "legacy", "docker_gpus_hook_after_cdi"),
    "docker 29.7, no CDI hook": Case(
        GPUS, docker("29.7.2") | NO_CDI_HOOK, "legacy", "docker_gpus_hook_after_cdi"
    ),
    "docker 29.7, no hook": Case(GPUS, docker("29.7.2") | NO_HOOK, "cdi", "docker_gpus_cdi"),
    "docker 29.7, neither": Case(
        GPUS, docker("29.7.2") | NO_HOOK | NO_CDI_HOOK, "none", "docker_gpus_nothing"
    ),
    "docker 29.7, nvidia by default": Case(GPUS, docker("29.7.2", **DEFAULT), "cdi", "docker_gpus_cdi"),
    "the hook came after dockerd": Case(
        GPUS,
        {
            "toolkit.nvidia_container_runtime_hook": a_binary(
                "nvidia-container-runtime-hook", installed_at=BOOT + 7200
            )
        }
        | docker("28.5.2", **RUNC),
        "none",
        "docker_gpus_no_hook",
    ),
    "mode cdi, the hook refuses": Case(GPUS, config("cdi"), "none", "docker_gpus_hook_refuses"),
    "mode cdi, detection skipped": Case(GPUS, config("cdi", **SKIP), "legacy", "docker_gpus_hook"),
    "mode legacy": Case(GPUS, config("legacy"), "legacy", "docker_gpus_hook"),
    "CDI names, the hook refuses": Case(
        Asked(devices=("nvidia.com/gpu=all",)), {}, "none", "docker_gpus_hook_refuses"
    ),
    "a Jetson": Case(GPUS, JETSON, "none", "docker_gpus_hook_refuses"),
    "config.toml unread": Case(
        GPUS, UNKNOWN_CONFIG, "?", "docker_gpus_hook_refuses docker_gpus_hook docker_gpus_no_hook"
    ),
    "the hook unread": Case(
        GPUS,
        {"toolkit.nvidia_container_runtime_hook": unavailable()},
        "?",
        "docker_gpus_hook docker_gpus_no_hook",
    ),
    "docker 29.7, the CDI hook unread": Case(
        GPUS,
        docker("29.7.2") | {"toolkit.nvidia_cdi_hook": unavailable()},
        "?",
        "docker_gpus_cdi docker_gpus_hook_after_cdi",
    ),
    "nvidia by default, toolkit 1.19": Case(
        GPUS, docker("28.5.2", **DEFAULT), "jit-cdi", "docker_gpus_runtime runtime_auto_jit_cdi"
    ),
    "nvidia by default, toolkit 1.17": Case(
        GPUS, docker("28.5.2", **DEFAULT) | TOOLKIT_117, "legacy", "docker_gpus_runtime runtime_auto_legacy"
    ),
    "nvidia by default, toolkit not known": Case(
        GPUS,
        docker("28.5.2", **DEFAULT) | NO_TOOLKIT_RELEASE,
        "?",
        "docker_gpus_runtime runtime_auto_jit_cdi runtime_auto_legacy",
    ),
    "nvidia asked for beside --gpus": Case(
        Asked(runtime="nvidia", devices=ALL), config("cdi"), "cdi", "docker_gpus_runtime runtime_cdi"
    ),
    "--gpus with a runtime Docker lacks": Case(
        Asked(runtime="kata", devices=ALL), {}, "none", "docker_gpus_unknown_runtime"
    ),
    # docker run --gpus 0
    "zero, docker 24, image all": Case(
        Asked(devices=(), image_devices="all"), docker("24.0.9"), "legacy", "docker_gpus_hook"
    ),
    "zero, docker 24, image void": Case(
        Asked(devices=(), image_devices="void"), docker("24.0.9"), "none", "docker_gpus_zero_image"
    ),
    "zero, docker 25.0.7": Case(ZERO, docker("25.0.7"), "none", "docker_gpus_zero_void_25"),
    "zero, docker 26, image unset": Case(
        Asked(devices=(), image_devices=""), docker("26.1.4"), "none", "docker_gpus_zero_image_26"
    ),
    "zero, docker 27.2, image not known": Case(
        ZERO, docker("27.2.1"), "?", "docker_gpus_zero_image_26 docker_gpus_hook"
    ),
    "zero, docker 28.5": Case(ZERO, {}, "none", "docker_gpus_zero_void"),
    "zero, docker 29.2": Case(ZERO, docker("29.2.0"), "none", "docker_gpus_zero"),
    "zero, docker 29.2, nvidia by default, image all": Case(
        Asked(devices=(), image_devices="all"),
        docker("29.2.0", **DEFAULT),
        "jit-cdi",
        "docker_gpus_zero_runtime runtime_auto_jit_cdi",
    ),
    "zero, docker 29.2, nvidia by default, image void": Case(
        Asked(devices=(), image_devices="void"),
        docker("29.2.0", **DEFAULT),
        "none",
        "docker_gpus_zero_runtime runtime_nothing_asked",
    ),
    # docker run --device
    "device, docker 24": Case(CDI_DEVICE, docker("24.0.9"), "none", "docker_device_before"),
    "device, docker 25 off": Case(
        CDI_DEVICE, docker("25.0.5", cdi_spec_dirs=()), "none", "docker_device_not_opted_in"
    ),
    "device, docker 26.1 on": Case(CDI_DEVICE, docker("26.1.4", devices=()), "cdi", "docker_device_opted_in"),
    # Docker 25 does not read a spec of version 0.7
    "device, docker 25, spec too new": Case(
        CDI_DEVICE, docker("25.0.5", devices=()), "none", "docker_device_unresolved"
    ),
    "device, docker 25, spec 0.6": Case(
        CDI_DEVICE, docker("25.0.5", devices=()) | SPEC_06, "cdi", "docker_device_opted_in"
    ),
    "device, docker 25, spec elsewhere": Case(
        CDI_DEVICE,
        docker("25.0.5", devices=(), cdi_spec_dirs=("/etc/cdi",)) | SPEC_06,
        "none",
        "docker_device_unresolved",
    ),
    "device, docker 28.5": Case(CDI_DEVICE, {}, "cdi", "docker_device"),
    "device, docker 28.5 off": Case(
        CDI_DEVICE, docker("28.5.2", cdi_spec_dirs=("",)), "none", "docker_device_off"
    ),
    "device, a GPU no spec has": Case(
        Asked(by=AskBy.DEVICE, devices=("7",)), {}, "none", "docker_device_unresolved"
    ),
    "device, a runtime Docker lacks": Case(
        Asked(by=AskBy.DEVICE, runtime="kata", devices=ALL), {}, "none", "docker_device_unknown_runtime"
    ),
    "device, docker 26, specs unread": Case(
        CDI_DEVICE,
        docker("26.1.4") | {"cdi.specs": unavailable()},
        "?",
        "docker_device_opted_in docker_device_unresolved",
    ),
    # docker run --runtime=nvidia
    "runtime, toolkit 1.19": Case(RUNTIME, {}, "jit-cdi", "docker_runtime runtime_auto_jit_cdi"),
    "runtime, toolkit 1.17": Case(RUNTIME, TOOLKIT_117, "legacy", "docker_runtime runtime_auto_legacy"),
    "runtime, toolkit 1.17 without hook": Case(
        RUNTIME, TOOLKIT_117 | NO_HOOK, "none", "docker_runtime runtime_auto_without_hook"
    ),
    "runtime, toolkit 1.17, hook unread": Case(
        RUNTIME,
        TOOLKIT_117 | {"toolkit.nvidia_container_runtime_hook": unavailable()},
        "?",
        "docker_runtime runtime_auto_without_hook runtime_auto_legacy",
    ),
    "runtime not registered": Case(RUNTIME, docker("28.5.2", **RUNC), "none", "docker_runtime_unknown"),
    "runc by default": Case(Asked(by=AskBy.RUNTIME, devices=ALL), {}, "none", "docker_runtime_other"),
    "nvidia by default": Case(
        Asked(by=AskBy.RUNTIME, devices=ALL),
        docker("28.5.2", **DEFAULT),
        "jit-cdi",
        "docker_runtime runtime_auto_jit_cdi",
    ),
    "runtime, program gone": Case(RUNTIME, NO_PROGRAM, "none", "docker_runtime runtime_program_missing"),
    "runtime, void": Case(
        Asked(by=AskBy.RUNTIME, runtime="nvidia", devices=("void",)),
        {},
        "none",
        "docker_runtime runtime_nothing_asked",
    ),
    "runtime, mode csv": Case(RUNTIME, config("csv"), "csv", "docker_runtime runtime_csv"),
    "runtime, mode cdi": Case(RUNTIME, config("cdi"), "cdi", "docker_runtime runtime_cdi"),
    "runtime, mode cdi, spec elsewhere": Case(
        RUNTIME, config("cdi", dirs=["/opt/cdi"]), "none", "docker_runtime runtime_cdi_unresolved"
    ),
    "runtime, mode cdi, no spec": Case(
        RUNTIME, config("cdi") | NO_SPEC, "none", "docker_runtime runtime_cdi_unresolved"
    ),
    "runtime, mode jit-cdi": Case(RUNTIME, config("jit-cdi"), "jit-cdi", "docker_runtime runtime_jit_cdi"),
    "runtime, mode jit-cdi, toolkit 1.17": Case(
        RUNTIME, config("jit-cdi") | TOOLKIT_117, "none", "docker_runtime runtime_jit_cdi_unknown"
    ),
    "runtime, mode legacy": Case(RUNTIME, config("legacy"), "legacy", "docker_runtime runtime_legacy"),
    "runtime, mode legacy without hook": Case(
        RUNTIME, config("legacy") | NO_HOOK, "none", "docker_runtime runtime_legacy_without_hook"
    ),
    "runtime, mode of a slip": Case(RUNTIME, config("cid"), "none", "docker_runtime runtime_mode_unknown"),
    "runtime, CDI names": Case(NAMES, {}, "cdi", "docker_runtime runtime_auto_names"),
    "runtime, CDI names, no spec": Case(
        NAMES, NO_SPEC, "none", "docker_runtime runtime_auto_names_unresolved"
    ),
    "runtime on a Jetson": Case(RUNTIME, JETSON, "csv", "docker_runtime runtime_auto_tegra"),
    "a runtime of one mode": Case(
        Asked(by=AskBy.RUNTIME, runtime="nvidia-legacy", devices=ALL),
        docker(
            "28.5.2",
            runtimes=(EngineRuntime("nvidia-legacy", "/usr/bin/nvidia-container-runtime.legacy"),),
        ),
        "legacy",
        "docker_runtime runtime_legacy",
    ),
    # Podman
    "podman 3.0": Case(BY_PODMAN, podman("3.0.1") | SPEC_06, "none", "podman_device_before"),
    "podman 3.4": Case(BY_PODMAN, podman("3.4.4") | SPEC_06, "cdi", "podman_device_early"),
    "podman 4.9, spec too new": Case(BY_PODMAN, podman("4.9.3"), "none", "podman_device_unresolved"),
    "podman 4.9": Case(BY_PODMAN, podman("4.9.3") | SPEC_06, "cdi", "podman_device"),
    "podman 5.2": Case(BY_PODMAN, podman("5.2.1"), "cdi", "podman_device"),
    # it does not look in /var/run/cdi
    "podman 5.5, spec elsewhere": Case(BY_PODMAN, podman("5.5.2"), "none", "podman_device_unresolved"),
    "podman's version unread": Case(
        BY_PODMAN,
        podman("dev"),
        "?",
        "podman_device_before podman_device_early podman_device podman_device_unresolved",
    ),
    "podman 3.2 --gpus": Case(PODMAN_GPUS, podman("3.2.0"), "none", "podman_gpus_before"),
    "podman 4.9 --gpus": Case(PODMAN_GPUS, podman("4.9.3"), "none", "podman_gpus_ignored"),
    "podman 5.2 --gpus": Case(PODMAN_GPUS, podman("5.2.1"), "cdi", "podman_gpus"),
    "podman 5.2 --gpus 2": Case(
        Asked(Engine.PODMAN, devices=("2",)), podman("5.2.1"), "none", "podman_gpus_unresolved"
    ),
    "podman, runtime": Case(
        PODMAN_RUNTIME, podman("5.2.1"), "jit-cdi", "podman_runtime runtime_auto_jit_cdi"
    ),
    "podman, its own runtime": Case(
        Asked(Engine.PODMAN, AskBy.RUNTIME, devices=ALL), podman("5.2.1"), "none", "podman_runtime_other"
    ),
    # nerdctl, ctr, the CRI plugin
    "nerdctl 0.8": Case(nerdctl("0.8.3"), {}, "none", "nerdctl_gpus_before"),
    "nerdctl 2.2": Case(nerdctl("2.2.0"), {}, "legacy", "nerdctl_gpus_cli"),
    "nerdctl 2.2 without the CLI": Case(nerdctl("2.2.0"), NO_CLI, "none", "nerdctl_gpus_no_cli"),
    "nerdctl 2.3": Case(nerdctl("2.3.0"), {}, "cdi", "nerdctl_gpus_cdi"),
    "nerdctl 2.3 without spec": Case(nerdctl("2.3.0"), NO_SPEC, "none", "nerdctl_gpus_unresolved"),
    "nerdctl of an unknown version": Case(
        nerdctl(""),
        {},
        "?",
        "nerdctl_gpus_before nerdctl_gpus_cli nerdctl_gpus_no_cli nerdctl_gpus_cdi nerdctl_gpus_unresolved",
    ),
    "nerdctl 2.3 device": Case(nerdctl("2.3.0", AskBy.DEVICE), {}, "cdi", "nerdctl_device"),
    "nerdctl 2.3 device without spec": Case(
        nerdctl("2.3.0", AskBy.DEVICE), NO_SPEC, "none", "nerdctl_device_unresolved"
    ),
    "nerdctl 2.0 device": Case(nerdctl("2.0.0", AskBy.DEVICE), {}, "?", ""),
    "nerdctl, runtime": Case(
        nerdctl("2.3.0", AskBy.RUNTIME, "nvidia"), {}, "jit-cdi", "nerdctl_runtime runtime_auto_jit_cdi"
    ),
    "nerdctl, its own runtime": Case(nerdctl("2.3.0", AskBy.RUNTIME), {}, "none", "nerdctl_runtime_other"),
    "ctr 2.1": Case(CTR, containerd("2.1.4"), "legacy", "ctr_gpus_cli"),
    "ctr 2.1 without the CLI": Case(CTR, containerd("2.1.4") | NO_CLI, "none", "ctr_gpus_no_cli"),
    "ctr 2.3": Case(CTR, containerd("2.3.0"), "cdi", "ctr_gpus_cdi"),
    "ctr 2.3 without spec": Case(CTR, containerd("2.3.0") | NO_SPEC, "none", "ctr_gpus_unresolved"),
    "CRI of containerd 1.6": Case(CRI, containerd("1.6.36"), "none", "cri_device_before"),
    "CRI of 1.7": Case(CRI, containerd("1.7.27"), "none", "cri_device_not_opted_in"),
    "CRI of 1.7, turned on": Case(CRI, containerd("1.7.27", cdi=True), "cdi", "cri_device_opted_in"),
    "CRI of 2.1": Case(CRI, containerd("2.1.4"), "cdi", "cri_device"),
    "CRI of 2.1, turned off": Case(CRI, containerd("2.1.4", cdi=False), "none", "cri_device_off"),
    "CRI of 2.1 without spec": Case(CRI, containerd("2.1.4") | NO_SPEC, "none", "cri_device_unresolved"),
    "CRI of 1.7, config unread": Case(
        CRI,
        containerd("1.7.27") | {"other_engines.cri_configs": unavailable()},
        "?",
        "cri_device_off cri_device_opted_in cri_device_not_opted_in cri_device_unresolved",
    ),
    "CRI, runtime class": Case(
        Asked(Engine.CONTAINERD, AskBy.RUNTIME, "nvidia", ALL),
        containerd("2.1.4"),
        "jit-cdi",
        "cri_runtime runtime_auto_jit_cdi",
    ),
    "CRI, its own runtime": Case(
        Asked(Engine.CONTAINERD, AskBy.RUNTIME, devices=ALL), containerd("2.1.4"), "none", "cri_runtime_other"
    ),
}
