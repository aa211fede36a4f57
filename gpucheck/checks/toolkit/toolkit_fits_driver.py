"""Does the toolkit bring all that the driver needs into containers? toolkit_needs.json says since when."""

from collections.abc import Iterator

from gpucheck.checks._base import Check, NotApplicable
from gpucheck.checks._remedy import remedy
from gpucheck.checks._toolkit import parsed, release_unknown, require_release, require_toolkit
from gpucheck.checks.toolkit._circumstances import hold
from gpucheck.model.finding import Category, Finding
from gpucheck.model.host import HostSnapshot
from gpucheck.model.versions import Version
from gpucheck.tables import Tables

CHECK = Check(
    id="GC427",
    slug="toolkit_fits_driver",
    category=Category.TOOLKIT,
    title="the toolkit knows all that the driver needs in containers",
    meaning=(
        "Drivers grow: a new library comes, and a toolkit from before does not bring it into containers. "
        "The host works, and only in containers CUDA or graphics fail."
    ),
    causes=("toolkit_too_old_for_driver",),
    because_of=("GC401", "GC215"),
    decides=False,
    url="https://docs.nvidia.com/datacenter/cloud-native/container-toolkit/latest/release-notes.html",
)


@CHECK.judges_host
def judge(host: HostSnapshot, tables: Tables) -> Iterator[Finding]:
    """Compare the driver's version, under WSL that of Windows, and the toolkit's release with the rows."""
    require_toolkit(host)
    if host.is_tegra:
        raise NotApplicable("on Jetson the toolkit goes by the lists of L4T")
    found = require_release(host)
    if found is None:
        yield release_unknown(CHECK, host)
        return
    release, fact = found
    newer = [row for row in tables.toolkit_needs if release < Version(row.toolkit_since)]
    driver = parsed(host.nvml.driver_version.require()) if newer else None
    if newer and driver is None:
        raise NotApplicable("the driver's version is no number")
    needs = [row for row in newer if driver and driver >= Version(row.driver_since)]
    needs = [row for row in needs if hold(row.where, host, tables)]
    if not needs:
        yield CHECK.passed(f"nothing is known that the driver needs and toolkit {release} does not bring")
        return
    needs.sort(key=lambda row: not row.fails)
    since = str(max(Version(row.toolkit_since) for row in needs))
    make = CHECK.failed if needs[0].fails else CHECK.warned
    what = " and ".join(row.meaning for row in needs)
    yield make(
        f"toolkit {release} is older than driver {driver} needs: it does not bring {what} into containers",
        cause="toolkit_too_old_for_driver",
        detail=" ".join(row.effect for row in needs),
        evidence=[
            host.evidence(fact, str(release), f"{since} or newer"),
            *(
                host.evidence(host.nvml.driver_version, None, f"before {row.driver_since}", row.source)
                for row in needs
            ),
        ],
        remedy=remedy("upgrade_toolkit", host, tables, release=since),
    )
