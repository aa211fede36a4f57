"""Links below /dev/char by which runc knows the NVIDIA nodes that the legacy hook gave a container."""

import re

from gpucheck.model.driver import DeviceNode
from gpucheck.model.host import HostSnapshot

# the nodes compute containers get; the others (modeset, caps) are made when somebody asks for them
_GIVEN_TO_CONTAINERS = re.compile(r"/dev/nvidia(?:\d+|ctl|-uvm)")


def given_nodes(host: HostSnapshot) -> tuple[DeviceNode, ...]:
    """Return the nodes that containers are given; raises as ``require()`` does."""
    nodes = host.device_nodes.nodes.require()
    return tuple(node for node in nodes if _GIVEN_TO_CONTAINERS.fullmatch(node.path))
