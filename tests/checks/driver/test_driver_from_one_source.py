import pytest

from gpucheck.model.driver import Package, RunfileDriver
from tests.builders import DRIVER, absent, unavailable
from tests.checks.driver.kinds import Changes
from tests.checks.judge import judge, outcome

SLUG = "driver_from_one_source"
INSTALLED = {"packages.runfile_driver": RunfileDriver("550.54.15")}
PACKAGES = tuple(
    Package(name, f"{DRIVER}-0ubuntu1", "installed")
    for name in ("libnvidia-compute-580", "nvidia-dkms-580", "nvidia-utils-580", "nvidia-driver-580")
)
BOTH = INSTALLED | {"packages.installed": PACKAGES}


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({}, "pass"),
        (INSTALLED, "pass"),  # the toolkit's packages alone
        (INSTALLED | {"packages.installed": absent("dpkg")}, "pass"),
        (INSTALLED | {"packages.installed": unavailable()}, "unknown"),
        ({"packages.runfile_driver": unavailable()}, "unknown"),
        (BOTH | {"platform.container": "docker"}, "skip"),
        (BOTH | {"platform.virtualization": "wsl2"}, "skip"),
    ],
)
def test_no_complaint(changes: Changes, status: str) -> None:
    assert outcome("driver", SLUG, changes) == [(status, "host", "")]


def test_both_in_full() -> None:
    (finding,) = judge("driver", SLUG, BOTH)
    assert (finding.status.value, finding.cause) == ("warn", "driver_mixed_userspace")
    assert finding.title == (
        "driver 550.54.15 of the .run installer lies beside driver packages: libnvidia-compute-580,"
        " nvidia-dkms-580, nvidia-driver-580 and 1 more"
    )
    assert [(e.fact, e.observed) for e in finding.evidence] == [
        ("packages.runfile_driver", "550.54.15"),
        (
            "packages.installed",
            "libnvidia-compute-580, nvidia-dkms-580, nvidia-driver-580, nvidia-utils-580",
        ),
    ]
    assert finding.remedy
    assert finding.remedy.commands == (("sudo", "nvidia-uninstall"),)
