"""GC215: NVML answers. What nvidia-smi, the toolkit and every monitor rest upon.

Its few result codes cover many causes; the other facts of the host tell them apart.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from gpucheck.checks._base import Check, NotApplicable
from gpucheck.checks._scope import require_gpu
from gpucheck.checks.driver._disk import sees_host_disk
from gpucheck.checks.driver._fix import fix
from gpucheck.checks.driver._hang import hang_evidence
from gpucheck.checks.driver._proof import likeliest
from gpucheck.checks.driver._why import (
    NOT_LOADED_CAUSES,
    driver_is_installed,
    mismatch_cause,
    why_not_loaded,
)
from gpucheck.model.fact import Absent, FactAbsent, FactUnavailable, Known
from gpucheck.model.finding import Category, Evidence, Finding
from gpucheck.model.gpu import NvmlReturn
from gpucheck.model.host import HostSnapshot
from gpucheck.tables import Tables

_NO_ROW = "gpucheck has no row for this code."
_BY_CODE = (
    "device_node_permissions",
    "gpu_fell_off_bus",
    "gpu_needs_reset",
    "gpu_hardware_fault",
    "gsp_firmware_failure",
    "driver_library_mismatch",
    "driver_mixed_userspace",
    "driver_userspace_package_missing",
    "wsl_cgroup_mixed_hierarchy",
    "no_nvidia_gpu",
    "driver_hung",
    "driver_error_unexplained",
)
CHECK = Check(
    id="GC215",
    slug="nvml_answers",
    category=Category.DRIVER,
    title="the driver answers NVML",
    meaning="Calls nvmlInit in a process of its own, with a deadline. NVML is the driver's management"
    " library; the container toolkit asks it which GPUs there are.",
    causes=tuple(dict.fromkeys((*NOT_LOADED_CAUSES, *_BY_CODE))),
    because_of=(
        "GC101",
        "GC102", "GC103", "GC104", "GC105", "GC109", "GC110", "GC201", "GC202", "GC203", "GC205", "GC206",
        "GC207", "GC208", "GC210", "GC212", "GC219", "GC220", "GC222", "GC226",
    ),
    headline=True,
    symptom=True,
    url="https://docs.nvidia.com/deploy/nvml-api/index.html",
)  # fmt: skip


@CHECK.judges_host
def judge(host: HostSnapshot, tables: Tables) -> Iterator[Finding]:
    """Pass on success; else name the cause that the other facts prove."""
    require_gpu(host)
    init = host.nvml.init
    if host.is_tegra and not (isinstance(init, Known) and init.value.code == 0):
        raise NotApplicable("Jetson does without NVML")
    hang = hang_evidence(init, host)
    if isinstance(init, Known) and init.value.code == 0:
        yield CHECK.passed(_answer(host), evidence=[host.evidence(init, init.value.name)])
    elif isinstance(init, Known):
        yield _refused(init.value, host, tables)
    elif isinstance(init, Absent):
        yield _no_library(host, tables)
    elif hang:
        yield _failed("the driver hangs: NVML did not answer in time", "driver_hung", hang, host, tables)
    else:
        init.require()


def _answer(host: HostSnapshot) -> str:
    driver, cuda = host.nvml.driver_version.get(""), host.nvml.cuda_driver_version.get("")
    parts = [f"driver {driver}" if driver else "", f"CUDA {cuda}" if cuda else ""]
    told = ", ".join(part for part in parts if part)
    return f"NVML answers: {told}" if told else "NVML answers"


def _refused(answer: NvmlReturn, host: HostSnapshot, tables: Tables) -> Finding:
    row = tables.errors.get(("nvml", answer.code))
    cause = _cause(row.causes if row else (), host, tables)
    said = f"NVML does not start: {answer.text or answer.name} ({answer.code})"
    evidence = (host.evidence(host.nvml.init, answer.name, "NVML_SUCCESS"),)
    return replace(_failed(said, cause, evidence, host, tables), detail=row.meaning if row else _NO_ROW)


def _cause(tabled: tuple[str, ...], host: HostSnapshot, tables: Tables) -> str:
    """Return the label that fits the code's possible causes and the other facts."""
    if "module_not_loaded" in tabled:
        return why_not_loaded(host, tables)
    if "driver_library_mismatch" in tabled:
        return mismatch_cause(host) or "driver_library_mismatch"
    if host.is_wsl:
        return (
            "wsl_cgroup_mixed_hierarchy" if "wsl_cgroup_mixed_hierarchy" in tabled else "wsl_driver_missing"
        )
    # what belongs to containers is not looked for on the host
    possible = [cause for cause in tabled if cause in _BY_CODE]
    return likeliest(possible, host, tables) or "driver_error_unexplained"


def _no_library(host: HostSnapshot, tables: Tables) -> Finding:
    evidence = (host.evidence(host.nvml.init, "no libnvidia-ml.so.1", "NVML_SUCCESS"),)
    title = "NVML is not there: no libnvidia-ml.so.1"
    if host.is_wsl:
        return _failed(title, "wsl_driver_missing", evidence, host, tables)
    if not sees_host_disk(host):
        return CHECK.unknown(f"{title} in this container; the host's cannot be seen", evidence=evidence)
    try:
        cause = "driver_userspace_package_missing" if driver_is_installed(host) else "driver_not_installed"
    except (FactAbsent, FactUnavailable):
        cause = "driver_userspace_package_missing"
    return _failed(title, cause, evidence, host, tables)


def _failed(
    title: str, cause: str, evidence: Sequence[Evidence], host: HostSnapshot, tables: Tables
) -> Finding:
    return CHECK.failed(title, cause=cause, evidence=evidence, remedy=fix(cause, host, tables))
