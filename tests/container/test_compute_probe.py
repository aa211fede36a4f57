"""What the probe finds on GPUs of all kinds, played by the fake libraries."""

from pathlib import Path

import pytest

from gpucheck.model.choices import Level
from gpucheck.model.probe_result import Compute, CudaDevice, Ended, NvmlDevice, ProbeLibrary
from gpucheck.system.shared_library import CUDA_SONAME, NVML_SONAME
from tests.container.probe_run import TWO, libraries, real, run
from tests.fakes.libraries import built
from tests.fakes.requirement import no_driver_library
from tests.fakes.scenarios import preset

GPU = "GPU-4cf8db2d-06c0-7d70-1a51-e59b25b2c16"
WRONG = "\ufffd"  # in place of a byte that is no UTF-8
COMPUTING = [
    "cuDevicePrimaryCtxRetain",
    "cuCtxSetCurrent",
    "cuMemAlloc_v2",
    "cuMemcpyHtoD_v2",
    "cuModuleLoadData",
    "cuModuleGetFunction",
    "cuLaunchKernel",
    "cuCtxSynchronize",
    "cuMemcpyDtoH_v2",
    "verify",
    "cuModuleUnload",
    "cuMemFree_v2",
    "cuDevicePrimaryCtxRelease_v2",
]


def steps_of(device: CudaDevice) -> list[tuple[str, int]]:
    return [(step.step, step.code) for step in device.steps]


def test_a_gpu_that_computes(probe: Path, tmp_path: Path) -> None:
    found = run(probe, "t4", tmp_path)
    assert (found.code, found.result.ended, found.result.level) == (0, Ended.DONE, Level.COMPUTE)
    assert (found.result.stopped_at, found.result.signal, found.result.complete) == (None, None, True)
    assert found.result.libraries == tuple(
        ProbeLibrary(name=name, found=True, path=real(built() / name)) for name in (NVML_SONAME, CUDA_SONAME)
    )
    assert found.result.nvml is not None
    assert (found.result.nvml.init_code, found.result.nvml.driver_version) == (0, "580.95.05")
    assert found.gpus == (
        NvmlDevice(
            index=0, uuid=f"{GPU}0", name="Tesla T4", pci_bus_id="00000000:04:00.0",
            compute_mode="default", mig_mode=None, processes=0,
        ),
    )  # fmt: skip
    assert found.result.cuda is not None
    assert found.result.cuda.driver_version == "13.0"
    (device,) = found.devices
    assert (device.ordinal, device.uuid, device.name) == (0, f"{GPU}0", "Tesla T4")
    assert (device.compute_capability, device.pci_bus_id) == ("7.5", "0000:04:00.0")
    assert (device.memory_total_bytes, device.skipped, device.compute) == (16106127360, None, Compute.OK)
    assert steps_of(device) == [(name, 0) for name in COMPUTING]
    asked = ["nvmlInit_v2", "nvmlDeviceGetCount_v2", "cuDriverGetVersion", "cuInit", "cuDeviceGetCount"]
    assert [(step.step, step.code) for step in found.result.steps] == [(name, 0) for name in asked]


def test_two_gpus(probe: Path, tmp_path: Path) -> None:
    found = run(probe, TWO, tmp_path)
    assert found.code == 0
    assert [(d.ordinal, d.uuid, d.compute) for d in found.devices] == [
        (0, f"{GPU}0", Compute.OK),
        (1, f"{GPU}1", Compute.OK),
    ]


def test_sixty_four_gpus_are_told_and_no_more(probe: Path, tmp_path: Path) -> None:
    found = run(probe, preset("h100x8") + "gpus=99\n", tmp_path)
    assert (found.code, len(found.devices), len(found.gpus)) == (0, 64, 64)


def test_a_mig_device(probe: Path, tmp_path: Path) -> None:
    found = run(probe, "a100_mig", tmp_path)
    (gpu,) = found.gpus
    assert gpu.mig_mode == "enabled"
    assert gpu.mig == (
        "MIG-5be13d5e-3d6e-5b2e-a7f0-1c1d5f9b0a10",
        "MIG-0f4a8f0b-6f0c-5c7e-9a55-0d1f0b1c2a11",
    )
    (device,) = found.devices
    assert (device.uuid, device.compute) == (gpu.mig[0], Compute.OK)
    assert device.name == "NVIDIA A100-SXM4-40GB MIG 3g.20gb"


def test_a_mig_device_is_told_from_a_gpu_without_nvml(probe: Path, tmp_path: Path) -> None:
    no_driver_library(NVML_SONAME)
    found = run(probe, "a100_mig", tmp_path, place=libraries(tmp_path, CUDA_SONAME))
    assert [d.uuid for d in found.devices] == ["MIG-5be13d5e-3d6e-5b2e-a7f0-1c1d5f9b0a10"]


