"""Each field of a GPU, asked of the fake library by the real bindings through the real probe."""

from pathlib import Path
from typing import Any

from gpucheck.model.fact import Known, Reason, Unavailable
from gpucheck.model.gpu import Fabric, Gpu, MemoryRepair, MigDevice, NvLink, NvLinkErrors, RemappedRows
from tests.fakes.collecting import GPU_FIELDS, gpus, nvml, reasons
from tests.fakes.scenarios import preset


def seen(gpu: Gpu) -> dict[str, Any]:
    """Return the value of each known field, the reason of each that is not."""
    facts = {name: getattr(gpu, name) for name in GPU_FIELDS}
    return {n: f.value if isinstance(f, Known) else f.reason for n, f in facts.items()}


def test_every_field_of_an_h100(tmp_path: Path) -> None:
    assert seen(gpus("h100x8", tmp_path)[7]) == {
        "uuid": "GPU-4cf8db2d-06c0-7d70-1a51-e59b25b2c167",
        "name": "NVIDIA H100 80GB HBM3",
        "brand": "NVIDIA",
        "compute_capability": "9.0",
        "serial": "1652223000007",
        "vbios_version": "96.00.89.00.01",
        "pci_bus_id": "0000:db:00.0",
        "minor_number": 7,
        "memory_total_bytes": 85_520_809_984,
        "memory_used_bytes": 0,
        "mig_enabled": False,
        "mig_enabled_pending": False,
        "mig_devices": (),
        "ecc_enabled": True,
        "ecc_enabled_pending": True,
        "ecc_uncorrected_volatile": 0,
        "ecc_uncorrected_aggregate": 0,
        "remapped_rows": RemappedRows(0, 0, pending=False, failure=False),
        "retired_pages_pending": Reason.UNSUPPORTED,
        "memory_repair": MemoryRepair(channel_pending=False, tpc_pending=False),
        "memory_unrepairable": False,
        "sram_errors_above_limit": False,
        "inforom_valid": True,
        "pcie_generation_now": 5,
        "pcie_generation_max": 5,
        "pcie_width_now": 16,
        "pcie_width_max": 16,
        "performance_state": 0,
        "utilization_percent": 0,
        "temperature_celsius": 33,
        "temperature_slowdown_celsius": 92,
        "power_usage_watts": 71.5,
        "power_limit_watts": 700.0,
        "clocks_event_reasons": ("gpu_idle",),
        "persistence_mode": True,
        "compute_mode": "default",
        "fabric": Fabric("completed", 0),
        "nvlinks": tuple(NvLink(link, active=True) for link in range(18)),
        "nvlink_errors": NvLinkErrors(0, 0, 0),
        "recovery_action": "none",
        "process_count": 0,
        "vgpu_licence": "none",
        "start_seconds": 0.0,
    }


def test_a_gpu_that_supports_little_says_so_field_by_field(tmp_path: Path) -> None:
    (gpu,) = gpus("t4", tmp_path)
    unsupported = {
        "mig_enabled", "mig_enabled_pending", "mig_devices", "remapped_rows", "fabric", "nvlinks",
        "memory_repair", "memory_unrepairable", "sram_errors_above_limit", "nvlink_errors",
    }  # fmt: skip
    assert reasons(gpu) == dict.fromkeys(unsupported, Reason.UNSUPPORTED)
    assert gpu.nvlinks == Unavailable(Reason.UNSUPPORTED, "nvmlDeviceGetNvLinkState: Not Supported")
    assert gpu.retired_pages_pending.require() is False
    assert gpu.power_usage_watts.require() == 9.7


def test_a_consumer_gpu(tmp_path: Path) -> None:
    (gpu,) = gpus("rtx4090", tmp_path)
    assert (gpu.brand.require(), gpu.compute_capability.require()) == ("GeForce", "8.9")
    assert (gpu.persistence_mode.require(), gpu.process_count.require()) == (False, 2)
    assert gpu.memory_used_bytes.require() == 431_816_704
    assert gpu.serial == Unavailable(Reason.UNSUPPORTED, "nvmlDeviceGetSerial: Not Supported")


