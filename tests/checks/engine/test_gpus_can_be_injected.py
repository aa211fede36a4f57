"""GC513: the way of docker run --gpus."""

from typing import Any

import pytest

from gpucheck.model.docker_context import DockerContext
from gpucheck.model.engine import Binary, PathExists, ToolkitConfig
from gpucheck.model.fact import Known, Reason
from tests.builders import BOOT, a_binary, a_node, absent, engine_info, unavailable
from tests.checks.engine.kinds import DOCKER_29_CDI, JETSON, NO_DOCKER, NO_GPU, PODMAN_ONLY, RUNC, SNAP
from tests.checks.judge import judge, outcome

SLUG = "gpus_can_be_injected"
HOOK = "toolkit.nvidia_container_runtime_hook"
CDI_HOOK = "toolkit.nvidia_cdi_hook"
NO_HOOK = {HOOK: absent("/usr/bin/nvidia-container-runtime-hook")}
NO_CDI_HOOK = {CDI_HOOK: absent("/usr/bin/nvidia-cdi-hook")}
NO_CTK = {"toolkit.nvidia_ctk": absent("/usr/bin/nvidia-ctk")}
NO_DEVICES = {"docker.info": engine_info(runtimes=RUNC, discovered_devices=())}
LATE = BOOT + 7200
NVIDIA_DEFAULT = {"docker.info": engine_info(default_runtime="nvidia")}
NO_RELEASE = {
    f"toolkit.{name}": Binary(f"/usr/bin/{name}", unavailable(), Known(BOOT - 9, "t"))
    for name in (
        "nvidia_container_cli",
        "nvidia_cdi_hook",
        "nvidia_container_runtime",
        "nvidia_container_runtime_hook",
    )
}
LEGACY_TELLS = "NVIDIA_REQUIRE_* is enforced; no CDI spec is needed; containers survive a daemon-reload."
BY_HOOK = "--gpus injects through the legacy hook (nvidia-container-runtime-hook)"


def docker(
    version: str, devices: tuple[str, ...] = ("cdi:nvidia.com/gpu=all",), **info: Any
) -> dict[str, Any]:
    return {
        "docker.info": engine_info(server_version=version, discovered_devices=devices, runtimes=RUNC, **info)
    }


def mode(name: str, **hook: Any) -> dict[str, Any]:
    values = {"nvidia-container-runtime": {"mode": name}, "nvidia-container-runtime-hook": hook}
    return {"toolkit.config": ToolkitConfig("/etc/nvidia-container-runtime/config.toml", values, BOOT)}


@pytest.mark.parametrize(
    ("changes", "title"),
    [
        ({}, BY_HOOK),
        # an older dockerd does not look for the CDI hook at all
        ({CDI_HOOK: unavailable()}, BY_HOOK),
        (docker("19.03.15", ()), BY_HOOK),
        # specs are found, and this Docker asks the hook all the same
        (docker("29.1.5"), BY_HOOK),
        (docker("29.2.0"), "--gpus injects through CDI"),
        (docker("29.7.2") | NO_HOOK, "--gpus injects through CDI"),
        # CDI first, and falls back
        (docker("29.2.0") | NO_CDI_HOOK, BY_HOOK),
        (docker("29.2.0", ()), BY_HOOK),
        (docker("29.2.0", ("cdi:amd.com/gpu=0",)), BY_HOOK),
        (docker("29.2.0", ("nvidia.com/gpu=0",)), "--gpus injects through CDI"),
        (docker("29.2.0") | {CDI_HOOK: a_binary("nvidia-cdi-hook", installed_at=LATE)}, BY_HOOK),
        # merged /usr: the same directory by another name
        ({"docker.daemon_path": ("/sbin", "/bin/")}, BY_HOOK),
        (mode("auto"), BY_HOOK),
        (mode("legacy"), BY_HOOK),
        (mode("cdi", **{"skip-mode-detection": True}), BY_HOOK),
        (mode("cdi") | docker("29.2.0"), "--gpus injects through CDI"),
        (
            mode("cdi") | {"docker.info": engine_info(default_runtime="nvidia")},
            "--gpus injects through the default runtime nvidia (mode cdi)",
        ),
        ({"toolkit.config": absent("/etc/nvidia-container-runtime/config.toml")}, BY_HOOK),
        # the default runtime takes the hook out again
        (NVIDIA_DEFAULT, "--gpus injects through the default runtime nvidia (mode jit-cdi)"),
        (NVIDIA_DEFAULT | mode("csv"), "--gpus injects through the default runtime nvidia (mode csv)"),
        (NVIDIA_DEFAULT | mode("legacy"), BY_HOOK),
        (
            NVIDIA_DEFAULT
            | {"toolkit.nvidia_container_runtime": a_binary("nvidia-container-runtime", "1.17.8")},
            BY_HOOK,
        ),
    ],
)
def test_ways(changes: dict[str, Any], title: str) -> None:
    (finding,) = judge("engine", SLUG, changes)
    assert (finding.status.value, finding.title) == ("pass", title)


