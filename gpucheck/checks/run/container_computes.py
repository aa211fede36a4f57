"""GC702: CUDA computes in a container, on each of its GPUs. Proven by a kernel whose result is checked."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from gpucheck.checks._base import Check, NotApplicable
from gpucheck.model.finding import Category, Evidence, Finding
from gpucheck.model.host import HostSnapshot
from gpucheck.tables import Tables

if TYPE_CHECKING:  # every report loads this check, few start a container
    from gpucheck.model.run_result import RunResult

CHECK = Check(
    id="GC702",
    slug="container_computes",
    category=Category.RUN,
    title="CUDA computes in a container",
    meaning="With --run, a probe in the container starts CUDA, copies numbers to each GPU, has a kernel"
    " change them and compares what comes back. A GPU in exclusive use is left alone. The cause is what the"
    " container showed, and may be any.",
    causes=(),
    any_cause=True,
    because_of=(
        "GC701", "GC101", "GC102", "GC103", "GC104", "GC105", "GC109", "GC110", "GC201", "GC202", "GC203",
        "GC205", "GC206", "GC207", "GC208", "GC210", "GC212", "GC215", "GC219", "GC220", "GC221", "GC222",
        "GC226", "GC304", "GC305", "GC306", "GC401", "GC405", "GC513", "GC601",
    ),
    headline=True,
    url="https://docs.nvidia.com/cuda/cuda-driver-api/index.html",
)  # fmt: skip


@CHECK.judges_run
def judge(result: "RunResult", host: HostSnapshot, tables: Tables) -> Iterator[Finding]:  # noqa: ARG001
    """Pass if it computes on each GPU, fail if it does not; skip where no container came so far."""
    from gpucheck.compat.run_sentence import compute_in_words, where  # noqa: PLC0415

    if result.compute.value == "ok":
        title = f"{compute_in_words(result)} ({where(result)})"
        yield CHECK.passed(title, evidence=_evidence(result))
    elif result.compute.value == "failed":
        yield CHECK.failed(
            f"CUDA does not compute in a container ({where(result)})",
            cause=result.cause,
            detail=result.reason,
            evidence=_evidence(result),
            remedy=result.remedy,
        )
    elif result.level is None or not result.seen:
        raise NotApplicable("no GPU came into a container (GC701)")
    elif all(gpu.skipped for gpu in result.gpus if gpu.seen):
        raise NotApplicable("every GPU is in exclusive use, and was left alone")
    else:
        yield CHECK.unknown(
            f"could not tell whether {CHECK.title}", detail=result.reason or "; ".join(result.notes)
        )


def _evidence(result: "RunResult") -> list[Evidence]:
    found = [
        Evidence(f"run.gpus[{index}].compute", gpu.compute.value, "ok", gpu.uuid)
        for index, gpu in enumerate(result.gpus)
        if gpu.seen
    ]
    return found or [Evidence("run.compute", result.compute.value, "ok", " ".join(result.equivalent))]
