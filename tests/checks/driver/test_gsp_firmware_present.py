from dataclasses import replace

import pytest

from gpucheck.model.driver import ModuleFile
from gpucheck.model.fact import Reason
from gpucheck.model.gpu import NvmlReturn
from tests.builders import DRIVER, a_kernel, absent, known, unavailable
from tests.checks.driver.kinds import Changes
from tests.checks.judge import judge, outcome

SLUG = "gsp_firmware_present"
NEWER = "580.178.04"
NOT_STARTED = unavailable(Reason.FAILED, "no device")
NO_GPU: Changes = {
    "nvml.init": NvmlReturn(0, "NVML_SUCCESS", "Success"),
    "nvml.device_count": 0,
    "nvml.gpus": (),
    "kernels.gsp_firmware": (),
}
PASS, SKIP = ("pass", "host", ""), ("skip", "host", "")
FAIL, WARN = ("fail", "host", "gsp_firmware_failure"), ("warn", "host", "gsp_firmware_failure")


def module(flavour: str = "open", version: str = DRIVER) -> Changes:
    file = ModuleFile("/lib/modules/x/nvidia.ko", known(version), known(flavour), known(True))
    return {"kernels.installed": (replace(a_kernel(), modules=(file,)),)}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, PASS),
        # the driver works: its firmware is where gpucheck does not look
        ({"kernels.gsp_firmware": ()}, PASS),
        (module(version=NEWER), WARN),
        (module(version=NEWER) | {"kernels.gsp_firmware": (DRIVER, NEWER)}, PASS),
        (NO_GPU, FAIL),
        (NO_GPU | {"kernels.gsp_firmware": absent("/lib/firmware")}, FAIL),
        (NO_GPU | {"kernels.gsp_firmware": (DRIVER,)}, PASS),
        (NO_GPU | {"nvml.init": unavailable()}, WARN),  # whether it works is not known
        (NO_GPU | module("proprietary"), SKIP),
        (NO_GPU | {"kernels.installed": absent("/lib/modules")}, SKIP),
        (NO_GPU | {"kernels.gsp_firmware": unavailable()}, ("unknown", "host", "")),
        (NO_GPU | {"platform.container": "docker"}, SKIP),
        (NO_GPU | {"platform.virtualization": "wsl2"}, SKIP),
    ],
)
def test_outcome(changes: Changes, expected: tuple[str, str, str]) -> None:
    assert outcome("driver", SLUG, changes) == [expected]


def test_in_full() -> None:
    (finding,) = judge("driver", SLUG, module(version=NEWER))
    assert finding.title == f"no GSP firmware for driver {NEWER}"
    assert [(e.observed, e.expected) for e in finding.evidence] == [(NEWER, ""), (DRIVER, NEWER)]
    assert finding.remedy
    assert NEWER in finding.remedy.summary
