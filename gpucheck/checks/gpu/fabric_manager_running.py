"""GC304: a machine with NVSwitches has its fabric manager running.

Without it nvidia-smi looks perfect and no CUDA program starts: cuInit answers 802, system not yet
initialized. The state of the GPUs' fabric stands in where systemd cannot be asked.
"""

from collections.abc import Iterator

from gpucheck.checks._base import Check, NotApplicable
from gpucheck.checks._remedy import remedy
from gpucheck.checks._scope import nvswitches, require_linux_driver
from gpucheck.checks.gpu._fabric import (
    GUIDE,
    UNIT,
    all_registered,
    cuda_is_ready,
    fabrics,
    is_installed,
    manager,
    start,
)
from gpucheck.model.driver import ServiceUnit
from gpucheck.model.fact import Absent, Known
from gpucheck.model.finding import Category, Finding, Remedy
from gpucheck.model.host import HostSnapshot
from gpucheck.tables import Tables

CHECK = Check(
    id="GC304",
    slug="fabric_manager_running",
    category=Category.GPU,
    title="the fabric manager runs",
    meaning="On machines with NVSwitches the fabric manager trains the switches and registers the GPUs. "
    "Until it has, every CUDA program fails with error 802, although nvidia-smi shows all GPUs. "
    "Looks at the systemd unit, and at the fabric state of the GPUs where there is no such unit.",
    causes=("fabricmanager_not_running",),
    because_of=("GC203", "GC215", "GC305"),
    url=GUIDE,
)


@CHECK.judges_host
def judge(host: HostSnapshot, tables: Tables) -> Iterator[Finding]:
    """Judge the unit; without one, what the GPUs say."""
    require_linux_driver(host)
    host.pci.devices.require()
    if not nvswitches(host, tables) and not fabrics(host):
        raise NotApplicable("this machine has no NVSwitch")
    if not isinstance(host.services.units, Known):
        yield from _judge_without_systemd(host)
        return
    unit = manager(host)
    if unit is not None and unit.active_state == "active":
        yield CHECK.passed("fabric manager active", evidence=[host.evidence(host.services.units, "active")])
    elif is_installed(unit):
        yield from _judge_stopped(unit, host, tables)
    elif all_registered(host) or cuda_is_ready(host):
        yield CHECK.passed("the fabric is up; its manager is not a unit of this system")
    elif not nvswitches(host, tables):
        raise NotApplicable("the switches are managed outside this system; GC306 judges the fabric state")
    else:
        yield _failed("no fabric manager is installed", "no unit", host, start(host, tables))


def _judge_without_systemd(host: HostSnapshot) -> Iterator[Finding]:
    if all_registered(host) or cuda_is_ready(host):
        yield CHECK.passed("the fabric is up")
        return
    units = host.services.units
    if not isinstance(units, Absent):
        units.require()
    title = "could not tell whether the fabric manager runs: no systemd here, and CUDA is not ready"
    yield CHECK.unknown(title, evidence=[host.evidence(units)])


def _judge_stopped(unit: ServiceUnit | None, host: HostSnapshot, tables: Tables) -> Iterator[Finding]:
    assert unit is not None
    if not nvswitches(host, tables) and (all_registered(host) or cuda_is_ready(host)):
        # GB200 and VMs: the manager that counts runs elsewhere, this one has nothing to do (GC307)
        raise NotApplicable("the switches are managed outside this system")
    starting = remedy("start_fabric_manager", host, tables)
    if unit.active_state == "activating":
        yield CHECK.warned(
            "the fabric manager is starting",
            cause="fabricmanager_not_running",
            evidence=[host.evidence(host.services.units, "activating", "active")],
            remedy=starting,
        )
        return
    yield _failed(f"the fabric manager does not run ({unit.active_state})", unit.active_state, host, starting)


def _failed(title: str, observed: str, host: HostSnapshot, found: Remedy) -> Finding:
    return CHECK.failed(
        title,
        cause="fabricmanager_not_running",
        detail="CUDA programs fail with error 802 (system not yet initialized), in containers too.",
        evidence=[host.evidence(host.services.units, f"{UNIT}: {observed}", "active")],
        remedy=found,
    )
