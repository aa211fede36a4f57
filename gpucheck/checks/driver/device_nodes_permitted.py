"""GC222: this user may open the GPUs' device nodes.

A restricted mode stops rootless engines and this user's own programs; containers run by root go on.
"""

from collections.abc import Iterator

from gpucheck.checks._base import Check, NotApplicable
from gpucheck.checks._device_nodes import is_needed
from gpucheck.checks._optional import if_absent
from gpucheck.checks._remedy import remedy
from gpucheck.checks._scope import require_linux_driver
from gpucheck.model.driver import DeviceNode
from gpucheck.model.fact import Known
from gpucheck.model.finding import Category, Evidence, Finding
from gpucheck.model.host import HostSnapshot
from gpucheck.tables import Tables

CHECK = Check(
    id="GC222",
    slug="device_nodes_permitted",
    category=Category.DRIVER,
    title="this user may open the device nodes",
    meaning="Looks whether the user who runs gpucheck may read and write /dev/nvidiactl, /dev/nvidia-uvm and"
    " the node of each GPU. The driver makes them for everybody, unless its options say otherwise.",
    causes=("device_node_permissions",),
    url="https://github.com/NVIDIA/open-gpu-kernel-modules/blob/main/kernel-open/nvidia/nv-reg.h",
)

_EVERYBODY = 0o666


@CHECK.judges_host
def judge(host: HostSnapshot, tables: Tables) -> Iterator[Finding]:
    """Fail for the nodes this user may not open."""
    require_linux_driver(host)
    nodes = [node for node in if_absent(host.device_nodes.nodes, ()) if is_needed(node)]
    if not nodes:
        raise NotApplicable("there is no NVIDIA device node")
    closed = [node for node in nodes if not (node.readable and node.writable)]
    if not closed:
        restricted = any(node.mode & _EVERYBODY != _EVERYBODY for node in nodes)
        yield CHECK.passed("this user may open the device nodes" + (", others may not" if restricted else ""))
        return
    first = closed[0]
    others = f" and {len(closed) - 1} more" if len(closed) > 1 else ""
    yield CHECK.failed(
        f"this user may not open {first.path}{others}: mode {first.mode:04o}, owner {first.uid}:{first.gid}",
        cause="device_node_permissions",
        detail="Rootless containers and this user's programs get no GPU; containers that run as root do.",
        evidence=[*(_node(node, host) for node in closed), *_option(host)],
        remedy=remedy("open_device_nodes", host, tables, gid=str(first.gid)),
    )


def _node(node: DeviceNode, host: HostSnapshot) -> Evidence:
    observed = f"{node.path} {node.mode:04o} {node.uid}:{node.gid}"
    return host.evidence(host.device_nodes.nodes, observed, f"{_EVERYBODY:04o}", node.path)


def _option(host: HostSnapshot) -> list[Evidence]:
    """Return the driver's option for the mode, which /proc shows in decimal."""
    parameters = host.driver.parameters
    mode = parameters.value.get("DeviceFileMode", "") if isinstance(parameters, Known) else ""
    if not mode.isdigit():
        return []
    return [host.evidence(parameters, f"DeviceFileMode {int(mode):04o}", f"DeviceFileMode {_EVERYBODY:04o}")]
