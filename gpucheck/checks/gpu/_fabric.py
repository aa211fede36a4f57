"""Which hosts need a fabric manager, and what tells that one is at work.

NVSwitches up to the third generation (A100, H100, H200 machines) are PCI functions. On HGX B200
and later they are not, and on GB200 NVL72 the manager runs in the switch trays: there only the
GPUs' own fabric state counts. GPUs before Hopper, and single GPUs, have no fabric state at all.
https://docs.nvidia.com/datacenter/tesla/fabric-manager-user-guide/index.html,
https://pkg.go.dev/github.com/leptonai/gpud/components/accelerator/nvidia/fabric-manager
"""

from gpucheck.checks._remedy import remedy
from gpucheck.model.driver import ServiceUnit
from gpucheck.model.fact import Known
from gpucheck.model.finding import Remedy
from gpucheck.model.gpu import Fabric
from gpucheck.model.host import HostSnapshot
from gpucheck.model.versions import Version
from gpucheck.tables import Tables

UNIT = "nvidia-fabricmanager.service"
GUIDE = "https://docs.nvidia.com/datacenter/tesla/fabric-manager-user-guide/index.html"


def fabrics(host: HostSnapshot) -> tuple[Fabric, ...]:
    """Return the fabric registrations of the GPUs that take part in a fabric, as far as known."""
    found = (gpu.fabric.get(None) for gpu in host.nvml.gpus.get(()))
    return tuple(fabric for fabric in found if fabric and fabric.state != "not_supported")


def all_registered(host: HostSnapshot) -> bool:
    """Return whether it is known that every GPU has registered with the fabric, without error."""
    gpus = host.nvml.gpus.get(())
    registered = [fabric for fabric in fabrics(host) if fabric == Fabric("completed", 0)]
    return bool(gpus) and len(registered) == len(gpus)


def cuda_is_ready(host: HostSnapshot) -> bool:
    """Return whether it is known that cuInit succeeds: it cannot before the fabric is set up."""
    return host.cuda.init_code.get(None) == 0


def manager(host: HostSnapshot) -> ServiceUnit | None:
    """Return the unit of the fabric manager, None if systemd knows none; raise as ``require()``."""
    return next((unit for unit in host.services.units.require() if unit.name == UNIT), None)


def is_installed(unit: ServiceUnit | None) -> bool:
    """Return whether systemd has a file for the unit (a masked unit counts as none)."""
    return unit is not None and unit.load_state == "loaded"


def start(host: HostSnapshot, tables: Tables) -> Remedy:
    """Return how the fabric manager is started; where systemd knows no such unit, how it is installed."""
    units = host.services.units
    if not isinstance(units, Known) or is_installed(manager(host)):
        return remedy("start_fabric_manager", host, tables)
    version = host.driver.module_version.get("") or host.nvml.driver_version.get("")
    return install(version, host, tables) if version else remedy("start_fabric_manager", host, tables)


def install(version: str, host: HostSnapshot, tables: Tables) -> Remedy:
    """Return the remedy that installs the fabric manager of driver ``version``, no other."""
    branch = str(Version(version).major)
    return remedy("install_fabric_manager", host, tables, branch=branch, version=version)