def test_mig_devices_are_listed_past_the_holes(tmp_path: Path) -> None:
    (gpu,) = gpus("a100_mig", tmp_path)
    name = "NVIDIA A100-SXM4-40GB MIG"
    assert (gpu.mig_enabled.require(), gpu.mig_enabled_pending.require()) == (True, True)
    assert gpu.mig_devices.require() == (
        MigDevice("MIG-5be13d5e-3d6e-5b2e-a7f0-1c1d5f9b0a10", f"{name} 3g.20gb", 2, 0, 20_937_965_568, 0),
        MigDevice("MIG-0f4a8f0b-6f0c-5c7e-9a55-0d1f0b1c2a11", f"{name} 1g.5gb", 9, 0, 5_100_273_664, 2),
    )


def test_mig_devices_that_may_not_be_opened_leave_the_mode_known(tmp_path: Path) -> None:
    denied = preset("a100_mig") + "call.nvmlDeviceGetMigDeviceHandleByIndex=4\n"
    (gpu,) = gpus(denied, tmp_path)
    call = "nvmlDeviceGetMigDeviceHandleByIndex: Insufficient Permissions"
    assert gpu.mig_devices == Unavailable(Reason.NOT_PERMITTED, call)
    assert gpu.mig_enabled.require() is True


def test_one_failing_call_costs_one_field(tmp_path: Path) -> None:
    found = gpus(preset("h100x8") + "call.nvmlDeviceGetPowerUsage.1=999\n", tmp_path)
    unsupported = {"retired_pages_pending": Reason.UNSUPPORTED}
    assert reasons(found[1]) == {"power_usage_watts": Reason.FAILED, **unsupported}
    assert [reasons(g) for g in found if g.index != 1] == [unsupported] * 7


def test_an_old_library_answers_what_it_can(tmp_path: Path) -> None:
    lacking = (
        "nvmlSystemGetCudaDriverVersion_v2",
        "nvmlDeviceGetComputeRunningProcesses_v3",
        "nvmlDeviceGetCurrentClocksEventReasons",
        "nvmlDeviceGetGpuFabricInfoV",
        "nvmlDeviceGetMemoryInfo_v2",
    )
    busy = preset("h100x8") + "gpu.*.processes=3\n"
    found = nvml(busy, tmp_path, without=lacking)
    assert found.cuda_driver_version.require() == "13.0"
    gpu = found.gpus.require()[0]
    assert reasons(gpu) == {"retired_pages_pending": Reason.UNSUPPORTED}
    assert gpu.process_count.require() == 3
    assert gpu.clocks_event_reasons.require() == ("gpu_idle",)
    assert gpu.fabric.require() == Fabric("completed", 0)
    assert gpu.memory_used_bytes.require() == 587_202_560  # the older call counts the reserve


def test_a_missing_symbol_costs_only_its_field(tmp_path: Path) -> None:
    lacking = (
        "nvmlDeviceGetComputeRunningProcesses_v2",
        "nvmlDeviceGetComputeRunningProcesses_v3",
        "nvmlDeviceGetFieldValues",
        "nvmlDeviceGetGpuFabricInfo",
        "nvmlDeviceGetGpuFabricInfoV",
        "nvmlDeviceGetMigMode",
    )
    gpu = gpus("h100x8", tmp_path, without=lacking)[0]
    lost = (
        "process_count", "recovery_action", "fabric", "mig_enabled", "mig_enabled_pending", "mig_devices",
        "nvlink_errors",
    )  # fmt: skip
    assert reasons(gpu) == dict.fromkeys((*lost, "retired_pages_pending"), Reason.UNSUPPORTED)
    text = "nvmlDeviceGetComputeRunningProcesses_v3: Function Not Found"
    assert gpu.process_count == Unavailable(Reason.UNSUPPORTED, text)
    assert len(gpu.nvlinks.require()) == 18  # found by asking until there are no more


def test_an_older_fabric_structure_is_asked_for(tmp_path: Path) -> None:
    scenario = preset("h100x8") + "fabric_version=2\ngpu.0.fabric=2,0\ngpu.1.fabric=3,999\n"
    found = gpus(scenario, tmp_path)
    assert [g.fabric.require() for g in found[:3]] == [
        Fabric("in_progress", 0), Fabric("completed", 999), Fabric("completed", 0),
    ]  # fmt: skip