@pytest.mark.parametrize("code", [3, 35, 100, 802, 803, 804, 999])
def test_cu_init_that_fails(code: int, probe: Path, tmp_path: Path) -> None:
    found = run(probe, preset("t4") + f"cuda.init={code}\n", tmp_path)
    assert (found.code, found.result.ended, found.devices) == (1, Ended.DONE, ())
    assert found.step("cuInit").code == code
    name = found.step("cuInit").name
    assert name is not None
    assert name.startswith("CUDA_ERROR_")
    assert found.step("cuDriverGetVersion").code == 0


def test_no_gpu_at_all(probe: Path, tmp_path: Path) -> None:
    found = run(probe, preset("t4") + "gpus=0\ncuda.init=100\n", tmp_path)
    assert (found.code, found.devices, found.gpus) == (3, (), ())


def test_no_libcuda(probe: Path, tmp_path: Path) -> None:
    no_driver_library(CUDA_SONAME)
    found = run(probe, "t4", tmp_path, place=libraries(tmp_path, NVML_SONAME))
    assert (found.code, found.result.cuda, len(found.gpus)) == (1, None, 1)
    library = found.result.libraries[1]
    assert (library.found, library.path) == (False, None)
    assert library.error is not None
    assert library.error.endswith("No such file or directory")


def test_a_libcuda_that_cannot_be_loaded(probe: Path, tmp_path: Path) -> None:
    place = libraries(tmp_path, NVML_SONAME)
    (place / CUDA_SONAME).write_text("half of a download")
    found = run(probe, preset("t4") + "gpus=0\n", tmp_path, place=place)
    assert (found.code, found.result.cuda) == (1, None)
    assert "file too short" in str(found.result.libraries[1].error)


def test_no_nvml(probe: Path, tmp_path: Path) -> None:
    no_driver_library(NVML_SONAME)
    found = run(probe, "t4", tmp_path, place=libraries(tmp_path, CUDA_SONAME))
    assert (found.code, found.result.nvml) == (0, None)
    assert [(d.uuid, d.compute) for d in found.devices] == [(f"{GPU}0", Compute.OK)]


def test_the_file_behind_a_link_is_told(probe: Path, tmp_path: Path) -> None:
    place = libraries(tmp_path)
    (place / CUDA_SONAME).rename(place / "libcuda.so.580.95.05")
    (place / CUDA_SONAME).symlink_to("libcuda.so.580.95.05")
    found = run(probe, "t4", tmp_path, place=place)
    assert found.result.libraries[1].path == real(place / "libcuda.so.580.95.05")


def test_neither_library(probe: Path, tmp_path: Path) -> None:
    no_driver_library(NVML_SONAME)
    no_driver_library(CUDA_SONAME)
    found = run(probe, "t4", tmp_path, place=tmp_path)
    assert (found.code, found.result.nvml, found.result.cuda) == (3, None, None)


@pytest.mark.parametrize("step", [name for name in COMPUTING if name != "verify"])
def test_the_first_step_that_fails_ends_its_device(step: str, probe: Path, tmp_path: Path) -> None:
    found = run(probe, TWO + f"call.{step}.0=999\n", tmp_path)
    first, second = found.devices
    assert (found.code, first.compute, second.compute) == (1, Compute.FAILED, Compute.OK)
    passed = COMPUTING[: COMPUTING.index(step)]
    assert steps_of(first) == [*((name, 0) for name in passed), (step, 999)]
    assert first.steps[-1].name == "CUDA_ERROR_UNKNOWN"


def test_no_memory_left_and_the_context_is_given_back(probe: Path, tmp_path: Path) -> None:
    found = run(probe, preset("t4") + "call.cuMemAlloc_v2=2\n", tmp_path)
    (device,) = found.devices
    assert (found.code, device.compute) == (1, Compute.FAILED)
    assert (device.steps[-1].step, device.steps[-1].name) == ("cuMemAlloc_v2", "CUDA_ERROR_OUT_OF_MEMORY")
    assert found.calls[-2:] == ["cuMemAlloc_v2", "cuDevicePrimaryCtxRelease_v2"]


def test_a_wrong_result(probe: Path, tmp_path: Path) -> None:
    found = run(probe, preset("t4") + "gpu.0.wrong=17\n", tmp_path)
    (device,) = found.devices
    assert (found.code, device.compute) == (1, Compute.FAILED)
    assert (device.steps[-1].step, device.steps[-1].code) == ("verify", 1)
    assert str(device.steps[-1].name).startswith("1 of 1024 wrong, the first at 17: ")


