"""What the compute probe found inside a container: its document gpucheck.probe/1, field by field.

Codes are those of the library asked: CUresult for steps named cu…, nvmlReturn_t for nvml…; -1 stands
for a function that the library does not export.
"""

from dataclasses import dataclass, field
from enum import Enum

from gpucheck.model.choices import Level

SCHEMA = "gpucheck.probe/1"


class Ended(str, Enum):
    """How the process that asks the driver ended."""

    DONE = "done"
    HUNG = "hung"  # at the deadline
    CRASHED = "crashed"
    STOPPED = "stopped"  # by a signal to the probe, as when its container is stopped


class Compute(str, Enum):
    """Whether a device computed, and rightly."""

    OK = "ok"
    FAILED = "failed"
    NOT_RUN = "not_run"  # left alone: see ``skipped``


@dataclass(frozen=True, slots=True)
class ProbeStep:
    """One call, or the comparison of the results ("verify")."""

    step: str  # the exported symbol, such as cuMemAlloc_v2
    code: int
    name: str | None = None  # the library's name of a code that is not 0; what was computed wrongly
    target: str | None = None  # of the PTX text that was loaded: sm_50
    ms: float = 0.0


@dataclass(frozen=True, slots=True)
class ProbeLibrary:
    """One of the driver's libraries, as the container's dynamic loader finds it."""

    name: str
    found: bool
    path: str | None = None  # of the file, symbolic links resolved
    error: str | None = None  # the loader's words


@dataclass(frozen=True, slots=True)
class NvmlDevice:
    """A GPU as NVML sees it."""

    index: int
    code: int = 0  # of the first call that failed, such as 15 for a GPU that is lost
    uuid: str | None = None
    name: str | None = None
    pci_bus_id: str | None = None
    compute_mode: str | None = None  # default | exclusive_thread | prohibited | exclusive_process
    mig_mode: str | None = None  # enabled | disabled
    processes: int | None = None  # that compute on it, those of the whole host
    mig: tuple[str, ...] = ()  # UUIDs


@dataclass(frozen=True, slots=True)
class ProbeNvml:
    """NVML's answers."""

    init_code: int | None = None  # None: it never answered
    driver_version: str | None = None
    devices: tuple[NvmlDevice, ...] = ()


@dataclass(frozen=True, slots=True)
class CudaDevice:
    """A device as CUDA sees it: a GPU, or a MIG device."""

    ordinal: int
    uuid: str | None = None  # as NVML prints it: GPU-… or MIG-…
    name: str | None = None
    compute_capability: str | None = None
    pci_bus_id: str | None = None
    memory_total_bytes: int | None = None
    skipped: str | None = None
    compute: Compute = Compute.NOT_RUN
    steps: tuple[ProbeStep, ...] = ()  # the last one failed, unless ``compute`` is ok


@dataclass(frozen=True, slots=True)
class ProbeCuda:
    """CUDA's answers."""

    driver_version: str | None = None  # the newest CUDA that this libcuda knows: 12.4
    devices: tuple[CudaDevice, ...] = ()


@dataclass(frozen=True, slots=True)
class ProbeResult:
    """The probe's document; nvml and cuda are None where their library was not loaded."""

    schema: str
    level: Level
    ended: Ended
    stopped_at: str | None = None  # the step that hung or crashed
    signal: int | None = None  # that ended the process which asked, or the probe
    libraries: tuple[ProbeLibrary, ...] = ()
    nvml: ProbeNvml | None = None
    cuda: ProbeCuda | None = None
    steps: tuple[ProbeStep, ...] = ()  # those of no single device
    # of the container: those alone that decide which GPUs and libraries it sees
    environment: dict[str, str] = field(default_factory=dict)
    complete: bool = True  # false: the text was cut off, and this is what it held until then
