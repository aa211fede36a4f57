"""Board memory, repairs, link errors and load, asked of the fake library by the real bindings."""

from pathlib import Path

import pytest

from gpucheck.model.fact import Reason, Unavailable
from gpucheck.model.gpu import MemoryRepair, NvLinkErrors
from tests.fakes.collecting import gpus, nvml, reasons
from tests.fakes.scenarios import preset

CALLS = {
    "inforom_valid": "nvmlDeviceValidateInforom",
    "memory_repair": "nvmlDeviceGetRepairStatus",
    "memory_unrepairable": "nvmlDeviceGetUnrepairableMemoryFlag_v1",
    "sram_errors_above_limit": "nvmlDeviceGetSramEccErrorStatus",
    "performance_state": "nvmlDeviceGetPerformanceState",
    "utilization_percent": "nvmlDeviceGetUtilizationRates",
}


def test_what_is_bad_is_told(tmp_path: Path) -> None:
    bad = {
        "inforom": "0",
        "memory_repair": "1,0",
        "memory_unrepairable": "1",
        "sram_errors_above_limit": "1",
        "nvlink_errors": "3,4294967299,5",  # more than 32 bits
        "performance_state": "2",
        "utilization": "97",
    }
    lines = "".join(f"gpu.0.{name}={value}\n" for name, value in bad.items())
    gpu, other = gpus(preset("h100x8") + lines + "gpu.1.memory_repair=0,1\n", tmp_path)[:2]
    assert gpu.inforom_valid.require() is False
    assert gpu.memory_repair.require() == MemoryRepair(channel_pending=True, tpc_pending=False)
    assert gpu.memory_unrepairable.require() is True
    assert gpu.sram_errors_above_limit.require() is True
    assert gpu.nvlink_errors.require() == NvLinkErrors(replay=3, recovery=4_294_967_299, crc=5)
    assert (gpu.performance_state.require(), gpu.utilization_percent.require()) == (2, 97)
    assert other.memory_repair.require() == MemoryRepair(channel_pending=False, tpc_pending=True)
    assert other.inforom_valid.require() is True


@pytest.mark.parametrize(("field", "call"), CALLS.items())
def test_a_failing_call_costs_its_field(field: str, call: str, tmp_path: Path) -> None:
    unsupported = {"retired_pages_pending": Reason.UNSUPPORTED}
    gpu = gpus(preset("h100x8") + f"call.{call}.0=999\n", tmp_path)[0]
    assert reasons(gpu) == {field: Reason.FAILED, **unsupported}


def test_only_root_may_ask_for_sram_errors(tmp_path: Path) -> None:
    gpu = gpus(preset("h100x8") + "call.nvmlDeviceGetSramEccErrorStatus=4\n", tmp_path)[0]
    call = "nvmlDeviceGetSramEccErrorStatus: Insufficient Permissions"
    assert gpu.sram_errors_above_limit == Unavailable(Reason.NOT_PERMITTED, call)


def test_a_library_that_is_older_than_the_calls(tmp_path: Path) -> None:
    gpu = nvml("h100x8", tmp_path, without=tuple(CALLS.values())).gpus.require()[0]
    assert reasons(gpu) == dict.fromkeys((*CALLS, "retired_pages_pending"), Reason.UNSUPPORTED)
    call = CALLS["inforom_valid"]
    assert gpu.inforom_valid == Unavailable(Reason.UNSUPPORTED, f"{call}: Function Not Found")


def test_an_unknown_performance_state_is_none(tmp_path: Path) -> None:
    gpu = gpus(preset("h100x8") + "gpu.0.performance_state=32\n", tmp_path)[0]
    text = "nvmlDeviceGetPerformanceState: the performance state is unknown"
    assert gpu.performance_state == Unavailable(Reason.UNSUPPORTED, text)


@pytest.mark.parametrize(
    ("lines", "licence"),
    [
        ("", "none"),
        ("virtualization=1", "none"),  # passed through: no vGPU
        ("virtualization=2 vgpu_licence=1,1,1", "licensed"),
        ("virtualization=2 vgpu_licence=1,1,0", "unlicensed"),
        ("virtualization=2 vgpu_licence=1,0,0", "none"),  # no feature is in use
        ("virtualization=2 vgpu_licence=0,1,0", "none"),  # it takes no licence
    ],
)
def test_the_licence_of_a_vgpu(lines: str, licence: str, tmp_path: Path) -> None:
    scenario = preset("t4") + "".join(f"gpu.0.{line}\n" for line in lines.split())
    assert gpus(scenario, tmp_path)[0].vgpu_licence.require() == licence


def test_a_vgpu_that_tells_no_licence(tmp_path: Path) -> None:
    gpu = gpus(preset("t4") + "gpu.0.virtualization=2\n", tmp_path)[0]
    call = "nvmlDeviceGetGridLicensableFeatures_v4"
    assert gpu.vgpu_licence == Unavailable(Reason.UNSUPPORTED, f"{call}: Not Supported")


def test_the_start_of_a_lost_gpu_is_timed_too(tmp_path: Path) -> None:
    gpu = gpus("call.nvmlDeviceGetHandleByIndex_v2.0=15\n".join((preset("t4"), "")), tmp_path)[0]
    assert gpu.start_seconds.require() == 0.0
    assert gpu.uuid == Unavailable(Reason.GPU_LOST, "nvmlDeviceGetHandleByIndex(0): GPU is lost")