@pytest.mark.parametrize(
    ("changes", "cause", "title", "command"),
    [
        (
            NO_HOOK | NO_CDI_HOOK | NO_CTK | NO_DEVICES,
            "toolkit_not_installed",
            "--gpus has no way: nvidia-container-runtime-hook is not installed",
            ("sudo", "apt-get", "update"),
        ),
        # nvidia-container-toolkit-base: no legacy hook, and Docker has discovered no device yet
        (
            NO_HOOK | docker("26.1.4", ()),
            "cdi_only_setup_used_with_gpus",
            "--gpus needs the legacy hook in this Docker; only CDI is set up",
            ("docker", "run", "--rm", "--device", "nvidia.com/gpu=all", "ubuntu", "nvidia-smi"),
        ),
        (
            NO_HOOK | NO_CDI_HOOK | docker("26.1.4", (), cdi_spec_dirs=()),
            "cdi_not_enabled_in_engine",
            "--gpus has no way: nvidia-container-runtime-hook is not installed, and CDI is off in Docker "
            "26.1.4",
            ("sudo", "systemctl", "restart", "docker"),
        ),
        (
            NO_HOOK | docker("26.1.4", ()) | {"cdi.specs": absent("/etc/cdi")},
            "toolkit_not_installed",
            "--gpus has no way: nvidia-container-runtime-hook is not installed, and there is no CDI spec",
            ("sudo", "apt-get", "update"),
        ),
        (
            NO_HOOK | docker("24.0.9", (), cdi_spec_dirs=()),
            "toolkit_not_installed",
            "--gpus has no way: nvidia-container-runtime-hook is not installed, and Docker 24.0.9 has no CDI",
            ("sudo", "apt-get", "update"),
        ),
        (
            NO_HOOK | docker("29.2.0", (), cdi_spec_dirs=("/opt/cdi",)),
            "cdi_spec_not_found",
            "--gpus has no way: Docker does not search the directory of /var/run/cdi/nvidia.yaml",
            ("sudo", "nvidia-ctk", "cdi", "generate", "--output=/opt/cdi/nvidia.yaml"),
        ),
        (
            NO_HOOK | docker("28.5.2"),
            "cdi_only_setup_used_with_gpus",
            "--gpus needs the legacy hook in this Docker; only CDI is set up",
            ("docker", "run", "--rm", "--device", "nvidia.com/gpu=all", "ubuntu", "nvidia-smi"),
        ),
        (
            {HOOK: a_binary("nvidia-container-runtime-hook", installed_at=LATE)} | docker("28.5.2", ()),
            "docker_not_restarted",
            "--gpus has no way: dockerd started before the toolkit was installed",
            ("sudo", "systemctl", "restart", "docker"),
        ),
        (
            NO_HOOK | docker("29.2.0") | {CDI_HOOK: a_binary("nvidia-cdi-hook", installed_at=LATE)},
            "docker_not_restarted",
            "--gpus has no way: dockerd started before the toolkit was installed",
            ("sudo", "systemctl", "restart", "docker"),
        ),
        (
            NO_HOOK | docker("29.2.0", ()) | {"cdi.specs": absent("/etc/cdi")},
            "cdi_spec_not_found",
            "--gpus has no way: there is no CDI spec of NVIDIA, and no legacy hook",
            ("sudo", "nvidia-ctk", "cdi", "generate", "--format=yaml", "--output=/etc/cdi/nvidia.yaml"),
        ),
        (
            NO_HOOK | docker("29.2.0", ()),
            "cdi_not_enabled_in_engine",
            "--gpus has no way: Docker finds no CDI device, though a spec exists",
            ("sudo", "systemctl", "restart", "docker"),
        ),
        (
            {
                HOOK: Binary(
                    "/opt/nvidia/bin/nvidia-container-runtime-hook", Known("1.19", "t"), Known(BOOT, "t")
                )
            },
            "runtime_binary_missing",
            "--gpus has no way: the toolkit's hook is not on dockerd's PATH",
            ("sudo", "systemctl", "edit", "docker"),
        ),
        (
            mode("cdi"),
            "gpus_flag_unsupported_in_mode",
            "--gpus calls the hook, which refuses the configured mode cdi",
            (
                "docker",
                "run",
                "--rm",
                "--runtime=nvidia",
                "--env",
                "NVIDIA_VISIBLE_DEVICES=all",
                "ubuntu",
                "nvidia-smi",
            ),
        ),
        (
            NVIDIA_DEFAULT | mode("cdi") | {"cdi.specs": absent("/etc/cdi")},
            "cdi_spec_not_found",
            "--gpus needs a CDI spec: the default runtime nvidia is in mode cdi",
            ("sudo", "nvidia-ctk", "cdi", "generate", "--format=yaml", "--output=/etc/cdi/nvidia.yaml"),
        ),
        (
            docker("28.5.2", (), docker_desktop=True),
            "docker_desktop_linux",
            "--gpus cannot work: Docker Desktop's virtual machine has no GPU",
            ("docker", "context", "use", "default"),
        ),
        (
            SNAP | {"docker.info": engine_info(snap=True, runtimes=RUNC)},
            "snap_docker",
            "GPU containers need the nvidia runtime here, and Docker has none",
            ("sudo", "snap", "refresh", "docker"),
        ),
        (
            SNAP | {"docker.info": engine_info(snap=True, server_version="29.2.1")},
            "snap_docker",
            "--gpus cannot work: the Docker snap conflicts with the host's toolkit",
            ("sudo", "snap", "refresh", "docker"),
        ),
        (
            JETSON | NO_DEVICES,
            "docker_runtime_not_configured",
            "GPU containers need the nvidia runtime here, and Docker has none",
            ("sudo", "nvidia-ctk", "runtime", "configure", "--runtime=docker"),
        ),
    ],
)
def test_no_way(changes: dict[str, Any], cause: str, title: str, command: tuple[str, ...]) -> None:
    (finding,) = judge("engine", SLUG, changes)
    assert (finding.status.value, finding.cause, finding.title) == ("fail", cause, title)
    assert finding.remedy is not None
    assert finding.remedy.commands[0] == command


