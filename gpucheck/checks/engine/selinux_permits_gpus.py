"""Does SELinux let containers use the GPUs? Nodes that are bound from the host keep its label.

The policy labels /dev/nvidia* xserver_misc_device_t, which the type of containers may use by two booleans
only (container.te of https://github.com/containers/container-selinux). A rootful engine that makes nodes
of its own, as for CDI devices, labels them for the container. A rootless Podman (podman-run(1), --device)
and NVIDIA's hook bind the host's.
"""

from collections.abc import Iterator

from gpucheck.checks._base import Check, NotApplicable
from gpucheck.checks._device_nodes import is_needed
from gpucheck.checks._optional import if_absent
from gpucheck.checks._remedy import remedy
from gpucheck.checks._scope import require_linux_driver
from gpucheck.checks.engine._docker import docker_present, engine_info, require_packaged_docker
from gpucheck.checks.engine._injection import Way, injection
from gpucheck.model.driver import DeviceNode
from gpucheck.model.engine import PodmanConfig
from gpucheck.model.fact import Known
from gpucheck.model.finding import Category, Finding
from gpucheck.model.host import HostSnapshot
from gpucheck.tables import Tables

CHECK = Check(
    id="GC527",
    slug="selinux_permits_gpus",
    category=Category.ENGINE,
    title="SELinux lets containers use the device nodes",
    meaning=(
        "Where SELinux enforces and the engine confines containers, a node bound from the host keeps the "
        "host's label. With the booleans of container-selinux off, NVML in a container then answers "
        "'Insufficient Permissions', unless the container runs with --security-opt label=disable."
    ),
    causes=("selinux_denied",),
    because_of=("GC502", "GC503"),
    decides=False,
    url="https://docs.nvidia.com/datacenter/cloud-native/container-toolkit/latest/troubleshooting.html",
)

_CLOSED = "xserver_misc_device_t"


@CHECK.judges_host
def judge(host: HostSnapshot, tables: Tables) -> Iterator[Finding]:
    """Warn, not fail: a module of the policy that opens the nodes cannot be seen from outside."""
    require_linux_driver(host)
    if if_absent(host.platform.selinux, "disabled") != "enforcing":
        raise NotApplicable("SELinux does not enforce")
    engine = _binds_nodes(host, tables)
    nodes = [node for node in if_absent(host.device_nodes.nodes, ()) if is_needed(node)]
    closed = [node for node in nodes if node.selinux_type == _CLOSED]
    booleans = host.platform.selinux_booleans
    if not closed:
        yield CHECK.passed("the device nodes have other labels than those closed to containers")
    elif any(booleans.require().values()):
        on = [name for name, value in booleans.require().items() if value]
        yield CHECK.passed(f"{on[0]} is on")
    else:
        yield _complaint(closed, engine, host, tables)


def _binds_nodes(host: HostSnapshot, tables: Tables) -> str:
    """Return the engine that binds the host's nodes into confined containers; raises NotApplicable."""
    if docker_present(host):
        require_packaged_docker(host)
        info = engine_info(host)
        if not any(option.startswith("name=selinux") for option in info.security_options):
            raise NotApplicable("Docker does not confine containers by SELinux")
        if not info.rootless and injection(host, tables).way is not Way.HOOK:
            raise NotApplicable("Docker makes the nodes of CDI devices itself")
        return "Docker"
    if not isinstance(host.other_engines.podman, Known) or host.platform.uid.require() == 0:
        raise NotApplicable("no engine binds nodes of the host into containers")
    config: PodmanConfig | None = host.other_engines.podman_config.get(None)
    if config is not None and config.values.get("containers", {}).get("label") is False:
        raise NotApplicable("containers.conf turns the confinement by SELinux off")
    return "rootless Podman"


def _complaint(closed: list[DeviceNode], engine: str, host: HostSnapshot, tables: Tables) -> Finding:
    return CHECK.warned(
        f"SELinux keeps containers of {engine} from {closed[0].path}, unless they run with label=disable",
        cause="selinux_denied",
        detail="The nodes are bound from the host with its label. NVML says 'Insufficient Permissions'.",
        evidence=[
            host.evidence(host.platform.selinux),
            host.evidence(host.platform.selinux_booleans, "off", "one of them on"),
            host.evidence(
                host.device_nodes.nodes, f"{closed[0].path} {_CLOSED}", "another label", closed[0].path
            ),
        ],
        remedy=remedy("allow_devices_in_selinux", host, tables),
    )
