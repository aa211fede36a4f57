"""The version of the driver, from whoever tells it best, and which branches would drive this host's GPUs."""

import re
from datetime import date, datetime, timezone

from gpucheck.checks.driver._architectures import architecture
from gpucheck.checks.driver._disk import library_version, modules_on_disk
from gpucheck.model.fact import Absent, AnyFact, Known
from gpucheck.model.host import HostSnapshot
from gpucheck.model.rows import ArchitectureRow, BranchRow
from gpucheck.tables import Tables


def driver_version(host: HostSnapshot) -> tuple[str, AnyFact]:
    """Return the version and the fact that tells it: the loaded module, NVML, libraries, module on disk.

    Raises FactAbsent or FactUnavailable, for the loaded module, where none tells.
    """
    for fact in (host.driver.module_version, host.nvml.driver_version):
        if isinstance(fact, Known) and re.match(r"\d", fact.value):
            return fact.value, fact
    said = host.driver.proc_version
    if isinstance(said, Known):
        return said.value.version, said
    for _, module in modules_on_disk(host):
        if isinstance(module.version, Known):
            return module.version.value, module.version
    if not isinstance(host.libraries.libnvidia_ml, Absent):
        return library_version(host)
    return host.driver.module_version.require(), host.driver.module_version


def gpu_architectures(host: HostSnapshot, tables: Tables) -> tuple[ArchitectureRow, ...]:
    """Return the architectures of the GPUs on PCI, each once; raise as ``require()`` does."""
    rows = [architecture(device, host, tables) for device in host.pci_gpus()]
    return tuple({row.compute_capability: row for row in rows if row}.values())


def drives(branch: int, row: ArchitectureRow) -> bool:
    """Return whether a branch supports an architecture; a bound that is not tabled is none."""
    oldest, newest = row.min_driver_branch, row.last_driver_branch
    return (oldest is None or branch >= oldest) and (newest is None or branch <= newest)


def day_of(host: HostSnapshot) -> date:
    """Return the day of the snapshot, which is today for every check."""
    return datetime.fromtimestamp(host.meta.taken_at, tz=timezone.utc).date()


def supported_branches(day: date, tables: Tables) -> list[BranchRow]:
    """Return the long-term and production branches certainly supported on a day."""
    rows = tables.driver_branches.values()
    return [row for row in rows if row.type in {"LTS", "PB"} and row.ended_on(day) is False]


def best_branch(rows: tuple[ArchitectureRow, ...], supported: list[BranchRow]) -> BranchRow | None:
    """Return the newest of these branches that drives all architectures."""
    fitting = [branch for branch in supported if all(drives(branch.branch, row) for row in rows)]
    return max(fitting, key=lambda branch: branch.branch, default=None)