TOOLKIT_117 = {
    f"toolkit.{name}": a_binary(name, "1.17.8") for name in ("nvidia_ctk", "nvidia_container_runtime")
}
NO_PROGRAM = {
    "docker.runtime_paths": {"nvidia": PathExists("nvidia-container-runtime", "/usr/bin/n", exists=False)}
}


@pytest.mark.parametrize(
    ("changes", "cause", "detail", "command"),
    [
        (mode("cid"), "toolkit_config_malformed", "is set to a mode that does not exist.", "nvidia-ctk"),
        (
            mode("jit-cdi") | TOOLKIT_117,
            "toolkit_config_malformed",
            "is set to mode jit-cdi, which this release does not know.",
            "nvidia-ctk",
        ),
        (NO_PROGRAM, "runtime_binary_missing", "program of NVIDIA's OCI runtime is not there.", "apt-get"),
    ],
)
def test_a_default_runtime_that_starts_nothing(
    changes: dict[str, Any], cause: str, detail: str, command: str
) -> None:
    (found,) = judge("engine", SLUG, NVIDIA_DEFAULT | changes)
    title = "--gpus cannot work: the default runtime nvidia starts no container"
    assert (found.status.value, found.cause, found.title) == ("fail", cause, title)
    assert found.detail.endswith(detail)
    assert found.remedy is not None
    assert found.remedy.commands[0][1] == command


