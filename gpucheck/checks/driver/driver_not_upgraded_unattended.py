"""GC229: nothing upgrades the driver's libraries under the loaded module by itself.

After such an upgrade running containers go on and no new one starts, until somebody reboots.
https://github.com/pando85/homelab/pull/4110, https://github.com/NVIDIA/nvidia-container-toolkit/issues/394
"""

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase

from gpucheck.checks._base import Check, NotApplicable
from gpucheck.checks._remedy import remedy
from gpucheck.checks._scope import require_linux_driver
from gpucheck.checks.driver._packages import library_packages
from gpucheck.model.driver import Package, UnattendedUpgrades
from gpucheck.model.fact import Absent
from gpucheck.model.finding import Category, Finding
from gpucheck.model.host import HostSnapshot
from gpucheck.tables import Tables

CHECK = Check(
    id="GC229",
    slug="driver_not_upgraded_unattended",
    category=Category.DRIVER,
    title="nothing upgrades the driver by itself",
    meaning="Reads whether unattended-upgrades or dnf-automatic is on, what it upgrades and what it leaves"
    " alone. A driver upgraded under its loaded module keeps new containers from starting until the"
    " next reboot.",
    causes=("driver_upgraded_unattended",),
    because_of=("GC201", "GC212"),
    decides=False,
    url="https://documentation.ubuntu.com/server/how-to/software/automatic-updates/",
)

_TIMERS = {
    "unattended-upgrades": {"apt-daily-upgrade.timer"},
    "dnf-automatic": {"dnf-automatic.timer", "dnf-automatic-install.timer", "dnf5-automatic.timer"},
}
# revisions that the archives of Ubuntu's and Debian's stable releases give to updates:
# 580.95.05-0ubuntu0.24.04.2, 550.163.01-2~deb13u1. NVIDIA's own repository has -0ubuntu1 and -1.
_OF_UBUNTU, _OF_DEBIAN = re.compile(r"ubuntu0[.~]\d\d\.\d\d"), re.compile(r"[+~]deb\d+u\d+")
_UBUNTU_ORIGIN = re.compile(r"\$\{distro_id\}|ubuntu|^\*", re.IGNORECASE)
_DEBIAN_ORIGIN = re.compile(r"origin=(debian|\$\{distro_id\}|\*)[^\"]*label=debian(,|$)|^\*", re.IGNORECASE)
_NVIDIA_ORIGIN = re.compile(r"nvidia|origin=\*|^\*", re.IGNORECASE)


@CHECK.judges_host
def judge(host: HostSnapshot, tables: Tables) -> Iterator[Finding]:
    """Warn where libraries of the driver are among what is upgraded; a reboot that follows mends it."""
    require_linux_driver(host)
    packages = [p for p in library_packages(host) if not p.name.endswith(":i386")]
    if not packages:
        raise NotApplicable("no package of this host brings the driver's libraries")
    upgrades = host.packages.unattended_upgrades
    if isinstance(upgrades, Absent):
        yield CHECK.passed("nothing upgrades packages of this host by itself")
        return
    plan = upgrades.require()
    if _is_stopped(plan, host):
        yield CHECK.passed(f"the timer of {plan.program} does not run")
        return
    touched = [package for package in packages if _is_upgraded(package, plan)]
    named = ", ".join(package.name for package in touched)
    if not touched:
        yield CHECK.passed(f"{plan.program} leaves the driver's libraries alone")
    elif plan.unclear:
        evidence = [host.evidence(upgrades, ", ".join(plan.unclear), "names or simple patterns")]
        yield CHECK.unknown(
            f"{plan.program} may upgrade {named}, or its list of exceptions keeps them", evidence=evidence
        )
    elif plan.reboots:
        yield CHECK.passed(f"{plan.program} upgrades {named}, and reboots where an upgrade asks for it")
    else:
        yield _warned(plan, named, host, tables)


def _warned(plan: UnattendedUpgrades, named: str, host: HostSnapshot, tables: Tables) -> Finding:
    key = "keep_driver_from_dnf_automatic" if plan.program == "dnf-automatic" else "keep_driver_from_upgrades"
    return CHECK.warned(
        f"{plan.program} upgrades the driver's libraries under the loaded module: {named}",
        cause="driver_upgraded_unattended",
        detail="From then on no new GPU container starts until the host is rebooted.",
        evidence=[
            host.evidence(
                host.packages.unattended_upgrades, f"{plan.program}: {', '.join(plan.origins)}", "no driver"
            ),
            host.evidence(host.packages.installed, named, "held, or excepted"),
        ],
        remedy=remedy(key, host, tables),
    )


def _is_stopped(plan: UnattendedUpgrades, host: HostSnapshot) -> bool:
    """Return whether the timers that run the program are known, and none of them is active."""
    timers = [unit for unit in host.services.units.get(()) if unit.name in _TIMERS.get(plan.program, ())]
    return bool(timers) and not any(timer.active_state == "active" for timer in timers)


def _is_upgraded(package: Package, plan: UnattendedUpgrades) -> bool:
    name = package.name.partition(":")[0]
    if package.state == "held" or any(fnmatchcase(name, pattern) for pattern in plan.kept):
        return False
    if plan.program == "dnf-automatic":
        # NVIDIA's and RPM Fusion's repositories mark no update as one of security
        return "security" not in plan.origins
    if any(_NVIDIA_ORIGIN.search(origin) for origin in plan.origins):
        return True
    if _OF_UBUNTU.search(package.version):
        return any(_UBUNTU_ORIGIN.search(origin) for origin in plan.origins)
    wanted = _OF_DEBIAN.search(package.version)
    return bool(wanted) and any(_DEBIAN_ORIGIN.search(origin) for origin in plan.origins)
