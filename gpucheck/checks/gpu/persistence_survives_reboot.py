"""GC327: what keeps the driver initialised now does so after a reboot too.

Persistence mode is lost with the driver's state; the daemon sets it at boot, if it is enabled.
https://docs.nvidia.com/deploy/driver-persistence/data-persistence.html
"""

from collections.abc import Iterator

from gpucheck.checks._base import Check, NotApplicable
from gpucheck.checks._remedy import remedy
from gpucheck.checks._scope import require_linux_driver, require_nvml_gpus
from gpucheck.checks.gpu._units import starts_at_boot
from gpucheck.model.finding import Category, Finding
from gpucheck.model.host import HostSnapshot
from gpucheck.tables import Tables

_UNIT = "nvidia-persistenced.service"
CHECK = Check(
    id="GC327",
    slug="persistence_survives_reboot",
    category=Category.GPU,
    title="the persistence daemon comes again after a reboot",
    meaning="Looks at the unit of a persistence daemon that runs now. If it is not enabled, somebody started"
    " it by hand; after the next reboot the GPUs are initialised anew for every first container.",
    causes=("driver_init_slow_no_persistence",),
    because_of=("GC215", "GC302", "GC303"),
    decides=False,
    url="https://docs.nvidia.com/deploy/driver-persistence/persistence-daemon.html",
)


@CHECK.judges_host
def judge(host: HostSnapshot, tables: Tables) -> Iterator[Finding]:
    """Judge the daemon where it runs; persistence set by other means, and none at all, are not its matter."""
    require_linux_driver(host)
    if host.in_container:
        raise NotApplicable("seen from inside a container; the host keeps the driver initialised or not")
    units = host.services.units.require()
    unit = next((u for u in units if u.name == _UNIT and u.active_state == "active"), None)
    if unit is None or not any(gpu.persistence_mode.get(default=False) for gpu in require_nvml_gpus(host)):
        raise NotApplicable(f"no {_UNIT} keeps the driver initialised")
    if starts_at_boot(unit):
        yield CHECK.passed(f"{_UNIT} is {unit.unit_file_state}")
        return
    yield CHECK.warned(
        f"the persistence daemon runs now, and will not after a reboot: {_UNIT} is not enabled",
        cause="driver_init_slow_no_persistence",
        detail="Then the first container after a pause waits until the driver has started the GPUs.",
        evidence=[host.evidence(host.services.units, f"{_UNIT} {unit.unit_file_state}", "enabled")],
        remedy=remedy("enable_persistence", host, tables),
    )