@pytest.mark.parametrize("call", ["cuDeviceGet", "cuDeviceGetAttribute"])
def test_a_device_that_cannot_be_asked(call: str, probe: Path, tmp_path: Path) -> None:
    found = run(probe, preset("t4") + f"call.{call}=999\n", tmp_path)
    (device,) = found.devices
    assert (found.code, device.compute, steps_of(device)) == (1, Compute.FAILED, [(call, 999)])


def test_a_device_without_identity_computes_all_the_same(probe: Path, tmp_path: Path) -> None:
    calls = ("cuDeviceGetName", "cuDeviceGetUuid_v2", "cuDeviceGetPCIBusId", "cuDeviceTotalMem_v2")
    found = run(probe, preset("t4") + "".join(f"call.{call}=801\n" for call in calls), tmp_path)
    (device,) = found.devices
    assert (found.code, device.compute) == (0, Compute.OK)
    assert (device.name, device.uuid, device.pci_bus_id, device.memory_total_bytes) == (None,) * 4
    assert steps_of(device)[:4] == [(call, 801) for call in calls]


def test_an_older_libcuda(probe: Path, tmp_path: Path) -> None:
    place = built(("cuDeviceGetUuid_v2", "cuDevicePrimaryCtxRelease_v2", "cuGetErrorName"))
    found = run(probe, preset("t4") + "call.cuCtxSynchronize=700\n", tmp_path, place=place)
    (device,) = found.devices
    assert (device.uuid, device.steps[-1].name) == (f"{GPU}0", None)
    assert found.calls[-1] == "cuDevicePrimaryCtxRelease"


def test_a_libcuda_that_lacks_a_function(probe: Path, tmp_path: Path) -> None:
    found = run(probe, "t4", tmp_path, place=built(("cuDevicePrimaryCtxRetain",)))
    (device,) = found.devices
    assert (found.code, steps_of(device)) == (1, [("cuDevicePrimaryCtxRetain", -1)])
    assert device.steps[0].name == "not exported by this libcuda"


def test_variables_that_decide_what_is_seen_are_told_and_no_others(probe: Path, tmp_path: Path) -> None:
    given = {"CUDA_VISIBLE_DEVICES": "", "NVIDIA_DRIVER_CAPABILITIES": 'a"\n' + "x" * 2000, "TOKEN": "s3cret"}
    found = run(["env", *(f"{name}={value}" for name, value in given.items()), str(probe)], "t4", tmp_path)
    assert found.result.environment == {
        "CUDA_VISIBLE_DEVICES": "",
        "NVIDIA_DRIVER_CAPABILITIES": ('a"\n' + "x" * 2000)[:1000],
    }


@pytest.mark.parametrize("variable", ["CUDA_DISABLE_PTX_JIT", "CUDA_DISABLE_JIT"])
def test_an_image_that_forbids_compilation_computes(variable: str, probe: Path, tmp_path: Path) -> None:
    assert run(["env", f"{variable}=1", str(probe)], "t4", tmp_path).code == 0


@pytest.mark.parametrize("code", [200, 209, 218, 222])
def test_a_text_that_the_driver_does_not_take_is_followed_by_the_next(
    code: int, probe: Path, tmp_path: Path
) -> None:
    found = run(probe, preset("t4") + f"call.cuModuleLoadData={code}\n", tmp_path)
    (device,) = found.devices
    tried = [(step.target, step.code) for step in device.steps if step.step == "cuModuleLoadData"]
    assert (found.code, tried) == (1, [("sm_50", code), ("sm_75", code)])


@pytest.mark.parametrize("level", [Level.COMPUTE, Level.DEVICES])
def test_nvml_that_does_not_start(level: Level, probe: Path, tmp_path: Path) -> None:
    found = run(probe, preset("t4") + "init=18\ncuda.init=803\n", tmp_path, "--level", level.value)
    assert found.code == 1
    assert found.result.nvml is not None
    assert (found.result.nvml.init_code, found.gpus) == (18, ())
    assert found.step("nvmlInit_v2").name == "Fake error 18"


def test_level_devices_leaves_cuda_alone(probe: Path, tmp_path: Path) -> None:
    found = run(probe, "a100_mig", tmp_path, "--level", "devices")
    assert (found.code, found.calls, found.result.cuda) == (0, [], None)
    assert [library.name for library in found.result.libraries] == [NVML_SONAME]
    assert len(found.gpus[0].mig) == 2


def test_level_devices_with_a_lost_gpu(probe: Path, tmp_path: Path) -> None:
    found = run(probe, "one_lost", tmp_path, "--level", "devices")
    assert (found.code, [gpu.code for gpu in found.gpus]) == (1, [0, 0, 0, 15, 0, 0, 0, 0])


