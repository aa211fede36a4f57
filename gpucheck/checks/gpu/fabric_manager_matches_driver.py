"""GC305: the fabric manager is of exactly the driver's release.

It checks the driver's version itself when it starts and gives up on any difference, so an upgrade
of one package without the other takes all GPUs of the machine away.
"""

import re
from collections.abc import Iterator

from gpucheck.checks._base import Check, NotApplicable
from gpucheck.checks._scope import nvswitches, require_linux_driver
from gpucheck.checks.gpu._fabric import GUIDE, fabrics, install
from gpucheck.model.driver import Package
from gpucheck.model.fact import Known
from gpucheck.model.finding import Category, Finding
from gpucheck.model.host import HostSnapshot
from gpucheck.model.versions import Version
from gpucheck.tables import Tables

CHECK = Check(
    id="GC305",
    slug="fabric_manager_matches_driver",
    category=Category.GPU,
    title="the fabric manager is of the driver's release",
    meaning="Compares the version of the fabric manager's package with that of the loaded driver. They must "
    "be equal to the last number: the fabric manager refuses any other driver, and without it CUDA "
    "fails with error 802.",
    causes=("fabricmanager_version_mismatch",),
    because_of=("GC203", "GC212"),
    symptom=True,
    url=GUIDE,
)

# nvidia-fabricmanager-580, nvidia-fabricmanager, nvidia-fabric-manager; not -dev, -devel
# https://github.com/NVIDIA/yum-packaging-fabric-manager, https://packages.ubuntu.com
_MANAGER = re.compile(r"nvidia-fabric-?manager(-\d+)?")


@CHECK.judges_host
def judge(host: HostSnapshot, tables: Tables) -> Iterator[Finding]:
    """Compare versions number by number; a package left over from another branch does not count."""
    require_linux_driver(host)
    host.pci.devices.require()
    if not nvswitches(host, tables) and not fabrics(host):
        raise NotApplicable("this machine has no NVSwitch")
    packages = _managers(host)
    if not packages:
        raise NotApplicable("the fabric manager was not installed as a package")
    loaded = host.driver.module_version
    driver = loaded if isinstance(loaded, Known) else host.nvml.driver_version
    version = driver.require()
    if any(Version(package.version) == Version(version) for package in packages):
        yield CHECK.passed(f"fabric manager {version}, as the driver")
        return
    package = packages[-1]
    found = Version(package.version)
    yield CHECK.failed(
        f"fabric manager {found}, driver {version}",
        cause="fabricmanager_version_mismatch",
        detail="The fabric manager refuses a driver of another release, and CUDA then fails with error 802.",
        evidence=[
            host.evidence(host.packages.installed, f"{package.name} {package.version}", version),
            host.evidence(driver),
        ],
        remedy=install(version, host, tables),
    )


def _managers(host: HostSnapshot) -> list[Package]:
    installed = host.packages.installed.require()
    return [p for p in installed if _MANAGER.fullmatch(p.name) and p.state != "config-files"]
