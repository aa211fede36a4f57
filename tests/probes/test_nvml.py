import subprocess
from dataclasses import fields, replace
from pathlib import Path

import pytest

from gpucheck.model.fact import Absent, Known, Reason, Unavailable
from gpucheck.model.gpu import Gpu, Nvml, NvmlReturn
from gpucheck.probes.nvml import PROBE
from gpucheck.system.shared_library import NVML_SONAME
from tests.fakes.collecting import GPU_FIELDS, SHORT, collected, gpus, nvml, reasons
from tests.fakes.debian_nvml import debian_libnvidia_ml
from tests.fakes.libraries import built, environment
from tests.fakes.requirement import lacking, no_driver_library, program
from tests.fakes.scenarios import preset


def exported(library: Path) -> set[str]:
    listing = subprocess.run([program("nm"), "-D", library], capture_output=True, text=True, check=True)
    return {name for name in listing.stdout.split() if name.startswith("nvml")}


def untimed(gpu: Gpu) -> Gpu:
    """Return a GPU without the time that its start took: every run has another, a lost GPU's too."""
    assert isinstance(gpu.start_seconds, Known)
    return replace(gpu, start_seconds=gpu.uuid if isinstance(gpu.uuid, Unavailable) else Known(0.0, ""))


def test_it_is_a_probe_of_a_running_host() -> None:
    assert (PROBE.section, PROBE.live_only) == ("nvml", True)


