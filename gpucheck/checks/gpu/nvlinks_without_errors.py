"""GC323: no NVLink of the GPU had to be trained again since the driver was loaded.

A packet that is sent again costs nothing but time, and a few come with any link. A link that is trained
again stops meanwhile: NVIDIA's DCGM reports the first of them.
https://github.com/NVIDIA/DCGM (DCGM_LIMIT_MAX_NVLINK_ERROR, of its health watches)
"""

from collections.abc import Iterator

from gpucheck.checks._base import Check, NotApplicable
from gpucheck.checks.gpu._cures import cure
from gpucheck.model.finding import Category, Finding
from gpucheck.model.gpu import Gpu
from gpucheck.model.host import HostSnapshot
from gpucheck.tables import Tables

CHECK = Check(
    id="GC323",
    slug="nvlinks_without_errors",
    category=Category.GPU,
    title="no NVLink had to be trained again",
    meaning="Reads NVML's totals of NVLink errors. Recoveries, links that were trained again, show a bad"
    " cable, bridge or connector; traffic between GPUs stops meanwhile. Replays and checksum errors are"
    " only told.",
    causes=("nvlink_degraded",),
    because_of=("GC101", "GC215", "GC302", "GC317"),
    decides=False,
    url="https://docs.nvidia.com/deploy/nvml-api/group__NvLink.html",
)


@CHECK.judges_gpu
def judge(gpu: Gpu, host: HostSnapshot, tables: Tables) -> Iterator[Finding]:
    """Judge the recoveries; a GPU without an active link has no errors worth a word."""
    if not any(link.active for link in gpu.nvlinks.require()):
        raise NotApplicable("no NVLink of this GPU is up")
    errors = gpu.nvlink_errors.require()
    told = f"{errors.replay} replays, {errors.crc} checksum errors"
    if not errors.recovery:
        yield CHECK.passed("no NVLink error" if not errors.replay + errors.crc else f"no recovery; {told}")
        return
    yield CHECK.warned(
        f"{errors.recovery} NVLink {'recovery' if errors.recovery == 1 else 'recoveries'} since the driver"
        " was loaded",
        cause="nvlink_degraded",
        detail=f"A link was trained again that often, and stood still meanwhile; {told}.",
        evidence=[host.evidence(gpu.nvlink_errors, f"{errors.recovery} recoveries, {told}", "no recovery")],
        remedy=cure("nvlink_inactive", host, tables, str(gpu.index)),
    )
