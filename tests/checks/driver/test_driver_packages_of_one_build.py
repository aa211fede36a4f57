import pytest

from gpucheck.model.driver import Package
from tests.builders import DRIVER, absent, unavailable
from tests.checks.driver.kinds import Changes
from tests.checks.judge import judge, outcome

SLUG = "driver_packages_of_one_build"
SOURCE = "nvidia-graphics-drivers-580"
PASS, SKIP = ("pass", "host", ""), ("skip", "host", "")
CONFLICT, MIXED = ("warn", "host", "package_dependency_conflict"), ("warn", "host", "driver_mixed_userspace")


def deb(name: str, version: str = f"{DRIVER}-0ubuntu0.24.04.2", state: str = "installed") -> Package:
    return Package(name, version, state, SOURCE)


def rpm(name: str, vendor: str, version: str = f"{DRIVER}-1.el9") -> Package:
    return Package(name, version, "installed", vendor=vendor)


def packages(*installed: Package) -> Changes:
    return {"packages.installed": installed}


LIBRARY, DKMS = deb("libnvidia-compute-580"), deb("nvidia-dkms-580")
OF_NVIDIA = deb("nvidia-dkms-580", f"{DRIVER}-0ubuntu1")
HELD = deb("nvidia-dkms-580", "580.65.06-0ubuntu0.24.04.1", "held")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, [SKIP]),
        (packages(LIBRARY, DKMS), [PASS]),
        # held together: as NVIDIA's guide asks for
        (packages(deb("libnvidia-compute-580", state="held"), deb("nvidia-dkms-580", state="held")), [PASS]),
        (packages(LIBRARY, HELD), [CONFLICT]),
        (packages(LIBRARY, deb("nvidia-dkms-580", "580.65.06-0ubuntu1")), [MIXED]),
        (packages(LIBRARY, OF_NVIDIA), [MIXED]),
        # another source package has revisions of its own: metapackages, Canonical's signed modules
        (packages(LIBRARY, Package("cuda-drivers", f"{DRIVER}-1", "installed", "cuda-drivers")), [PASS]),
        (packages(LIBRARY, Package("nvidia-open", f"{DRIVER}-1", "installed")), [PASS]),
        (packages(LIBRARY, deb("libnvidia-compute-580:i386", "580.65.06-0ubuntu1")), [PASS]),
        (packages(LIBRARY, Package("linux-modules-nvidia-580-6.8.0-49-generic", "6.8.0-49.49", "held")), [PASS]),
        # two branches are GC216's matter
        (packages(LIBRARY, deb("libnvidia-compute-550", "550.163.01-0ubuntu0.24.04.1")), [MIXED]),
        (packages(Package("libnvidia-compute-550", "550.163.01-0ubuntu1", "installed"), LIBRARY), [PASS]),
        (packages(rpm("nvidia-driver-cuda", "NVIDIA"), rpm("kmod-nvidia-open-dkms", "NVIDIA")), [PASS]),
        (packages(rpm("nvidia-driver-cuda", "NVIDIA"), rpm("nvidia-driver-cuda-libs", "nvidia")), [PASS]),
        # SUSE signs the module, NVIDIA has the libraries
        (packages(rpm("nvidia-open-driver-G06-signed-kmp-default", "SUSE LLC"),
                  rpm("nvidia-compute-utils-G06", "NVIDIA")), [PASS]),
        (packages(rpm("xorg-x11-drv-nvidia-cuda-libs", "RPM Fusion"), rpm("nvidia-driver-cuda", "NVIDIA")), [MIXED]),
        (packages(rpm("akmod-nvidia", "RPM Fusion"), rpm("kmod-nvidia-open-dkms", "NVIDIA")), [MIXED]),
        ({"packages.installed": absent("/var/lib/dpkg/status")}, [SKIP]),
        ({"packages.installed": unavailable()}, [("unknown", "host", "")]),
    ],
)  # fmt: skip
def test_outcome(changes: Changes, expected: list[tuple[str, str, str]]) -> None:
    assert outcome("driver", SLUG, changes) == expected


def test_a_hold_is_told() -> None:
    (finding,) = judge("driver", SLUG, packages(LIBRARY, deb("nvidia-dkms-580", state="held")))
    assert finding.title == f"driver packages of one release: {DRIVER}; 1 of 2 are held"


def test_a_partial_hold_in_full() -> None:
    (finding,) = judge("driver", SLUG, packages(LIBRARY, HELD))
    assert finding.title == "driver packages of 2 releases: 580.65.06, 580.95.05, some of them held"
    assert finding.evidence[0].observed == (
        "580.65.06 (nvidia-dkms-580 held); 580.95.05 (libnvidia-compute-580)"
    )
    assert finding.remedy
    assert finding.remedy.commands == (("apt-mark", "showhold"),)


def test_two_archives_in_full() -> None:
    (finding,) = judge("driver", SLUG, packages(LIBRARY, OF_NVIDIA))
    assert finding.title == (
        f"packages of {SOURCE} of 2 builds: {DRIVER}-0ubuntu0.24.04.2, {DRIVER}-0ubuntu1"
    )
    assert finding.detail == "They came from two archives, which upgrade them at different times."