def test_a_host_with_eight_h100(tmp_path: Path) -> None:
    found = nvml("h100x8", tmp_path)
    assert found.init == Known(NvmlReturn(0, "NVML_SUCCESS", "Success"), "nvmlInit")
    assert found.library == Known(str(built() / NVML_SONAME), "/proc/self/maps")
    assert found.driver_version == Known("580.95.05", "nvmlSystemGetDriverVersion")
    assert found.nvml_version == Known("13.580.95.05", "nvmlSystemGetNVMLVersion")
    assert found.cuda_driver_version == Known("13.0", "nvmlSystemGetCudaDriverVersion")
    assert found.device_count == Known(8, "nvmlDeviceGetCount")
    assert [(g.index, g.minor_number.require(), g.pci_bus_id.require()) for g in found.gpus.require()] == [
        (0, 0, "0000:18:00.0"), (1, 1, "0000:2a:00.0"), (2, 2, "0000:3a:00.0"), (3, 3, "0000:5d:00.0"),
        (4, 4, "0000:9a:00.0"), (5, 5, "0000:ab:00.0"), (6, 6, "0000:ba:00.0"), (7, 7, "0000:db:00.0"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("code", "reason", "text"),
    [
        (15, Reason.GPU_LOST, "GPU is lost"),
        (4, Reason.NOT_PERMITTED, "Insufficient Permissions"),
        (16, Reason.NEEDS_RESET, "GPU requires restart"),
        (999, Reason.FAILED, "Unknown Error"),
    ],
)
def test_a_gpu_without_a_handle_is_listed_and_the_others_are_complete(
    code: int, reason: Reason, text: str, tmp_path: Path
) -> None:
    found = gpus(preset("one_lost") + f"gpu.3.all={code}\n", tmp_path)
    assert [g.index for g in found] == list(range(8))
    why = Unavailable(reason, f"nvmlDeviceGetHandleByIndex(3): {text}")
    assert {getattr(untimed(found[3]), name) for name in GPU_FIELDS} == {why}
    healthy = gpus("h100x8", tmp_path)
    assert [untimed(g) for g in found if g.index != 3] == [untimed(g) for g in healthy if g.index != 3]


def test_a_gpu_lost_after_its_handle_fails_field_by_field(tmp_path: Path) -> None:
    lost = preset("h100x8") + "gpu.3.all=15\ncall.nvmlDeviceGetHandleByIndex_v2.3=0\n"
    found = gpus(lost, tmp_path)
    assert reasons(untimed(found[3])) == dict.fromkeys(GPU_FIELDS, Reason.GPU_LOST)
    assert found[3].uuid == Unavailable(Reason.GPU_LOST, "nvmlDeviceGetUUID: GPU is lost")


# https://docs.nvidia.com/deploy/nvml-api/group__nvmlDeviceEnumvs.html
INIT = {
    1: ("NVML_ERROR_UNINITIALIZED", "Uninitialized", Reason.FAILED),
    2: ("NVML_ERROR_INVALID_ARGUMENT", "Invalid Argument", Reason.FAILED),
    3: ("NVML_ERROR_NOT_SUPPORTED", "Not Supported", Reason.UNSUPPORTED),
    4: ("NVML_ERROR_NO_PERMISSION", "Insufficient Permissions", Reason.NOT_PERMITTED),
    6: ("NVML_ERROR_NOT_FOUND", "Not Found", Reason.FAILED),
    8: ("NVML_ERROR_INSUFFICIENT_POWER", "Insufficient External Power", Reason.FAILED),
    9: ("NVML_ERROR_DRIVER_NOT_LOADED", "Driver Not Loaded", Reason.DRIVER_NOT_LOADED),
    10: ("NVML_ERROR_TIMEOUT", "Timeout", Reason.TIMEOUT),
    11: ("NVML_ERROR_IRQ_ISSUE", "Interrupt Request Issue", Reason.FAILED),
    12: ("NVML_ERROR_LIBRARY_NOT_FOUND", "NVML Shared Library Not Found", Reason.LIBRARY_MISSING),
    13: ("NVML_ERROR_FUNCTION_NOT_FOUND", "Function Not Found", Reason.UNSUPPORTED),
    14: ("NVML_ERROR_CORRUPTED_INFOROM", "Corrupted infoROM", Reason.FAILED),
    15: ("NVML_ERROR_GPU_IS_LOST", "GPU is lost", Reason.GPU_LOST),
    16: ("NVML_ERROR_RESET_REQUIRED", "GPU requires restart", Reason.NEEDS_RESET),
    17: (
        "NVML_ERROR_OPERATING_SYSTEM",
        "The operating system has blocked the request.",
        Reason.NOT_PERMITTED,
    ),
    18: (
        "NVML_ERROR_LIB_RM_VERSION_MISMATCH",
        "RM has detected an NVML/RM version mismatch.",
        Reason.LIBRARY_MISMATCH,
    ),
    20: ("NVML_ERROR_MEMORY", "Insufficient Memory", Reason.FAILED),
    28: ("NVML_ERROR_GPU_NOT_FOUND", "Fake error 28", Reason.FAILED),
    77: ("NVML_ERROR_77", "Fake error 77", Reason.FAILED),  # of a driver newer than the bindings
    999: ("NVML_ERROR_UNKNOWN", "Unknown Error", Reason.FAILED),
}


@pytest.mark.parametrize("code", INIT)
def test_nvml_init_that_fails_is_known_and_explains_the_rest(code: int, tmp_path: Path) -> None:
    name, text, reason = INIT[code]
    found = nvml(preset("t4") + f"init={code}\n", tmp_path)
    why = Unavailable(reason, f"nvmlInit: {text}")
    assert found == Nvml(
        init=Known(NvmlReturn(code, name, text), "nvmlInit"),
        library=Known(str(built() / NVML_SONAME), "/proc/self/maps"),
        driver_version=why,
        nvml_version=why,
        cuda_driver_version=why,
        device_count=why,
        gpus=why,
    )


def test_no_count_means_no_list_of_gpus(tmp_path: Path) -> None:
    found = nvml(preset("t4") + "call.nvmlDeviceGetCount_v2=999\n", tmp_path)
    why = Unavailable(Reason.FAILED, "nvmlDeviceGetCount: Unknown Error")
    assert (found.device_count, found.gpus) == (why, why)


def test_a_host_without_gpus(tmp_path: Path) -> None:
    found = nvml(preset("t4") + "gpus=0\n", tmp_path)
    assert (found.device_count.require(), found.gpus.require()) == (0, ())


def test_nvml_init_that_never_returns(tmp_path: Path) -> None:
    found = nvml(preset("t4") + "init=hang\n", tmp_path, timeout=SHORT)
    assert found.library.require() == str(built() / NVML_SONAME)
    waiting = {"init", "driver_version", "nvml_version", "cuda_driver_version", "device_count", "gpus"}
    assert reasons(found) == dict.fromkeys(waiting, Reason.TIMEOUT)
    assert found.init == Unavailable(Reason.TIMEOUT, "no answer within 3 s")


@pytest.mark.parametrize(
    ("fault", "reason", "detail"),
    [
        ("hang", Reason.TIMEOUT, "no answer within 3 s"),
        ("crash", Reason.CRASHED, "the probe's process was killed"),
    ],
)
def test_a_gpu_that_stops_the_probe_leaves_those_before_it(
    fault: str, reason: Reason, detail: str, tmp_path: Path
) -> None:
    stopped = preset("h100x8") + f"call.nvmlDeviceGetTemperature.3={fault}\n"
    found = nvml(stopped, tmp_path, timeout=SHORT)
    assert found.device_count.require() == 8
    assert found.gpus.require()[:3] == gpus("h100x8", tmp_path)[:3]
    for gpu in found.gpus.require()[3:]:
        assert {getattr(gpu, name) for name in GPU_FIELDS} == {Unavailable(reason, detail)}


def test_a_crash_in_nvml_init(tmp_path: Path) -> None:
    found = nvml(preset("t4") + "init=crash\n", tmp_path)
    waiting = {"init", "driver_version", "nvml_version", "cuda_driver_version", "device_count", "gpus"}
    assert reasons(found) == dict.fromkeys(waiting, Reason.CRASHED)


def test_no_library_anywhere(tmp_path: Path) -> None:
    no_driver_library(NVML_SONAME)
    found = collected("nvml", {}, directories=(tmp_path / "none", tmp_path)).nvml
    searched = Absent((
        "libnvidia-ml.so.1 (dynamic loader)",
        f"{tmp_path}/none/libnvidia-ml.so.1",
        f"{tmp_path}/libnvidia-ml.so.1",
    ))  # fmt: skip
    assert (found.init, found.library) == (searched, searched)
    others = {"driver_version", "nvml_version", "cuda_driver_version", "device_count", "gpus"}
    assert reasons(found) == dict.fromkeys(others, Reason.LIBRARY_MISSING)


def test_a_library_that_cannot_be_loaded_is_not_missing(tmp_path: Path) -> None:
    (tmp_path / NVML_SONAME).write_text("half of a download")
    found = collected("nvml", {"LD_LIBRARY_PATH": str(tmp_path)}).nvml
    assert reasons(found) == dict.fromkeys([f.name for f in fields(Nvml)], Reason.FAILED)
    assert found.init.source == f"cannot be loaded: {tmp_path}/{NVML_SONAME}: file too short"


def test_a_library_where_the_loader_does_not_search(tmp_path: Path) -> None:
    no_driver_library(NVML_SONAME)
    variables = {**environment("t4", tmp_path), "LD_LIBRARY_PATH": ""}
    found = collected("nvml", variables, directories=(tmp_path / "none", built())).nvml
    assert found.library.require() == str(built() / NVML_SONAME)
    assert found.gpus.require()[0].name.require() == "Tesla T4"


def test_nvidias_own_library_without_a_driver(tmp_path: Path, pytestconfig: pytest.Config) -> None:
    if Path("/proc/driver/nvidia").exists():
        lacking("a machine without NVIDIA driver")
    assert pytestconfig.cache is not None
    folder = debian_libnvidia_ml(pytestconfig.cache.mkdir("gpucheck"))
    found = collected("nvml", {"LD_LIBRARY_PATH": str(folder)}).nvml
    assert found.init.require() == NvmlReturn(9, "NVML_ERROR_DRIVER_NOT_LOADED", "Driver Not Loaded")
    mapped = Path(found.library.require())
    assert (mapped.parent, mapped.name.startswith("libnvidia-ml.so.")) == (folder, True)
    others = {"driver_version", "nvml_version", "cuda_driver_version", "device_count", "gpus"}
    assert reasons(found) == dict.fromkeys(others, Reason.DRIVER_NOT_LOADED)


def test_the_fake_answers_to_functions_of_the_real_library(pytestconfig: pytest.Config) -> None:
    """A function that only the fake had would prove nothing."""
    assert pytestconfig.cache is not None
    real = debian_libnvidia_ml(pytestconfig.cache.mkdir("gpucheck")) / NVML_SONAME
    fake = built() / NVML_SONAME
    newer = {  # than Debian's branch
        "nvmlDeviceGetGpuFabricInfoV",
        "nvmlDeviceGetRepairStatus",
        "nvmlDeviceGetTemperatureV",
        "nvmlDeviceGetUnrepairableMemoryFlag_v1",
    }
    assert exported(fake) - exported(real) == newer
