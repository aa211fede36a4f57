"""GC228: the driver's packages are of one release, from one archive.

Packages that are held while their companions are not, or that come from two archives, are upgraded at
different times. Ubuntu's archive and NVIDIA's repository build the same names with other revisions:
all packages of one source package have one version, unless they were mixed.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from gpucheck.checks._base import Check, NotApplicable
from gpucheck.checks._remedy import remedy
from gpucheck.checks._scope import require_linux_driver
from gpucheck.checks.driver._packages import branch_of, driver_packages, is_per_kernel, role_of
from gpucheck.model.driver import Package
from gpucheck.model.finding import Category, Finding
from gpucheck.model.host import HostSnapshot
from gpucheck.tables import Tables

CHECK = Check(
    id="GC228",
    slug="driver_packages_of_one_build",
    category=Category.DRIVER,
    title="the driver's packages are of one release and one archive",
    meaning="Compares the versions of the driver packages of a branch, whether they are held, from which"
    " source package they were built (dpkg) and by whom (rpm). Packages that do not belong together are"
    " upgraded apart, and then libraries and module no longer fit.",
    causes=("package_dependency_conflict", "driver_mixed_userspace"),
    because_of=("GC205", "GC212", "GC216"),
    decides=False,
    url="https://docs.nvidia.com/datacenter/tesla/driver-installation-guide/version-locking.html",
)

_RELEASE = re.compile(r"(?:\d+:)?(\d+(?:\.\d+)+)")


@dataclass(frozen=True, slots=True)
class _Mixture:
    """Driver packages that do not belong together, by what tells them apart."""

    title: str
    cause: str
    detail: str
    groups: dict[str, list[Package]]


@CHECK.judges_host
def judge(host: HostSnapshot, tables: Tables) -> Iterator[Finding]:
    """Warn of two releases within a branch, else of two builds or builders; a complete hold is no fault."""
    require_linux_driver(host)
    packages = [p for p in driver_packages(host) if not is_per_kernel(p) and branch_of(p)]
    packages = [package for package in packages if not package.name.endswith(":i386")]
    if not packages:
        raise NotApplicable("no package of this host brings the driver")
    mixtures = [*_two_releases(packages), *_two_builds(packages), *_two_builders(packages)]
    if mixtures:
        yield _warned(mixtures[0], host, tables)
        return
    held = sum(package.state == "held" for package in packages)
    note = f"; {held} of {len(packages)} are held" if held else ""
    yield CHECK.passed(f"driver packages of one release: {_release(packages[0])}{note}")


def _two_releases(packages: list[Package]) -> Iterator[_Mixture]:
    for branch in sorted({branch_of(package) for package in packages}):
        releases = _grouped((_release(p), p) for p in packages if branch_of(p) == branch)
        if len(releases) > 1:
            held = any(package.state == "held" for found in releases.values() for package in found)
            yield _Mixture(
                f"driver packages of {len(releases)} releases: {', '.join(sorted(releases))}"
                + (", some of them held" if held else ""),
                "package_dependency_conflict" if held else "driver_mixed_userspace",
                "Held packages stay behind when the others are upgraded." if held else "",
                releases,
            )


def _two_builds(packages: list[Package]) -> Iterator[_Mixture]:
    for source in sorted({package.source for package in packages if package.source}):
        builds = _grouped((p.version, p) for p in packages if p.source == source)
        if len(builds) > 1:
            yield _Mixture(
                f"packages of {source} of {len(builds)} builds: {', '.join(sorted(builds))}",
                "driver_mixed_userspace",
                "They came from two archives, which upgrade them at different times.",
                builds,
            )


def _two_builders(packages: list[Package]) -> Iterator[_Mixture]:
    # module and libraries from two builders fit by design on some distributions (SUSE, AlmaLinux)
    for role in ("libraries", "module"):
        ours = [package for package in packages if package.vendor and role_of(package) == role]
        builders = _grouped((package.vendor.casefold(), package) for package in ours)
        if len(builders) > 1:
            names = sorted({package.vendor for package in ours})
            yield _Mixture(
                f"packages with the driver's {role} of {len(builders)} builders: {', '.join(names)}",
                "driver_mixed_userspace",
                "They came from two repositories, which upgrade them at different times.",
                builders,
            )


def _warned(mixture: _Mixture, host: HostSnapshot, tables: Tables) -> Finding:
    shown = [f"{key} ({', '.join(map(_named, found))})" for key, found in sorted(mixture.groups.items())]
    held = mixture.cause == "package_dependency_conflict"
    return CHECK.warned(
        mixture.title,
        cause=mixture.cause,
        detail=mixture.detail,
        evidence=[host.evidence(host.packages.installed, "; ".join(shown), "one release, one archive")],
        remedy=remedy("align_driver_packages" if held else "keep_one_driver_source", host, tables),
    )


def _named(package: Package) -> str:
    return f"{package.name} held" if package.state == "held" else package.name


def _grouped(pairs: Iterable[tuple[str, Package]]) -> dict[str, list[Package]]:
    groups: dict[str, list[Package]] = {}
    for key, package in pairs:
        groups.setdefault(key, []).append(package)
    return groups


def _release(package: Package) -> str:
    found = _RELEASE.match(package.version)
    return found[1] if found else package.version
