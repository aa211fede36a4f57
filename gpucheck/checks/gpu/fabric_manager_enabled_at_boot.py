"""GC326: the fabric manager comes again after a reboot. Without it CUDA fails with error 802 then."""

from collections.abc import Iterator

from gpucheck.checks._base import Check, NotApplicable
from gpucheck.checks._remedy import remedy
from gpucheck.checks._scope import nvswitches, require_linux_driver
from gpucheck.checks.gpu._fabric import GUIDE, UNIT, is_installed, manager
from gpucheck.checks.gpu._units import starts_at_boot
from gpucheck.model.finding import Category, Finding
from gpucheck.model.host import HostSnapshot
from gpucheck.tables import Tables

CHECK = Check(
    id="GC326",
    slug="fabric_manager_enabled_at_boot",
    category=Category.GPU,
    title="systemd starts the fabric manager at boot",
    meaning="Looks at the unit of a fabric manager that runs now, on a machine with NVSwitches. If it is not"
    " enabled, somebody started it by hand, and after the next reboot CUDA fails with error 802.",
    causes=("fabricmanager_not_running",),
    because_of=("GC304",),
    decides=False,
    url=GUIDE,
)


@CHECK.judges_host
def judge(host: HostSnapshot, tables: Tables) -> Iterator[Finding]:
    """Judge a running manager; one that does not run is GC304's matter."""
    require_linux_driver(host)
    host.pci.devices.require()
    if not nvswitches(host, tables):
        raise NotApplicable("this machine has no NVSwitch")
    unit = manager(host)
    if unit is None or not is_installed(unit) or unit.active_state != "active":
        raise NotApplicable(f"no {UNIT} of the host runs")
    if starts_at_boot(unit):
        yield CHECK.passed(f"{UNIT} is {unit.unit_file_state}")
        return
    yield CHECK.warned(
        f"the fabric manager runs now, and will not after a reboot: {UNIT} is not enabled",
        cause="fabricmanager_not_running",
        detail="Until it is started, CUDA programs fail with error 802 (system not yet initialised).",
        evidence=[host.evidence(host.services.units, f"{UNIT} {unit.unit_file_state}", "enabled")],
        remedy=remedy("start_fabric_manager", host, tables),
    )