def test_the_evidence() -> None:
    (finding,) = judge("engine", SLUG, NO_HOOK | docker("28.5.2"))
    assert [(e.fact, e.observed) for e in finding.evidence] == [
        ("docker.info", "Docker 28.5.2, CDI devices of NVIDIA: nvidia.com/gpu=all"),
        (HOOK, "absent"),
        (CDI_HOOK, "/usr/bin/nvidia-cdi-hook"),
    ]


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        (NO_DOCKER, "skip"),
        (PODMAN_ONLY, "skip"),
        (NO_GPU, "skip"),
        ({"docker.info": unavailable(Reason.NOT_PERMITTED, "not you")}, "unknown"),
        ({"docker.info": unavailable(Reason.TIMEOUT, "late")}, "unknown"),
        ({HOOK: unavailable()}, "unknown"),
        ({"toolkit.config": unavailable(Reason.MALFORMED, "line 3")}, "unknown"),
        # GC504 says that it is too old
        ({"docker.info": engine_info(server_version="18.09.9", discovered_devices=())}, "skip"),
        # a version that is no number is reported as unknown by GC504
        ({"docker.info": engine_info(server_version="dev")}, "skip"),
        (NO_DOCKER | {"docker.context": DockerContext("far", "ssh://far.example")}, "skip"),
    ],
)
def test_nothing_to_say(changes: dict[str, Any], status: str) -> None:
    assert outcome("engine", SLUG, changes) == [(status, "host", "")]


def test_a_daemon_that_was_not_asked_is_unknown() -> None:
    remote = {
        "docker.context": DockerContext("far", "ssh://far.example"),
        "docker.info": unavailable(Reason.UNSUPPORTED, "ssh://far.example: not asked"),
    }
    (finding,) = judge("engine", SLUG, remote)
    assert (finding.status.value, finding.title) == (
        "unknown",
        "could not ask this host's Docker: the context leads to ssh://far.example",
    )


def test_without_a_look_at_the_path_usual_places_count() -> None:
    closed = {"docker.daemon_path": unavailable()}
    (finding,) = judge("engine", SLUG, closed)
    assert (finding.status.value, finding.title) == ("pass", BY_HOOK)
    assert finding.detail == (
        f"dockerd's PATH could not be read; the hook is in one of the usual places. {LEGACY_TELLS}"
    )
    unusual = Binary("/opt/nvidia/bin/nvidia-container-runtime-hook", Known("1.19", "t"), Known(BOOT, "t"))
    assert outcome("engine", SLUG, closed | {HOOK: unusual}) == [("unknown", "host", "")]


def test_why_cdi_is_not_taken() -> None:
    (finding,) = judge("engine", SLUG, DOCKER_29_CDI | NO_CDI_HOOK)
    assert finding.detail == (
        f"CDI comes first in this Docker, but it has not found nvidia-cdi-hook. {LEGACY_TELLS}"
    )


@pytest.mark.parametrize(
    ("changes", "detail"),
    [
        ({}, LEGACY_TELLS),
        (
            docker("29.2.0"),
            "NVIDIA_REQUIRE_* is not enforced; the CDI spec must be fresh (nvidia-cdi-refresh renews it); "
            "containers survive a daemon-reload.",
        ),
        (
            {"device_nodes.nodes": (a_node("nvidia0", char_link=False),)},
            "NVIDIA_REQUIRE_* is enforced; no CDI spec is needed; "
            "a daemon-reload takes the GPUs from containers.",
        ),
        (
            NVIDIA_DEFAULT,
            "NVIDIA_REQUIRE_* is not enforced; no CDI spec file is needed; "
            "containers survive a daemon-reload.",
        ),
        # the hook is the way, or the runtime in mode jit-cdi: what follows cannot be told
        (NVIDIA_DEFAULT | {"toolkit.config": absent(), "toolkit.nvidia_ctk": absent()} | NO_RELEASE, ""),
    ],
)
def test_what_follows_from_the_path_is_told_in_one_line(changes: dict[str, Any], detail: str) -> None:
    (finding,) = judge("engine", SLUG, changes)
    assert (finding.status.value, finding.detail) == ("pass", detail)
