"""Has this toolkit a fault that shows on this host? toolkit_faults.json names releases and circumstances."""

from collections.abc import Iterator

from gpucheck.checks._base import Check
from gpucheck.checks._remedy import remedy
from gpucheck.checks._toolkit import release_unknown, require_release, require_toolkit
from gpucheck.checks.toolkit._circumstances import hold
from gpucheck.model.finding import Category, Finding
from gpucheck.model.host import HostSnapshot
from gpucheck.model.toolkit_rows import ToolkitFaultRow
from gpucheck.model.versions import Version
from gpucheck.tables import Tables

CHECK = Check(
    id="GC426",
    slug="toolkit_without_known_fault",
    category=Category.TOOLKIT,
    title="no fault of this toolkit release is known that shows on this host",
    meaning=(
        "Compares the toolkit's release with faults that NVIDIA mended in a later one, where their "
        "circumstances are this host's: the way GPUs are injected, MIG, Tegra, a rootless engine and others."
    ),
    causes=("toolkit_version_bug",),
    because_of=("GC401",),
    decides=False,
    url="https://docs.nvidia.com/datacenter/cloud-native/container-toolkit/latest/release-notes.html",
)


@CHECK.judges_host
def judge(host: HostSnapshot, tables: Tables) -> Iterator[Finding]:
    """Fail where nothing with a GPU can start; warn where some images or uses are concerned."""
    require_toolkit(host)
    found = require_release(host)
    if found is None:
        yield release_unknown(CHECK, host)
        return
    release, fact = found
    faults = [row for row in tables.toolkit_faults if _shows(row, release, host, tables)]
    if not faults:
        yield CHECK.passed(f"no fault of toolkit {release} is known that shows on this host")
        return
    faults.sort(key=lambda row: not row.fails)
    first, fixed = faults[0], str(max(Version(row.fixed_in) for row in faults))
    make = CHECK.failed if first.fails else CHECK.warned
    yield make(
        f"toolkit {release} has a known fault: {'; '.join(row.meaning for row in faults)}",
        cause="toolkit_version_bug",
        detail=" ".join(row.effect for row in faults),
        evidence=[
            host.evidence(fact, str(release), f"{fixed} or newer"),
            *(
                host.evidence(fact, f"affected: {row.since} to before {row.fixed_in}", source=row.source)
                for row in faults
            ),
        ],
        remedy=remedy("upgrade_toolkit", host, tables, release=fixed),
    )


def _shows(row: ToolkitFaultRow, release: Version, host: HostSnapshot, tables: Tables) -> bool:
    if not Version(row.since) <= release < Version(row.fixed_in):
        return False
    return _driver_fits(row, host) and hold(row.where, host, tables)


def _driver_fits(row: ToolkitFaultRow, host: HostSnapshot) -> bool:
    if not row.driver_since:
        return True
    driver = Version(host.nvml.driver_version.require())
    return Version(row.driver_since) <= driver < Version(row.driver_below)
