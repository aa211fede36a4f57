"""GC514: GPUs stay in running containers over a daemon-reload."""

from typing import Any

import pytest

from gpucheck.model.engine import ToolkitConfig
from gpucheck.model.fact import Reason
from tests.builders import BOOT, a_binary, a_node, absent, engine_info, unavailable
from tests.checks.engine.kinds import (
    DOCKER_20_CGROUPFS,
    DOCKER_29_CDI,
    JETSON,
    NO_DOCKER,
    RUNC,
    SNAP,
    WSL_NATIVE,
)
from tests.checks.judge import judge, outcome

SLUG = "devices_survive_daemon_reload"
NODES = tuple(
    a_node(name, char_link=False)
    for name in ("nvidia0", "nvidia1", "nvidiactl", "nvidia-modeset", "nvidia-uvm", "nvidia-uvm-tools")
)
BARE = {"device_nodes.nodes": NODES}
LINKED_BUT_MODESET = {
    "device_nodes.nodes": (a_node("nvidia0"), a_node("nvidia-modeset", char_link=False), a_node("nvidiactl"))
}
NVIDIA_29 = {"docker.info": engine_info(server_version="29.2.0")}  # with the nvidia runtime
NVIDIA_DEFAULT = {"docker.info": engine_info(default_runtime="nvidia")}
OLD_RUNTIME = {"toolkit.nvidia_container_runtime": a_binary("nvidia-container-runtime", "1.17.8")}


def mode(name: str) -> dict[str, Any]:
    values = {"nvidia-container-runtime": {"mode": name}}
    return {"toolkit.config": ToolkitConfig("/etc/nvidia-container-runtime/config.toml", values, BOOT)}


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({}, "pass"),
        (BARE, "warn"),
        (LINKED_BUT_MODESET, "pass"),
        (BARE | {"docker.info": engine_info(cgroup_driver="cgroupfs")}, "pass"),
        (BARE | DOCKER_20_CGROUPFS, "pass"),
        (BARE | DOCKER_29_CDI, "pass"),
        # --gpus goes by CDI; the nvidia runtime does so only from the release that makes CDI edits itself
        (BARE | NVIDIA_29, "pass"),
        (BARE | NVIDIA_29 | OLD_RUNTIME, "warn"),
        (BARE | NVIDIA_29 | mode("legacy"), "warn"),
        (BARE | NVIDIA_29 | OLD_RUNTIME | mode("cdi"), "pass"),
        (
            BARE | NVIDIA_29 | {"toolkit.nvidia_container_runtime": absent("/usr/bin")},
            "pass",
        ),
        # a default runtime of NVIDIA takes the hook out again, unless it is in legacy mode
        (BARE | NVIDIA_DEFAULT, "pass"),
        (BARE | NVIDIA_DEFAULT | OLD_RUNTIME, "warn"),
        (BARE | NVIDIA_DEFAULT | mode("legacy"), "warn"),
        ({"device_nodes.nodes": ()}, "skip"),
        ({"device_nodes.nodes": unavailable()}, "unknown"),
        (
            BARE
            | {
                "docker.info": engine_info(runtimes=RUNC, discovered_devices=()),
                "toolkit.nvidia_container_runtime_hook": absent("/usr/bin"),
            },
            "skip",
        ),
        # the runtime alone is a way, too
        (
            BARE | OLD_RUNTIME | {"toolkit.nvidia_container_runtime_hook": absent("/usr/bin")},
            "warn",
        ),
        ({"docker.info": unavailable(Reason.TIMEOUT, "late")}, "unknown"),
        (BARE | JETSON, "skip"),
        (BARE | WSL_NATIVE, "skip"),
        (BARE | SNAP, "skip"),
        (BARE | {"pci.devices": ()}, "skip"),
        (NO_DOCKER, "skip"),
    ],
)
def test_outcomes(changes: dict[str, Any], status: str) -> None:
    cause = "systemd_reload_drops_devices" if status == "warn" else ""
    assert outcome("engine", SLUG, changes) == [(status, "host", cause)]


def test_the_complaint() -> None:
    (finding,) = judge("engine", SLUG, BARE)
    assert finding.title == "systemctl daemon-reload takes the GPUs from running containers"
    assert [(e.fact, e.observed, e.expected) for e in finding.evidence] == [
        ("docker.info", "cgroup driver systemd, --gpus by the legacy hook", "cgroupfs, or CDI"),
        (
            "device_nodes.nodes",
            "no /dev/char link to /dev/nvidia0, /dev/nvidia1, /dev/nvidiactl, /dev/nvidia-uvm",
            "links",
        ),
    ]
    assert finding.remedy is not None
    assert finding.remedy.commands == (
        ("sudo", "nvidia-ctk", "system", "create-dev-char-symlinks", "--create-all"),
    )
