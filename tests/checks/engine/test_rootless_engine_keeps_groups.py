"""GC524: device nodes that only a group of this user may open."""

from typing import Any

import pytest

from gpucheck.model.engine import PodmanConfig
from tests.builders import a_binary, a_node, absent, unavailable
from tests.checks.engine.kinds import DOCKER_ROOTLESS, JETSON, PODMAN_ONLY, WSL
from tests.checks.judge import judge, outcome

SLUG = "rootless_engine_keeps_groups"
USER = {"platform.uid": 1000, "platform.groups": (44, 1000)}
PODMAN = PODMAN_ONLY | USER
BOTH = USER | {"other_engines.podman": a_binary("podman", "5.2.1")}
CONF = "/etc/containers/containers.conf"
PASS, SKIP, UNKNOWN = ([(status, "host", "")] for status in ("pass", "skip", "unknown"))
FAIL, WARN = ([(status, "host", "device_node_permissions")] for status in ("fail", "warn"))


def nodes(**changes: Any) -> dict[str, Any]:
    values = {"mode": 0o660, "gid": 44, **changes}
    return {"device_nodes.nodes": tuple(a_node(name, **values) for name in ("nvidia0", "nvidiactl"))}


def keeps(*annotations: str) -> dict[str, Any]:
    values = {"containers": {"annotations": list(annotations)}}
    return {"other_engines.podman_config": PodmanConfig((CONF,), values)}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (PODMAN, PASS),
        (PODMAN | nodes(), FAIL),
        (PODMAN | nodes(mode=0o664), FAIL),
        (DOCKER_ROOTLESS | nodes(), FAIL),
        # GC222's: the user may not open it either
        (PODMAN | nodes(readable=False, writable=False), PASS),
        # the user's own nodes are the container root's own
        (PODMAN | nodes(uid=1000), PASS),
        (PODMAN | nodes(gid=1000), PASS),
        (PODMAN | nodes() | keeps("run.oci.keep_original_groups=1"), PASS),
        (PODMAN | nodes() | keeps("run.oci.systemd.subgroup=x"), FAIL),
        # crun's annotation is Podman's way, not Docker's
        (DOCKER_ROOTLESS | nodes() | keeps("run.oci.keep_original_groups=1"), FAIL),
        # Docker of root serves the GPUs
        (BOTH | nodes(), WARN),
        (USER | nodes(), SKIP),
        (PODMAN_ONLY | nodes(), SKIP),
        (PODMAN | {"device_nodes.nodes": ()}, SKIP),
        (PODMAN | {"device_nodes.nodes": absent("/dev")}, SKIP),
        (PODMAN | {"device_nodes.nodes": (a_node("nvidia-modeset", mode=0o660, gid=44),)}, SKIP),
        (PODMAN | {"device_nodes.nodes": unavailable()}, UNKNOWN),
        (PODMAN | nodes() | {"platform.uid": unavailable()}, UNKNOWN),
        (PODMAN | nodes() | {"pci.devices": ()}, SKIP),
        (PODMAN | nodes() | JETSON, SKIP),
        (PODMAN | WSL | nodes(), SKIP),
    ],
)
def test_outcomes(changes: dict[str, Any], expected: list[tuple[str, str, str]]) -> None:
    assert outcome("engine", SLUG, changes) == expected


def test_whole_complaint() -> None:
    (finding,) = judge("engine", SLUG, PODMAN | nodes())
    assert finding.title == (
        "containers of rootless Podman may not open /dev/nvidia0 and 1 more: only group 44 may"
    )
    assert [(e.fact, e.observed, e.expected, e.source) for e in finding.evidence] == [
        ("device_nodes.nodes", "/dev/nvidia0 0660 0:44", "0666", "/dev/nvidia0"),
        ("device_nodes.nodes", "/dev/nvidiactl 0660 0:44", "0666", "/dev/nvidiactl"),
    ]
    assert finding.remedy is not None
    assert finding.remedy.commands == (
        (
            "podman", "run", "--rm", "--group-add", "keep-groups",
            "--device", "nvidia.com/gpu=all", "ubuntu", "nvidia-smi",
        ),
    )  # fmt: skip


def test_docker_cannot_keep_groups() -> None:
    (finding,) = judge("engine", SLUG, DOCKER_ROOTLESS | nodes())
    assert finding.title.startswith("containers of rootless Docker may not open /dev/nvidia0")
    assert finding.remedy is not None
    assert finding.remedy.commands == ()
    assert "NVreg_DeviceFileMode" in finding.remedy.summary
