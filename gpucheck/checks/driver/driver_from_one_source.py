"""GC227: the driver came by one way only: by packages, or by NVIDIA's .run installer.

Each of the two overwrites files of the other and knows nothing of it: the next upgrade, or the next
uninstallation, leaves a mixture.
"""

from collections.abc import Iterator

from gpucheck.checks._base import Check, NotApplicable
from gpucheck.checks._remedy import remedy
from gpucheck.checks._scope import require_linux_driver
from gpucheck.checks.driver._disk import sees_host_disk
from gpucheck.checks.driver._packages import driver_packages
from gpucheck.model.fact import Absent
from gpucheck.model.finding import Category, Finding
from gpucheck.model.host import HostSnapshot
from gpucheck.tables import Tables

CHECK = Check(
    id="GC227",
    slug="driver_from_one_source",
    category=Category.DRIVER,
    title="the driver came by one way only",
    meaning="Looks for the log that NVIDIA's .run installer keeps of a driver it installed, and for driver"
    " packages. With both, an upgrade of the packages, or nvidia-uninstall, breaks the driver.",
    causes=("driver_mixed_userspace",),
    because_of=("GC212", "GC213", "GC214"),
    decides=False,
    url="https://docs.nvidia.com/datacenter/tesla/driver-installation-guide/advanced-options.html",
)


@CHECK.judges_host
def judge(host: HostSnapshot, tables: Tables) -> Iterator[Finding]:
    """Warn where there are both."""
    require_linux_driver(host)
    if not sees_host_disk(host):
        raise NotApplicable("the host's disk cannot be seen from this container")
    installer = host.packages.runfile_driver
    if isinstance(installer, Absent):
        yield CHECK.passed("no driver of the .run installer")
        return
    version = installer.require().version
    names = sorted({package.name for package in driver_packages(host)})
    if not names:
        yield CHECK.passed(f"driver {version} of the .run installer, and no driver package")
        return
    shown = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")  # noqa: PLR2004
    yield CHECK.warned(
        f"driver {version} of the .run installer lies beside driver packages: {shown}",
        cause="driver_mixed_userspace",
        detail="Each overwrites files of the other: the next upgrade or uninstallation leaves a mixture.",
        evidence=[
            host.evidence(installer, version, "packages, or the installer"),
            host.evidence(host.packages.installed, ", ".join(names), "none beside the installer's driver"),
        ],
        remedy=remedy("remove_runfile_driver", host, tables),
    )
