"""GC221: CUDA starts on this host. The one proof that what follows nvidia-smi works too.

cuInit's few result codes cover many causes; the other facts of the host tell them apart.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from gpucheck.checks._base import Check
from gpucheck.checks._scope import require_gpu
from gpucheck.checks.driver._cuda_causes import CUDA_CAUSES, cause_of
from gpucheck.checks.driver._disk import sees_host_disk
from gpucheck.checks.driver._fix import fix
from gpucheck.checks.driver._hang import hang_evidence
from gpucheck.checks.driver._packages import is_vgpu_host
from gpucheck.checks.driver._why import driver_is_installed
from gpucheck.model.fact import Absent, FactAbsent, FactUnavailable, Known
from gpucheck.model.finding import Category, Evidence, Finding
from gpucheck.model.host import HostSnapshot
from gpucheck.tables import Tables

CHECK = Check(
    id="GC221",
    slug="cuda_initialises",
    category=Category.DRIVER,
    title="CUDA starts on this host",
    meaning="Loads libcuda and calls cuInit in a process of its own, with a deadline. It needs more than NVML"
    " does: nvidia_uvm, the fabric of NVSwitch machines, MIG instances, a matching libcuda.",
    causes=CUDA_CAUSES,
    because_of=(
        "GC101",
        "GC102", "GC103", "GC104", "GC105", "GC109", "GC110", "GC201", "GC202", "GC203", "GC205", "GC206",
        "GC207", "GC208", "GC210", "GC212", "GC215", "GC219", "GC220", "GC222", "GC223", "GC224", "GC226",
        "GC301", "GC302", "GC304", "GC305", "GC306", "GC309", "GC318", "GC324",
    ),
    headline=True,
    symptom=True,
    url="https://docs.nvidia.com/cuda/cuda-driver-api/group__CUDA__TYPES.html",
)  # fmt: skip

_NO_DEVICE = "CUDA_ERROR_NO_DEVICE"


@CHECK.judges_host
def judge(host: HostSnapshot, tables: Tables) -> Iterator[Finding]:
    """Pass if cuInit succeeds and shows a device; else name the cause that the other facts prove."""
    require_gpu(host)
    fact = host.cuda.init_code
    hang = hang_evidence(fact, host)
    if isinstance(fact, Known) and fact.value == 0:
        none = host.cuda.device_count.get(None) == 0
        yield _failed(_code_of(_NO_DEVICE, tables), host, tables) if none else CHECK.passed(_answer(host))
    elif isinstance(fact, Known):
        yield _failed(fact.value, host, tables)
    elif isinstance(fact, Absent):
        yield _no_library(host, tables)
    elif hang:
        yield _complaint("the driver hangs: cuInit did not return in time", "driver_hung", hang, host, tables)
    else:
        fact.require()


def _answer(host: HostSnapshot) -> str:
    count, version = host.cuda.device_count.get(None), host.cuda.driver_version.get("")
    devices = f"{count} device{'s' if count != 1 else ''}" if count is not None else ""
    told = ", ".join(part for part in (devices, f"CUDA {version}" if version else "") if part)
    return f"CUDA starts: {told}" if told else "CUDA starts"


def _code_of(name: str, tables: Tables) -> int:
    return next(row.code for row in tables.errors.values() if row.name == name)


def _failed(code: int, host: HostSnapshot, tables: Tables) -> Finding:
    row = tables.errors.get(("cuda", code))
    name = row.name if row else host.cuda.init_name.get("") or "an unknown error"
    cause = cause_of(row.causes if row else (), host, tables)
    fact = host.cuda.device_count if host.cuda.init_code.get(None) == 0 else host.cuda.init_code
    evidence = [host.evidence(fact, f"{code} {name}", "0 CUDA_SUCCESS")]
    if isinstance(host.cuda.library, Known):
        evidence.append(host.evidence(host.cuda.library))
    meaning = row.meaning if row else "gpucheck has no row for this code."
    said = _complaint(f"CUDA does not start: {name} ({code})", cause, evidence, host, tables)
    return replace(said, detail=meaning)


def _no_library(host: HostSnapshot, tables: Tables) -> Finding:
    title = "CUDA is not there: no libcuda.so.1"
    evidence = [host.evidence(host.cuda.init_code, "no libcuda.so.1", "0 CUDA_SUCCESS")]
    if host.is_wsl:
        cause = "wsl_driver_missing"
    elif is_vgpu_host(host):
        cause = "vgpu_host_driver_no_cuda"
    elif not sees_host_disk(host):
        return CHECK.unknown(f"{title} in this container; the host's cannot be seen", evidence=evidence)
    else:
        cause = _missing(host)
    return _complaint(title, cause, evidence, host, tables)


def _missing(host: HostSnapshot) -> str:
    if host.is_tegra:
        return "driver_userspace_package_missing"
    try:
        return "driver_userspace_package_missing" if driver_is_installed(host) else "driver_not_installed"
    except (FactAbsent, FactUnavailable):
        return "driver_userspace_package_missing"


def _complaint(
    title: str, cause: str, evidence: Sequence[Evidence], host: HostSnapshot, tables: Tables
) -> Finding:
    return CHECK.failed(title, cause=cause, evidence=evidence, remedy=fix(cause, host, tables))