def test_nvlinks_that_are_down_or_not_there(tmp_path: Path) -> None:
    scenario = "gpu.0.nvlinks=1,0,-,1\ngpu.1.nvlinks=-,-\ncall.nvmlDeviceGetNvLinkState.2=999\n"
    found = gpus(preset("h100x8") + scenario, tmp_path)
    links = NvLink(0, active=True), NvLink(1, active=False), NvLink(3, active=True)
    assert found[0].nvlinks.require() == links
    assert found[1].nvlinks == Unavailable(Reason.UNSUPPORTED, "nvmlDeviceGetNvLinkState: Not Supported")
    assert found[2].nvlinks == Unavailable(Reason.FAILED, "nvmlDeviceGetNvLinkState: Unknown Error")


def test_clocks_event_reasons_by_name(tmp_path: Path) -> None:
    masks = ("0x0", "0x148", "0x86", "0x1000")
    lines = "".join(f"gpu.{index}.clocks_event_reasons={mask}\n" for index, mask in enumerate(masks))
    found = gpus(preset("h100x8") + lines, tmp_path)
    assert [g.clocks_event_reasons.require() for g in found[:4]] == [
        (),
        ("hw_slowdown", "hw_thermal_slowdown", "display_clock_setting"),
        ("applications_clocks_setting", "sw_power_cap", "hw_power_brake_slowdown"),
        ("unknown_0x1000",),
    ]


def test_recovery_actions_by_name(tmp_path: Path) -> None:
    lines = "".join(f"gpu.{index}.recovery_action={value}\n" for index, value in enumerate((1, 2, 3, 4, 99)))
    unknown_field = "call.NVML_FI_DEV_GET_GPU_RECOVERY_ACTION.5=2\n"
    found = gpus(preset("h100x8") + lines + unknown_field, tmp_path)
    assert [g.recovery_action.get("") for g in found] == [
        "gpu_reset", "node_reboot", "drain_p2p", "drain_and_reset", "unknown_99", "", "none", "none",
    ]  # fmt: skip
    field = "NVML_FI_DEV_GET_GPU_RECOVERY_ACTION"
    detail = f"{field}: {field} is unknown to this driver"
    assert found[5].recovery_action == Unavailable(Reason.UNSUPPORTED, detail)


def test_compute_modes_by_name(tmp_path: Path) -> None:
    lines = "".join(f"gpu.{index}.compute_mode={index}\n" for index in range(5))
    assert [g.compute_mode.require() for g in gpus(preset("h100x8") + lines, tmp_path)[:5]] == [
        "default", "exclusive_thread", "prohibited", "exclusive_process", "unknown_4",
    ]  # fmt: skip


def test_brands_by_name(tmp_path: Path) -> None:
    brands = {1: "Quadro", 2: "Tesla", 3: "NVS", 5: "GeForce", 12: "Quadro RTX", 13: "NVIDIA RTX",
              11: "NVIDIA Cloud Gaming", 250: "unknown (250)"}  # fmt: skip
    lines = "".join(f"gpu.{index}.brand={value}\n" for index, value in enumerate(brands))
    found = gpus(preset("h100x8") + lines, tmp_path)
    assert [g.brand.require() for g in found] == list(brands.values())


def test_bad_memory_is_told_in_full(tmp_path: Path) -> None:
    scenario = "gpu.0.ecc_uncorrected=2,7\ngpu.0.remapped_rows=1,2,1,1\ngpu.0.ecc_mode=1,0\n"
    gpu = gpus(preset("h100x8") + scenario, tmp_path)[0]
    assert (gpu.ecc_uncorrected_volatile.require(), gpu.ecc_uncorrected_aggregate.require()) == (2, 7)
    assert gpu.remapped_rows.require() == RemappedRows(1, 2, pending=True, failure=True)
    assert (gpu.ecc_enabled.require(), gpu.ecc_enabled_pending.require()) == (True, False)


def test_a_pci_domain_of_more_than_four_digits(tmp_path: Path) -> None:
    (gpu,) = gpus(preset("t4") + "gpu.0.pci=0001E5AC:00:02.0\n", tmp_path)
    assert gpu.pci_bus_id.require() == "1e5ac:00:02.0"


def test_a_name_that_is_no_text_is_malformed(tmp_path: Path) -> None:
    (gpu,) = gpus(preset("t4") + "gpu.0.name=Tesla \udcff\n", tmp_path)
    assert gpu.name == Unavailable(Reason.MALFORMED, "nvmlDeviceGetName: not UTF-8 text")
    assert gpu.brand.require() == "NVIDIA"
