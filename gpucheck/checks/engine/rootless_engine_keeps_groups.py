"""May containers of a rootless engine open the device nodes? Groups of the user do not come along.

Nodes of mode 0660 are open to this user by a group; in the container's user namespace the group is lost.
https://github.com/NVIDIA/nvidia-container-toolkit/issues/210
"""

from collections.abc import Iterator

from gpucheck.checks._base import Check, NotApplicable
from gpucheck.checks._device_nodes import is_needed
from gpucheck.checks._optional import if_absent
from gpucheck.checks._remedy import remedy
from gpucheck.checks._scope import require_linux_driver
from gpucheck.checks.engine._docker import docker_present, is_rootless
from gpucheck.model.driver import DeviceNode
from gpucheck.model.engine import PodmanConfig
from gpucheck.model.fact import Known
from gpucheck.model.finding import Category, Evidence, Finding, Status
from gpucheck.model.host import HostSnapshot
from gpucheck.tables import Tables

CHECK = Check(
    id="GC524",
    slug="rootless_engine_keeps_groups",
    category=Category.ENGINE,
    title="containers of a rootless engine may open the device nodes",
    meaning=(
        "Looks whether the device nodes are open to everybody. Where only a group of this user opens them, "
        "gpucheck can and a rootless container cannot: its processes leave the user's groups behind."
    ),
    causes=("device_node_permissions",),
    because_of=("GC222",),
    decides=False,
    url="https://github.com/NVIDIA/nvidia-container-toolkit/issues/210",
)

_OTHERS = 0o006
_REMEDIES = {"Docker": "open_nodes_to_rootless_docker", "Podman": "keep_groups_in_containers"}
_KEPT = "run.oci.keep_original_groups=1"


@CHECK.judges_host
def judge(host: HostSnapshot, tables: Tables) -> Iterator[Finding]:
    """Judge the nodes that this user opens by a group."""
    require_linux_driver(host)
    docker = is_rootless(host)
    if not docker and (host.platform.uid.require() == 0 or not isinstance(host.other_engines.podman, Known)):
        raise NotApplicable("no engine of this user runs containers")
    nodes = [node for node in if_absent(host.device_nodes.nodes, ()) if is_needed(node)]
    if not nodes:
        raise NotApplicable("there is no NVIDIA device node")
    by_group = [node for node in nodes if _only_by_group(node, host)]
    if not by_group:
        yield CHECK.passed("the device nodes are not open by a group only")
    elif not docker and _keeps_groups(host):
        yield CHECK.passed("containers.conf lets containers keep this user's groups")
    else:
        yield _complaint(by_group, host, tables, engine="Docker" if docker else "Podman")


def _only_by_group(node: DeviceNode, host: HostSnapshot) -> bool:
    """Return whether a group of this user alone opens the node; one that is closed is GC222's."""
    own = host.platform.uid.get(0)
    open_to_others = node.mode & _OTHERS == _OTHERS
    return node.readable and node.writable and not open_to_others and own not in {0, node.uid, node.gid}


def _keeps_groups(host: HostSnapshot) -> bool:
    config: PodmanConfig | None = host.other_engines.podman_config.get(None)
    return config is not None and _KEPT in config.values.get("containers", {}).get("annotations", [])


def _complaint(nodes: list[DeviceNode], host: HostSnapshot, tables: Tables, *, engine: str) -> Finding:
    first, rootful = nodes[0], engine == "Podman" and docker_present(host)
    more = f" and {len(nodes) - 1} more" if len(nodes) > 1 else ""
    return CHECK.finding(
        Status.WARN if rootful else Status.FAIL,
        f"containers of rootless {engine} may not open {first.path}{more}: only group {first.gid} may",
        cause="device_node_permissions",
        detail="This user is of that group; containers lose it. NVML says 'Insufficient Permissions'.",
        evidence=[_seen(node, host) for node in nodes],
        remedy=remedy(_REMEDIES[engine], host, tables),
    )


def _seen(node: DeviceNode, host: HostSnapshot) -> Evidence:
    observed = f"{node.path} {node.mode:04o} {node.uid}:{node.gid}"
    return host.evidence(host.device_nodes.nodes, observed, "0666", node.path)
