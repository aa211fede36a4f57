"""What NVML and libcuda answer, per GPU. Each field alone may be unsupported or fail."""

from dataclasses import dataclass, field

from gpucheck.model.fact import Fact, not_collected


@dataclass(frozen=True, slots=True)
class MigDevice:
    """One MIG compute instance."""

    uuid: str
    name: str  # as NVML names it: NVIDIA H100 80GB HBM3 MIG 1g.10gb
    gpu_instance: int
    compute_instance: int
    memory_total_bytes: int
    index: int = -1  # NVML's, below its GPU: the 1 of 0:1; there may be gaps. -1: an older snapshot


@dataclass(frozen=True, slots=True)
class RemappedRows:
    """Row remapping (Ampere and later)."""

    correctable: int
    uncorrectable: int
    pending: bool
    failure: bool


@dataclass(frozen=True, slots=True)
class Fabric:
    """NVSwitch fabric registration of a GPU."""

    state: str  # not_supported | not_started | in_progress | completed
    status: int  # NVML return code of the registration; 0 is success


@dataclass(frozen=True, slots=True)
class NvLink:
    """One NVLink of a GPU."""

    link: int
    active: bool


@dataclass(frozen=True, slots=True)
class NvLinkErrors:
    """Errors of all links of a GPU since its driver was loaded; a corrected error is one too."""

    replay: int  # packets sent again
    recovery: int  # links trained again
    crc: int  # flits with a wrong checksum; each costs one replay


@dataclass(frozen=True, slots=True)
class MemoryRepair:
    """Repairs of the memory and of the processor clusters that wait for the next reset."""

    channel_pending: bool
    tpc_pending: bool


@dataclass(frozen=True, slots=True)
class Gpu:
    """One GPU as NVML reports it; units are in the names."""

    index: int
    uuid: Fact[str] = field(default_factory=not_collected)
    name: Fact[str] = field(default_factory=not_collected)
    brand: Fact[str] = field(default_factory=not_collected)  # Tesla, GeForce, NVIDIA, …
    compute_capability: Fact[str] = field(default_factory=not_collected)  # 9.0
    serial: Fact[str] = field(default_factory=not_collected)
    vbios_version: Fact[str] = field(default_factory=not_collected)
    pci_bus_id: Fact[str] = field(default_factory=not_collected)  # 0000:17:00.0, lower case
    minor_number: Fact[int] = field(default_factory=not_collected)  # N of /dev/nvidiaN
    memory_total_bytes: Fact[int] = field(default_factory=not_collected)
    memory_used_bytes: Fact[int] = field(default_factory=not_collected)
    mig_enabled: Fact[bool] = field(default_factory=not_collected)
    mig_enabled_pending: Fact[bool] = field(default_factory=not_collected)
    mig_devices: Fact[tuple[MigDevice, ...]] = field(default_factory=not_collected)
    ecc_enabled: Fact[bool] = field(default_factory=not_collected)
    ecc_enabled_pending: Fact[bool] = field(default_factory=not_collected)
    ecc_uncorrected_volatile: Fact[int] = field(default_factory=not_collected)  # since the last reset
    ecc_uncorrected_aggregate: Fact[int] = field(default_factory=not_collected)  # over the GPU's life
    remapped_rows: Fact[RemappedRows] = field(default_factory=not_collected)
    retired_pages_pending: Fact[bool] = field(default_factory=not_collected)
    memory_repair: Fact[MemoryRepair] = field(default_factory=not_collected)
    memory_unrepairable: Fact[bool] = field(default_factory=not_collected)
    # uncorrectable errors of the caches and register files are more than NVIDIA's limit for a good GPU
    sram_errors_above_limit: Fact[bool] = field(default_factory=not_collected)
    inforom_valid: Fact[bool] = field(default_factory=not_collected)  # checksums of the board's own memory
    pcie_generation_now: Fact[int] = field(default_factory=not_collected)
    pcie_generation_max: Fact[int] = field(default_factory=not_collected)
    pcie_width_now: Fact[int] = field(default_factory=not_collected)
    pcie_width_max: Fact[int] = field(default_factory=not_collected)
    performance_state: Fact[int] = field(default_factory=not_collected)  # N of PN; 0 is the fastest
    utilization_percent: Fact[int] = field(default_factory=not_collected)  # of the last moments
    temperature_celsius: Fact[int] = field(default_factory=not_collected)
    temperature_slowdown_celsius: Fact[int] = field(default_factory=not_collected)
    power_usage_watts: Fact[float] = field(default_factory=not_collected)
    power_limit_watts: Fact[float] = field(default_factory=not_collected)
    # names of NVML's nvmlClocksEventReason* bits, snake case: hw_slowdown, sw_power_cap, gpu_idle, …
    clocks_event_reasons: Fact[tuple[str, ...]] = field(default_factory=not_collected)
    persistence_mode: Fact[bool] = field(default_factory=not_collected)
    # default | exclusive_thread | prohibited | exclusive_process
    compute_mode: Fact[str] = field(default_factory=not_collected)
    fabric: Fact[Fabric] = field(default_factory=not_collected)
    nvlinks: Fact[tuple[NvLink, ...]] = field(default_factory=not_collected)
    nvlink_errors: Fact[NvLinkErrors] = field(default_factory=not_collected)
    # none, gpu_reset, node_reboot, drain_p2p, drain_and_reset, …: NVML's GPU_RECOVERY_ACTION_* in lower case
    recovery_action: Fact[str] = field(default_factory=not_collected)
    process_count: Fact[int] = field(default_factory=not_collected)  # compute processes
    # none (no vGPU, or one that takes no licence) | licensed | unlicensed
    vgpu_licence: Fact[str] = field(default_factory=not_collected)
    # how long NVML's first call to the GPU took: without persistence the driver starts the GPU in it
    start_seconds: Fact[float] = field(default_factory=not_collected)


@dataclass(frozen=True, slots=True)
class NvmlReturn:
    """The result of nvmlInit: 0 is success, else the code and NVML's own words."""

    code: int
    name: str  # NVML_ERROR_DRIVER_NOT_LOADED
    text: str  # Driver Not Loaded


@dataclass(frozen=True, slots=True)
class Nvml:
    """What one NVML session in a child process answered."""

    init: Fact[NvmlReturn] = field(default_factory=not_collected)  # absent: no library
    library: Fact[str] = field(default_factory=not_collected)  # the file the loader mapped
    driver_version: Fact[str] = field(default_factory=not_collected)
    nvml_version: Fact[str] = field(default_factory=not_collected)
    cuda_driver_version: Fact[str] = field(default_factory=not_collected)  # 12.4
    device_count: Fact[int] = field(default_factory=not_collected)
    gpus: Fact[tuple[Gpu, ...]] = field(default_factory=not_collected)


@dataclass(frozen=True, slots=True)
class Cuda:
    """What cuInit in a child process answered."""

    init_code: Fact[int] = field(default_factory=not_collected)  # CUresult; absent: no libcuda
    init_name: Fact[str] = field(default_factory=not_collected)  # CUDA_ERROR_SYSTEM_NOT_READY
    device_count: Fact[int] = field(default_factory=not_collected)
    driver_version: Fact[str] = field(default_factory=not_collected)  # cuDriverGetVersion, 12.4
    library: Fact[str] = field(default_factory=not_collected)
