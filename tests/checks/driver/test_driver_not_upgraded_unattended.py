from typing import Any

import pytest

from gpucheck.model.driver import Package, UnattendedUpgrades
from gpucheck.model.platform import OsRelease
from tests.builders import DRIVER, a_unit, absent, unavailable
from tests.checks.driver.kinds import Changes
from tests.checks.judge import judge, outcome

SLUG = "driver_not_upgraded_unattended"
ORIGINS = ("${distro_id}:${distro_codename}", "${distro_id}:${distro_codename}-security")
DEBIAN = "origin=Debian,codename=${distro_codename},label=Debian"
UBUNTU = Package("libnvidia-compute-580", f"{DRIVER}-0ubuntu0.24.04.2", "installed")
OF_NVIDIA = Package("libnvidia-compute-580", f"{DRIVER}-0ubuntu1", "installed")
OF_DEBIAN = Package("libcuda1", "550.163.01-2~deb13u1", "installed")
OF_NVIDIA_RPM = Package("nvidia-driver-cuda-libs", f"{DRIVER}-1.el9", "installed", vendor="NVIDIA")
PASS, SKIP, UNKNOWN = ("pass", "host", ""), ("skip", "host", ""), ("unknown", "host", "")
WARN = ("warn", "host", "driver_upgraded_unattended")


def apt(*packages: Package, **plan: Any) -> Changes:
    plan = {"origins": ORIGINS} | plan
    return {
        "packages.installed": packages,
        "packages.unattended_upgrades": UnattendedUpgrades("unattended-upgrades", **plan),
    }


def dnf(kind: str, **plan: Any) -> Changes:
    upgrades = UnattendedUpgrades("dnf-automatic", origins=(kind,), **plan)
    return {"packages.installed": (OF_NVIDIA_RPM,), "packages.unattended_upgrades": upgrades}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, SKIP),  # no driver package
        ({"packages.installed": (UBUNTU,)}, PASS),  # nothing upgrades
        ({"packages.installed": (UBUNTU,), "packages.unattended_upgrades": unavailable()}, UNKNOWN),
        (apt(UBUNTU), WARN),
        (apt(UBUNTU, kept=("nvidia-*",)), WARN),  # the libraries have another name
        (apt(UBUNTU, kept=("libnvidia-*",)), PASS),
        (apt(UBUNTU, kept=("libnvidia-compute-580",)), PASS),
        (apt(UBUNTU, unclear=("lib(nvidia|x)-.*",)), UNKNOWN),
        (apt(UBUNTU, reboots=True), PASS),
        (apt(Package(UBUNTU.name, UBUNTU.version, "held")), PASS),
        # another repository is not upgraded for its being there
        (apt(OF_NVIDIA), PASS),
        (apt(OF_NVIDIA, origins=(*ORIGINS, "site=developer.download.nvidia.com")), WARN),
        (apt(OF_NVIDIA, origins=("*:*",)), WARN),
        (apt(OF_DEBIAN, origins=(DEBIAN,)), WARN),
        (apt(OF_DEBIAN, origins=("origin=Debian,codename=trixie-security,label=Debian-Security",)), PASS),
        (apt(Package("libcuda1", "550.163.01-2", "installed"), origins=(DEBIAN,)), PASS),
        (apt(Package("libnvidia-compute-580:i386", UBUNTU.version, "installed")), SKIP),
        (dnf("default"), WARN),
        (dnf("security"), PASS),
        (dnf("default", kept=("nvidia-driver*",)), PASS),
        (apt(UBUNTU) | {"packages.installed": absent("dpkg")}, SKIP),
        (apt(UBUNTU) | {"platform.virtualization": "wsl2"}, SKIP),
    ],
)
def test_outcome(changes: Changes, expected: tuple[str, str, str]) -> None:
    assert outcome("driver", SLUG, changes) == [expected]


@pytest.mark.parametrize(
    ("changes", "timers", "expected"),
    [
        (apt(UBUNTU), (a_unit("apt-daily-upgrade.timer"),), WARN),
        (apt(UBUNTU), (a_unit("apt-daily-upgrade.timer", "inactive", "masked", "masked"),), PASS),
        (apt(UBUNTU), (), WARN),  # a snapshot that does not know the timer
        (dnf("default"), (a_unit("dnf-automatic.timer", "inactive", "disabled"),), PASS),
        (
            dnf("default"),
            (a_unit("dnf-automatic.timer", "inactive", "disabled"), a_unit("dnf-automatic-install.timer")),
            WARN,
        ),
        (dnf("default"), (a_unit("apt-daily-upgrade.timer", "inactive"),), WARN),
    ],
)
def test_the_timer_that_runs_it(changes: Changes, timers: tuple[Any, ...], expected: Any) -> None:
    assert outcome("driver", SLUG, changes | {"services.units": timers}) == [expected]


def test_in_full() -> None:
    (finding,) = judge("driver", SLUG, apt(UBUNTU))
    assert finding.title == (
        "unattended-upgrades upgrades the driver's libraries under the loaded module: libnvidia-compute-580"
    )
    assert [(e.fact, e.observed) for e in finding.evidence] == [
        ("packages.unattended_upgrades", f"unattended-upgrades: {', '.join(ORIGINS)}"),
        ("packages.installed", "libnvidia-compute-580"),
    ]
    assert finding.remedy
    assert finding.remedy.commands == (("sudo", "unattended-upgrade", "--dry-run", "--debug"),)


def test_the_remedy_for_dnf() -> None:
    rocky = {"platform.os_release": OsRelease("rocky", ("rhel",), "9", "")}
    (finding,) = judge("driver", SLUG, dnf("default") | rocky)
    assert finding.remedy
    assert finding.remedy.commands == (("sudo", "dnf", "versionlock", "add", "*nvidia*"),)
