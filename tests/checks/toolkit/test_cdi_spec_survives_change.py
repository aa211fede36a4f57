from typing import Any

import pytest

from tests.builders import DRIVER, a_cdi_spec, a_gpu, a_kernel, a_unit, absent, unavailable
from tests.checks.judge import judge, outcome

SLUG = "cdi_spec_survives_change"
NEWER = "580.178.04"
MIG = {"nvml.gpus": (a_gpu(0), a_gpu(1, mig_enabled_pending=True))}
DRIVER_CHANGE = {"kernels.installed": (a_kernel(version=NEWER),)}
IN_ETC = {"cdi.specs": (a_cdi_spec(path="/etc/cdi/nvidia.yaml"),)}
NOTHING_WRITES = {"services.units": (a_unit("nvidia-cdi-refresh.service", "inactive", "disabled"),)}
NO_SYSTEMD = {"services.units": absent("/run/systemd/system")}


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({}, "pass"),
        (IN_ETC, "pass"),  # nothing is pending
        (MIG, "pass"),  # written anew at boot
        (DRIVER_CHANGE, "pass"),
        ({"cdi.specs": ()} | MIG, "skip"),
        ({"cdi.specs": absent("/etc/cdi")} | MIG, "skip"),
        ({"cdi.specs": unavailable()} | MIG, "unknown"),
        (MIG | {"services.units": unavailable()} | {"cdi.specs": (a_cdi_spec(),)}, "unknown"),
        (MIG | IN_ETC | {"platform.virtualization": "wsl2"}, "skip"),
        ({"nvml.gpus": unavailable(), "kernels.installed": unavailable()} | IN_ETC, "pass"),
    ],
)
def test_no_complaint(changes: dict[str, Any], status: str) -> None:
    assert outcome("toolkit", SLUG, changes) == [(status, "host", "")]


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        (MIG | IN_ETC, "MIG on for GPU 1"),
        (MIG | NOTHING_WRITES, "MIG on for GPU 1"),
        (DRIVER_CHANGE | IN_ETC, f"driver {NEWER}"),
        (MIG | DRIVER_CHANGE | IN_ETC, f"MIG on for GPU 1, driver {NEWER}"),
        (MIG | IN_ETC | NO_SYSTEMD, "MIG on for GPU 1"),
    ],
)
def test_a_spec_that_nothing_writes_anew(changes: dict[str, Any], what: str) -> None:
    (finding,) = judge("toolkit", SLUG, changes)
    path = changes.get("cdi.specs", (a_cdi_spec(),))[0].path
    assert (finding.status.value, finding.subject, finding.cause) == ("warn", path, "cdi_spec_stale")
    assert finding.title == f"{path} will be stale after the pending change: {what}"


def test_the_evidence() -> None:
    (finding,) = judge("toolkit", SLUG, MIG | DRIVER_CHANGE | IN_ETC)
    assert [(e.fact, e.observed, e.expected) for e in finding.evidence] == [
        ("nvml.gpus[1].mig_enabled_pending", "on", "off"),
        ("driver.module_version", DRIVER, NEWER),
    ]
