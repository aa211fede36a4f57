"""GC224: MIG instances have their capability nodes under /dev/nvidia-caps.

A container gets an instance by two such nodes; without them it sees none.
"""

import re
from collections.abc import Iterator

from gpucheck.checks._base import Check, NotApplicable
from gpucheck.checks._optional import if_absent
from gpucheck.checks._remedy import remedy
from gpucheck.checks._scope import require_linux_driver
from gpucheck.model.fact import Reason, Unavailable
from gpucheck.model.finding import Category, Finding
from gpucheck.model.gpu import Gpu, MigDevice
from gpucheck.model.host import HostSnapshot
from gpucheck.tables import Tables

CHECK = Check(
    id="GC224",
    slug="mig_capability_nodes",
    category=Category.DRIVER,
    title="MIG instances have their capability nodes",
    meaning="Looks for /dev/nvidia-caps/nvidia-capN beside the MIG instances that NVML lists. Each GPU"
    " instance and each compute instance has one; they are what a container is given.",
    causes=("device_nodes_missing",),
    because_of=("GC105", "GC215", "GC220", "GC302"),
    url="https://docs.nvidia.com/datacenter/tesla/mig-user-guide/device-nodes-and-capabilities.html",
)

# minors 1 and 2 are the config and monitor capabilities, there without any instance (same page)
_INSTANCE = re.compile(r"/dev/nvidia-caps/nvidia-cap(?!(1|2)$)\d+$")


@CHECK.judges_host
def judge(host: HostSnapshot, tables: Tables) -> Iterator[Finding]:
    """Fail where there are instances and no node of an instance."""
    require_linux_driver(host)
    instances = [mig for gpu in host.gpus() for mig in _instances(gpu)]
    if not instances:
        raise NotApplicable("there is no MIG instance on this host")
    fact = host.device_nodes.nodes
    nodes = [node.path for node in if_absent(fact, ()) if _INSTANCE.match(node.path)]
    if nodes:
        yield CHECK.passed(f"{len(instances)} MIG instances, {len(nodes)} capability nodes")
        return
    yield CHECK.failed(
        f"{len(instances)} MIG instances without a node under /dev/nvidia-caps",
        cause="device_nodes_missing",
        detail="Containers get an instance by its nodes.",
        evidence=[host.evidence(fact, "no /dev/nvidia-caps node of an instance", "two per instance")],
        remedy=remedy("create_mig_nodes", host, tables),
    )


def _instances(gpu: Gpu) -> tuple[MigDevice, ...]:
    """Return the instances of a GPU; none where it knows no MIG."""
    fact = gpu.mig_devices
    if isinstance(fact, Unavailable) and fact.reason is Reason.UNSUPPORTED:
        return ()
    return if_absent(fact, ())