def test_level_devices_without_gpus(probe: Path, tmp_path: Path) -> None:
    assert run(probe, preset("t4") + "gpus=0\n", tmp_path, "--level", "devices").code == 3


BUSY = "gpu.0.processes=1\n"


@pytest.mark.parametrize(
    ("mode", "reason"),
    [(1, "exclusive mode and busy"), (2, "prohibited mode and busy"), (3, "exclusive mode and busy")],
)
def test_a_gpu_that_somebody_has_for_himself_is_left_alone(
    mode: int, reason: str, probe: Path, tmp_path: Path
) -> None:
    found = run(probe, preset("t4") + f"gpu.0.compute_mode={mode}\n{BUSY}", tmp_path)
    (device,) = found.devices
    assert (found.code, device.skipped, device.compute, device.steps) == (3, reason, Compute.NOT_RUN, ())
    assert "cuDevicePrimaryCtxRetain" not in found.calls


def test_the_other_gpu_is_not_left_alone(probe: Path, tmp_path: Path) -> None:
    found = run(probe, TWO + "gpu.0.compute_mode=3\ngpu.0.processes=1\n", tmp_path)
    assert (found.code, [d.compute for d in found.devices]) == (0, [Compute.NOT_RUN, Compute.OK])


def test_an_exclusive_gpu_that_is_idle_computes(probe: Path, tmp_path: Path) -> None:
    assert run(probe, preset("t4") + "gpu.0.compute_mode=3\n", tmp_path).code == 0


def test_a_shared_gpu_that_is_busy_computes(probe: Path, tmp_path: Path) -> None:
    found = run(probe, preset("t4") + BUSY, tmp_path)
    assert (found.code, found.gpus[0].processes) == (0, 1)


def test_a_prohibited_gpu_that_is_idle_refuses(probe: Path, tmp_path: Path) -> None:
    found = run(probe, preset("t4") + "gpu.0.compute_mode=2\n", tmp_path)
    assert (found.code, steps_of(found.devices[0])) == (1, [("cuDevicePrimaryCtxRetain", 999)])


def test_who_cannot_tell_whether_it_is_busy_leaves_it_alone(probe: Path, tmp_path: Path) -> None:
    hidden = "".join(f"call.nvmlDeviceGetComputeRunningProcesses{v}=4\n" for v in ("_v2", "_v3"))
    found = run(probe, preset("t4") + "gpu.0.compute_mode=3\n" + hidden, tmp_path)
    assert (found.code, found.devices[0].compute, found.gpus[0].processes) == (3, Compute.NOT_RUN, None)
    assert str(found.devices[0].skipped).endswith("whether it is busy cannot be read")


def test_without_nvml_cuda_tells_the_mode(probe: Path, tmp_path: Path) -> None:
    no_driver_library(NVML_SONAME)
    scenario = preset("t4") + "gpu.0.compute_mode=3\n"
    found = run(probe, scenario, tmp_path, place=libraries(tmp_path, CUDA_SONAME))
    assert (found.code, found.devices[0].compute) == (3, Compute.NOT_RUN)


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ('quote " backslash \\ slash /', 'quote " backslash \\ slash /'),
        ("escape \x1b[31m bell \x07 delete \x7f tab \t", "escape \x1b[31m bell \x07 delete \x7f tab \t"),
        ("Grafikkarte für 東京 𝔾ℙ𝕌", "Grafikkarte für 東京 𝔾ℙ𝕌"),
        ('"},{"schema":"gpucheck.probe/1"', '"},{"schema":"gpucheck.probe/1"'),
        ("lone \udcff byte, half \udce2\udc82 character", f"lone {WRONG} byte, half {WRONG * 2} character"),
        ("overlong \udcc0\udcaf surrogate \udced\udca0\udc80", f"overlong {WRONG * 2} surrogate {WRONG * 3}"),
        ("beyond \udcf4\udc90\udc80\udc80 end \udcf0\udc9f", f"beyond {WRONG * 4} end {WRONG * 2}"),
    ],
    ids=["quotes", "controls", "unicode", "document", "bytes", "forms", "beyond"],
)  # fmt: skip
def test_a_hostile_name(name: str, read: str, probe: Path, tmp_path: Path) -> None:
    found = run(probe, preset("t4") + f"gpu.0.name={name}\ndriver_version={name}\n", tmp_path)
    assert found.result.nvml is not None
    assert (found.result.nvml.driver_version, found.gpus[0].name, found.devices[0].name) == (read,) * 3


def test_a_name_that_fills_all_the_room(probe: Path, tmp_path: Path) -> None:
    found = run(probe, preset("t4") + f"gpu.0.name={'x' * 400}\n", tmp_path)
    assert (found.gpus[0].name, found.devices[0].name) == (None, "x" * 255)
