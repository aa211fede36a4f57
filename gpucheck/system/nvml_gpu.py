"""What is asked of each GPU: one question a field, each of which may fail alone.

Functions, structures and units: https://docs.nvidia.com/deploy/nvml-api/group__nvmlDeviceQueries.html
"""

import re
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import Any

from gpucheck.model.fact import Known
from gpucheck.model.gpu import Fabric, Gpu, MigDevice, NvLink, RemappedRows
from gpucheck.system.nvml_health import (
    inforom_valid,
    memory_repair,
    nvlink_errors,
    performance_state,
    sram_errors_above_limit,
    vgpu_licence,
)
from gpucheck.system.nvml_session import NvmlFailure, NvmlSession

Answer = Callable[[NvmlSession, Any], Any]

_BRANDS = {  # as nvidia-smi and nvml.h spell them; the rest is spelt as its constant
    "GEFORCE": "GeForce", "GEFORCE_RTX": "GeForce RTX", "NVIDIA_RTX": "NVIDIA RTX",
    "QUADRO": "Quadro", "QUADRO_RTX": "Quadro RTX", "TESLA": "Tesla", "TITAN": "Titan",
    "TITAN_RTX": "Titan RTX", "UNKNOWN": "Unknown",
    "NVIDIA_CLOUD_GAMING": "NVIDIA Cloud Gaming", "NVIDIA_VAPPS": "NVIDIA Virtual Applications",
    "NVIDIA_VCS": "NVIDIA vGPU for Compute", "NVIDIA_VPC": "NVIDIA Virtual PC",
    "NVIDIA_VWS": "NVIDIA RTX Virtual Workstation",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Question:
    call: str  # the function that answers, for the fact's source
    answer: Answer


def ask_gpu(session: NvmlSession, index: int) -> Gpu:
    """Return everything NVML tells about one GPU; without a handle, every field says why."""
    # drivers without persistence initialise the GPU here, so this is the call that takes its time
    begun = time.monotonic()
    first = f"nvmlDeviceGetHandleByIndex({index})"
    handle = session.ask(first, lambda: session.call("nvmlDeviceGetHandleByIndex", index))
    facts: dict[str, Any] = {"start_seconds": Known(round(time.monotonic() - begun, 1), first)}
    for name, question in _QUESTIONS.items():
        if isinstance(handle, Known):
            facts[name] = _asked(session, question, handle.value)
        else:
            facts[name] = replace(handle)
    return Gpu(index=index, **facts)


def _asked(session: NvmlSession, question: _Question, handle: Any) -> Any:
    return session.ask(question.call, lambda: question.answer(session, handle))


def _number(value: Any) -> Any:
    return value


def _read(*functions: str, to: Callable[[Any], Any] = _number, argument: str = "") -> _Question:
    """Return the question that the first of the functions, newest first, answers."""

    def answer(session: NvmlSession, gpu: Any) -> Any:
        arguments = [session.constant(name) for name in argument.split()]
        calls = [_bound(session, function, gpu, *arguments) for function in functions]
        return to(session.first_of(*calls))

    return _Question(functions[0], answer)


def _bound(session: NvmlSession, function: str, *arguments: Any) -> Callable[[], Any]:
    return lambda: session.call(function, *arguments)


def _item(index: int, to: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda answer: to(answer[index])


def _watts(milliwatts: int) -> float:
    return milliwatts / 1000


def _sysfs_address(pci: Any) -> str:
    """Return 0000:17:00.0, as sysfs names it, where NVML writes 00000000:17:00.0."""
    return f"{pci.domain:04x}:{pci.bus:02x}:{pci.device:02x}.0"


def _memory(session: NvmlSession, gpu: Any) -> Any:
    # the newer call does not count what the driver reserves for itself as used
    return session.first_of(
        lambda: session.call("nvmlDeviceGetMemoryInfo", gpu, session.constant("nvmlMemory_v2")),
        lambda: session.call("nvmlDeviceGetMemoryInfo", gpu),
    )


def _named(session: NvmlSession, prefix: str, value: int) -> str:
    return session.names(prefix).get(value, f"unknown_{value}").lower()


def _brand(session: NvmlSession, gpu: Any) -> str:
    value = session.call("nvmlDeviceGetBrand", gpu)
    name = session.names("NVML_BRAND_").get(value, f"unknown ({value})")
    return _BRANDS.get(name, name.replace("_", " "))


def _compute_mode(session: NvmlSession, gpu: Any) -> str:
    return _named(session, "NVML_COMPUTEMODE_", session.call("nvmlDeviceGetComputeMode", gpu))


def _recovery_action(session: NvmlSession, gpu: Any) -> str:
    value = session.field(gpu, "NVML_FI_DEV_GET_GPU_RECOVERY_ACTION")
    return _named(session, "NVML_GPU_RECOVERY_ACTION_", value)


def _clocks_event_reasons(session: NvmlSession, gpu: Any) -> tuple[str, ...]:
    """Return the names of the set bits, lowest bit first; newer names before the older ones."""
    calls = ("nvmlDeviceGetCurrentClocksEventReasons", "nvmlDeviceGetCurrentClocksThrottleReasons")
    mask = session.first_of(*(_bound(session, call, gpu) for call in calls))
    names = session.names("nvmlClocksThrottleReason") | session.names("nvmlClocksEventReason")
    bits = [1 << place for place in range(mask.bit_length()) if mask >> place & 1]
    return tuple(_snake_case(names.get(bit, f"unknown_{bit:#x}")) for bit in bits)


def _snake_case(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()


def _fabric(session: NvmlSession, gpu: Any) -> Fabric:
    return session.first_of(
        lambda: _fabric_info(session, gpu, "nvmlDeviceGetGpuFabricInfoV", size=40, version=3),
        lambda: _fabric_info(session, gpu, "nvmlDeviceGetGpuFabricInfoV", size=36, version=2),
        lambda: _fabric_info(session, gpu, "nvmlDeviceGetGpuFabricInfo", size=28),
    )


def _fabric_info(session: NvmlSession, gpu: Any, function: str, *, size: int, version: int = 0) -> Fabric:
    """Return what is in an nvmlGpuFabricInfo structure of that size and version (0: without one).

    Taken apart here, because many releases of the bindings (up to 13.580.65 at least) declare it
    with a UUID of 80 bytes and then say "not supported" where the GPU is registered.
    Layout: version, UUID (16 bytes), status, clique, state (1 byte):
    https://docs.nvidia.com/deploy/nvml-api/structnvmlGpuFabricInfo__v3__t.html
    """
    from ctypes import create_string_buffer

    head = struct.pack("I", size | version << 24) if version else b""
    info = create_string_buffer(head, size)
    session.call(function, gpu, info)
    status, state = struct.unpack_from("I4xB", info, len(head) + 16)
    return Fabric(_named(session, "NVML_GPU_FABRIC_STATE_", state), status)


def _nvlinks(session: NvmlSession, gpu: Any) -> tuple[NvLink, ...]:
    """Return every link that has a state; raises NvmlFailure where none of the links has one."""
    links: list[NvLink] = []
    unsupported: NvmlFailure | None = None
    for link in range(_nvlink_count(session, gpu)):
        try:
            links.append(NvLink(link, bool(session.call("nvmlDeviceGetNvLinkState", gpu, link))))
        except NvmlFailure as failure:
            if failure.name == "NVML_ERROR_INVALID_ARGUMENT":
                break  # past the last link
            if failure.name != "NVML_ERROR_NOT_SUPPORTED":
                raise
            unsupported = failure
    if unsupported and not links:
        raise unsupported
    return tuple(links)


def _nvlink_count(session: NvmlSession, gpu: Any) -> int:
    try:
        return session.field(gpu, "NVML_FI_DEV_NVLINK_LINK_COUNT")
    except NvmlFailure:
        return session.constant("NVML_NVLINK_MAX_LINKS")


# https://github.com/NVIDIA/go-nvlib/blob/0171eccd/pkg/nvlib/device/device.go (VisitMigDevices)
_NO_INSTANCE = {"NVML_ERROR_NOT_FOUND", "NVML_ERROR_INVALID_ARGUMENT"}


def _mig_devices(session: NvmlSession, gpu: Any) -> tuple[MigDevice, ...]:
    if not session.call("nvmlDeviceGetMigMode", gpu)[0]:
        return ()
    devices = []
    for index in range(session.call("nvmlDeviceGetMaxMigDeviceCount", gpu)):
        try:
            mig = session.call("nvmlDeviceGetMigDeviceHandleByIndex", gpu, index)
        except NvmlFailure as failure:
            if failure.name in _NO_INSTANCE:
                continue  # indices of instances that do not exist are holes, not the end
            raise
        devices.append(_mig_device(session, mig, index))
    return tuple(devices)


def _mig_device(session: NvmlSession, mig: Any, index: int) -> MigDevice:
    return MigDevice(
        uuid=session.call("nvmlDeviceGetUUID", mig),
        name=session.call("nvmlDeviceGetName", mig),
        gpu_instance=session.call("nvmlDeviceGetGpuInstanceId", mig),
        compute_instance=session.call("nvmlDeviceGetComputeInstanceId", mig),
        memory_total_bytes=_memory(session, mig).total,
        index=index,
    )


def _remapped_rows(answer: tuple[int, int, int, int]) -> RemappedRows:
    correctable, uncorrectable, pending, failure = answer
    return RemappedRows(correctable, uncorrectable, pending=bool(pending), failure=bool(failure))


def _ecc_errors(counter: str) -> _Question:
    return _read("nvmlDeviceGetTotalEccErrors", argument=f"NVML_MEMORY_ERROR_TYPE_UNCORRECTED {counter}")


_QUESTIONS = {
    "uuid": _read("nvmlDeviceGetUUID"),
    "name": _read("nvmlDeviceGetName"),
    "brand": _Question("nvmlDeviceGetBrand", _brand),
    "compute_capability": _read("nvmlDeviceGetCudaComputeCapability", to=lambda v: f"{v[0]}.{v[1]}"),
    "serial": _read("nvmlDeviceGetSerial"),
    "vbios_version": _read("nvmlDeviceGetVbiosVersion"),
    "pci_bus_id": _read("nvmlDeviceGetPciInfo", to=_sysfs_address),
    "minor_number": _read("nvmlDeviceGetMinorNumber"),
    "memory_total_bytes": _Question("nvmlDeviceGetMemoryInfo", lambda s, g: _memory(s, g).total),
    "memory_used_bytes": _Question("nvmlDeviceGetMemoryInfo", lambda s, g: _memory(s, g).used),
    "mig_enabled": _read("nvmlDeviceGetMigMode", to=_item(0, bool)),
    "mig_enabled_pending": _read("nvmlDeviceGetMigMode", to=_item(1, bool)),
    "mig_devices": _Question("nvmlDeviceGetMigDeviceHandleByIndex", _mig_devices),
    "ecc_enabled": _read("nvmlDeviceGetEccMode", to=_item(0, bool)),
    "ecc_enabled_pending": _read("nvmlDeviceGetEccMode", to=_item(1, bool)),
    "ecc_uncorrected_volatile": _ecc_errors("NVML_VOLATILE_ECC"),
    "ecc_uncorrected_aggregate": _ecc_errors("NVML_AGGREGATE_ECC"),
    "remapped_rows": _read("nvmlDeviceGetRemappedRows", to=_remapped_rows),
    "retired_pages_pending": _read("nvmlDeviceGetRetiredPagesPendingStatus", to=bool),
    "memory_repair": _Question("nvmlDeviceGetRepairStatus", memory_repair),
    "memory_unrepairable": _read("nvmlDeviceGetUnrepairableMemoryFlag_v1", to=bool),
    "sram_errors_above_limit": _Question("nvmlDeviceGetSramEccErrorStatus", sram_errors_above_limit),
    "inforom_valid": _Question("nvmlDeviceValidateInforom", inforom_valid),
    "pcie_generation_now": _read("nvmlDeviceGetCurrPcieLinkGeneration"),
    "pcie_generation_max": _read("nvmlDeviceGetMaxPcieLinkGeneration"),
    "pcie_width_now": _read("nvmlDeviceGetCurrPcieLinkWidth"),
    "pcie_width_max": _read("nvmlDeviceGetMaxPcieLinkWidth"),
    "performance_state": _Question("nvmlDeviceGetPerformanceState", performance_state),
    "utilization_percent": _read("nvmlDeviceGetUtilizationRates", to=lambda rates: int(rates.gpu)),
    "temperature_celsius": _read(
        "nvmlDeviceGetTemperature", "nvmlDeviceGetTemperatureV", argument="NVML_TEMPERATURE_GPU"
    ),
    "temperature_slowdown_celsius": _read(
        "nvmlDeviceGetTemperatureThreshold", argument="NVML_TEMPERATURE_THRESHOLD_SLOWDOWN"
    ),
    "power_usage_watts": _read("nvmlDeviceGetPowerUsage", to=_watts),
    "power_limit_watts": _read("nvmlDeviceGetEnforcedPowerLimit", to=_watts),
    "clocks_event_reasons": _Question("nvmlDeviceGetCurrentClocksEventReasons", _clocks_event_reasons),
    "persistence_mode": _read("nvmlDeviceGetPersistenceMode", to=bool),
    "compute_mode": _Question("nvmlDeviceGetComputeMode", _compute_mode),
    "fabric": _Question("nvmlDeviceGetGpuFabricInfoV", _fabric),
    "nvlinks": _Question("nvmlDeviceGetNvLinkState", _nvlinks),
    "nvlink_errors": _Question("NVML_FI_DEV_NVLINK_RECOVERY_ERROR_COUNT_TOTAL", nvlink_errors),
    "recovery_action": _Question("NVML_FI_DEV_GET_GPU_RECOVERY_ACTION", _recovery_action),
    # only counted: the processes' names are nobody's business. By versioned names: the bindings' bare
    # one raises something of its own where the library is older
    "process_count": _read(
        "nvmlDeviceGetComputeRunningProcesses_v3", "nvmlDeviceGetComputeRunningProcesses_v2", to=len
    ),
    "vgpu_licence": _Question("nvmlDeviceGetGridLicensableFeatures_v4", vgpu_licence),
}

assert _QUESTIONS.keys() == {f.name for f in fields(Gpu)} - {"index", "start_seconds"}
