"""Are the toolkit's packages whole? A half-configured one was unpacked, and its set-up did not run."""

from collections.abc import Iterator

from gpucheck.checks._base import Check, NotApplicable
from gpucheck.checks._packages import installed_packages
from gpucheck.checks._remedy import remedy
from gpucheck.checks._scope import require_gpu
from gpucheck.model.finding import Category, Finding
from gpucheck.model.host import HostSnapshot
from gpucheck.tables import Tables

CHECK = Check(
    id="GC423",
    slug="toolkit_packages_configured",
    category=Category.TOOLKIT,
    title="the toolkit's packages are configured",
    meaning=(
        "Reads the package manager's list for packages of the toolkit that were left half-configured, and "
        "tells which are held. A package that was not configured blocks every later installation, and the "
        "toolkit's units and libraries may be those of another release."
    ),
    causes=("package_dependency_conflict",),
    because_of=("GC401",),
    decides=False,
    url="https://docs.nvidia.com/datacenter/cloud-native/container-toolkit/latest/install-guide.html",
)

_OURS = ("nvidia-container-", "libnvidia-container")


@CHECK.judges_host
def judge(host: HostSnapshot, tables: Tables) -> Iterator[Finding]:
    """Warn of what is half-configured; a hold is a choice, and told."""
    require_gpu(host)
    packages = [package for package in installed_packages(host) if package.name.startswith(_OURS)]
    if not packages:
        raise NotApplicable("no package of this host brings the toolkit")
    broken = ", ".join(package.name for package in packages if package.state == "half-configured")
    held = [package for package in packages if package.state == "held"]
    if not broken:
        note = f", {len(held)} held at {held[0].version}" if held else ""
        yield CHECK.passed(f"{len(packages)} toolkit packages, all configured{note}")
        return
    yield CHECK.warned(
        f"half-configured: {broken}",
        cause="package_dependency_conflict",
        detail="The package manager stopped in the middle, and refuses other work until this is finished.",
        evidence=[host.evidence(host.packages.installed, broken, "configured")],
        remedy=remedy("finish_driver_packages", host, tables),
    )
