"""GC322: no fault of memory or caches is beyond repair, and no repair waits for a reset.

NVML tells three things apart from row remapping (GC311): memory that cannot be repaired, more errors of
caches and register files than NVIDIA's field diagnostics accept, and repairs due at the next reset.
"""

from collections.abc import Iterator

from gpucheck.checks._base import Check
from gpucheck.checks._remedy import remedy
from gpucheck.checks.gpu._cures import cure
from gpucheck.model.fact import Known
from gpucheck.model.finding import Category, Finding
from gpucheck.model.gpu import Gpu
from gpucheck.model.host import HostSnapshot
from gpucheck.tables import Tables

CHECK = Check(
    id="GC322",
    slug="memory_repairable",
    category=Category.GPU,
    title="no fault of the memory is beyond repair",
    meaning="Reads whether NVML calls memory of the GPU unrepairable, whether the caches have had more"
    " uncorrectable errors than a good GPU may have, and whether the repair of a memory channel or a"
    " processor cluster waits for the next reset.",
    causes=("gpu_ecc_error",),
    because_of=("GC101", "GC215", "GC302", "GC310", "GC311"),
    decides=False,
    url="https://docs.nvidia.com/deploy/nvml-api/group__nvmlDeviceQueries.html",
)


@CHECK.judges_gpu
def judge(gpu: Gpu, host: HostSnapshot, tables: Tables) -> Iterator[Finding]:
    """Judge what is known, the gravest first; each of the three is asked in newer drivers only."""
    repair = gpu.memory_repair.get(None)
    if gpu.memory_unrepairable.get(default=False):
        yield _faulty(gpu, host, tables)
    elif gpu.sram_errors_above_limit.get(default=False):
        yield CHECK.warned(
            "more uncorrectable errors of the caches than a good GPU may have",
            cause="gpu_ecc_error",
            detail="NVIDIA's field diagnostics reject such a GPU; programs on it may end or compute wrongly.",
            evidence=[host.evidence(gpu.sram_errors_above_limit, "above the limit", "below the limit")],
            remedy=remedy("replace_gpu", host, tables),
        )
    elif repair and (repair.channel_pending or repair.tpc_pending):
        what = "a memory channel" if repair.channel_pending else "a processor cluster"
        yield CHECK.warned(
            f"the repair of {what} waits for the next reset",
            cause="gpu_ecc_error",
            detail="Until then the faulty part stays in use.",
            evidence=[host.evidence(gpu.memory_repair, "pending", "nothing pending")],
            remedy=cure("gpu_ecc_error", host, tables, str(gpu.index)),
        )
    else:
        yield _sound(gpu)


def _faulty(gpu: Gpu, host: HostSnapshot, tables: Tables) -> Finding:
    return CHECK.failed(
        "memory of the GPU cannot be repaired",
        cause="gpu_ecc_error",
        detail="The fault stays; the GPU has to be replaced.",
        evidence=[host.evidence(gpu.memory_unrepairable, "unrepairable", "repairable")],
        remedy=remedy("replace_gpu", host, tables),
    )


def _sound(gpu: Gpu) -> Finding:
    facts = (gpu.memory_unrepairable, gpu.sram_errors_above_limit, gpu.memory_repair)
    if not any(isinstance(fact, Known) for fact in facts):
        gpu.memory_repair.require()
    return CHECK.passed("nothing beyond repair, no repair pending")
