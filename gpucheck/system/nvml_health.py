"""What NVML tells of a GPU's health in calls of their own: board memory, repairs, link errors.

Functions, structures and units: https://docs.nvidia.com/deploy/nvml-api/group__nvmlDeviceQueries.html
Drivers and bindings that are older than a call answer it with "function not found".
"""

import struct
from typing import Any

from gpucheck.model.gpu import MemoryRepair, NvLinkErrors
from gpucheck.system.nvml_session import NvmlFailure, NvmlSession

# nvmlEccSramErrorStatus_v1_t: version, eleven counters of 8 bytes from byte 8 on, the flag behind them
# https://docs.nvidia.com/deploy/nvml-api/structnvmlEccSramErrorStatus__v1__t.html
_SRAM_SIZE, _SRAM_FLAG_AT = 104, 96
_NO_STATE = 32  # NVML_PSTATE_UNKNOWN


def inforom_valid(session: NvmlSession, gpu: Any) -> bool:
    """Return whether the checksums of the infoROM are right; NVML reads its flash for that."""
    try:
        session.call("nvmlDeviceValidateInforom", gpu)
    except NvmlFailure as failure:
        if failure.name == "NVML_ERROR_CORRUPTED_INFOROM":
            return False
        raise
    return True


def memory_repair(session: NvmlSession, gpu: Any) -> MemoryRepair:
    """Return which repairs wait for a reset (Blackwell and later)."""
    channel, cluster = session.call("nvmlDeviceGetRepairStatus", gpu)
    return MemoryRepair(channel_pending=bool(channel), tpc_pending=bool(cluster))


def sram_errors_above_limit(session: NvmlSession, gpu: Any) -> bool:
    """Return whether the GPU has had more SRAM errors than its field diagnostics accept; root only.

    The structure is taken apart here, so that bindings that do not declare it can ask too.
    """
    from ctypes import create_string_buffer

    status = create_string_buffer(struct.pack("I", _SRAM_SIZE | 1 << 24), _SRAM_SIZE)
    session.call("nvmlDeviceGetSramEccErrorStatus", gpu, status)
    return bool(struct.unpack_from("I", status, _SRAM_FLAG_AT)[0])


def nvlink_errors(session: NvmlSession, gpu: Any) -> NvLinkErrors:
    """Return the totals over all links (NVLink up to the fourth generation)."""
    replay, recovery, crc = (
        session.field(gpu, f"NVML_FI_DEV_NVLINK_{kind}_ERROR_COUNT_TOTAL")
        for kind in ("REPLAY", "RECOVERY", "CRC_FLIT")
    )
    return NvLinkErrors(replay, recovery, crc)


def vgpu_licence(session: NvmlSession, gpu: Any) -> str:
    """Return none, licensed or unlicensed: of the licensable features, those enabled count.

    https://docs.nvidia.com/deploy/nvml-api/structnvmlGridLicensableFeature__t.html
    """
    mode = session.call("nvmlDeviceGetVirtualizationMode", gpu)
    if mode != session.constant("NVML_GPU_VIRTUALIZATION_MODE_VGPU"):
        return "none"
    features = session.call("nvmlDeviceGetGridLicensableFeatures_v4", gpu)
    count = features.licensableFeaturesCount if features.isGridLicenseSupported else 0
    enabled = [feature for feature in features.gridLicensableFeatures[:count] if feature.featureEnabled]
    if not enabled:
        return "none"
    return "licensed" if all(feature.featureState for feature in enabled) else "unlicensed"


def performance_state(session: NvmlSession, gpu: Any) -> int:
    """Return N of PN; raises NvmlFailure where NVML does not know it."""
    state: int = session.call("nvmlDeviceGetPerformanceState", gpu)
    if state == _NO_STATE:
        raise NvmlFailure("NVML_ERROR_NOT_SUPPORTED", "the performance state is unknown")
    return state
