"""GC601: the image asked about runs here. Judged from its configuration or tag, before it is pulled.

A driver that does not answer is taken for the one on disk: the image is judged for the host as it will be.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from gpucheck.checks._base import INTERNAL_ERROR, Check
from gpucheck.model.finding import Category, Evidence, Finding, Status
from gpucheck.model.host import HostSnapshot
from gpucheck.tables import Tables

if TYPE_CHECKING:  # every run loads this check, few judge images
    from gpucheck.model.judgement import Judgement
    from gpucheck.model.target import Target

CHECK = Check(
    id="GC601",
    slug="image_runs",
    category=Category.IMAGE,
    title="the image runs on this host",
    meaning="Judges each image named by --image: whether the driver knows the GPUs, whether the runtime's"
    " requirement check lets it start, which libcuda its programs load, whether that is new enough for the"
    " image's CUDA, and whether the image holds code for the GPUs. 'gpucheck image' shows every step.",
    causes=(
        "no_nvidia_gpu",
        "gpu_newer_than_driver",
        "gpu_dropped_by_driver",
        "wrong_module_flavour",
        "image_tag_removed",
        "image_wrong_architecture",
        "image_for_other_vendor",
        "image_framework_without_cuda",
        "jetson_l4t_image_mismatch",
        "require_check_too_strict",
        "image_cuda_newer_than_driver",
        "gpu_max_driver_too_old_for_image",
        "compat_shadows_driver_803",
        "compat_branch_unsupported",
        "compat_unsupported_gpu_804",
        "gpu_too_new_for_build",
        "gpu_too_old_for_build",
        "ptx_newer_than_driver",
    ),
    because_of=(
        "GC101", "GC102", "GC103", "GC104", "GC105", "GC109", "GC110", "GC111", "GC201", "GC202", "GC203",
        "GC205", "GC206", "GC207", "GC208", "GC210", "GC212", "GC215", "GC219", "GC220", "GC221", "GC222",
        "GC223", "GC226", "GC304", "GC305", "GC306", "GC401", "GC405", "GC501", "GC502", "GC503", "GC504",
        "GC505", "GC506", "GC507", "GC513",
    ),
    headline=True,
    url="https://docs.nvidia.com/deploy/cuda-compatibility/index.html",
)  # fmt: skip

_STATUSES = {
    "runs": Status.PASS,
    "degraded": Status.WARN,
    "refused": Status.FAIL,
    "fails": Status.FAIL,
    "unknown": Status.UNKNOWN,
}


@CHECK.judges_image
def judge(judgement: "Judgement", host: HostSnapshot, tables: Tables) -> Iterator[Finding]:
    """Judge it for the host as the rules see it."""
    from gpucheck.checks._target import target_of  # noqa: PLC0415

    yield finding_of(judgement, target_of(host, tables), host.evidence(host.nvml.driver_version))


def finding_of(judgement: "Judgement", target: "Target", no_driver: Evidence) -> Finding:
    """Pass if it runs, warn if only in part or on some GPUs, fail if it does not.

    ``no_driver`` says what is known of the driver, for images that could not be judged for want of it.
    """
    from gpucheck.compat.sentence import finding_title  # noqa: PLC0415

    status = _STATUSES[judgement.verdict.value]
    if judgement.steps and judgement.steps[-1].rule == INTERNAL_ERROR:
        status = Status.ERROR
    return CHECK.finding(
        status,
        finding_title(judgement, target),
        detail=_detail(judgement),
        cause=_cause(judgement) if status in {Status.WARN, Status.FAIL} else "",
        evidence=_evidence(judgement, status, target, no_driver),
        remedy=judgement.remedies[0] if judgement.remedies else None,
    )


def _cause(judgement: "Judgement") -> str:
    """Return the cause; where only some GPUs are hit, that of the first of them."""
    gpus = [gpu for outcome in judgement.outcomes if outcome.own for gpu in outcome.gpus]
    return judgement.cause or next((gpu.cause for gpu in gpus if gpu.cause), "")


def _detail(judgement: "Judgement") -> str:
    from gpucheck.compat.sentence import need_of  # noqa: PLC0415

    chances = [gpu.chance for outcome in judgement.outcomes if outcome.own for gpu in outcome.gpus]
    limits = next((chance for chance in chances if chance), "")
    if judgement.verdict.value == "unknown":
        return " · ".join(judgement.need.tried)
    return " ".join(part for part in (need_of(judgement), limits) if part)


def _evidence(
    judgement: "Judgement", status: Status, target: "Target", no_driver: Evidence
) -> list[Evidence]:
    """Return what decided; of an image that could not be judged, the fact of the host that was missing."""
    if status is Status.UNKNOWN and judgement.outcomes and not target.driver:
        return [no_driver]
    steps = judgement.steps[-1:] if status is not Status.PASS else judgement.steps
    found = [evidence for step in steps for evidence in step.evidence]
    source = judgement.need.sources[-1] if judgement.need.sources else judgement.need.source.value
    if found or status is Status.UNKNOWN:
        return found
    return [Evidence("image", judgement.need.reference.normalized, "", source)]
