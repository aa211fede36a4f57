"""GC328: the vGPU has its licence.

Without one it works at first and is held back later: memory and speed are limited, contexts refused.
https://docs.nvidia.com/vgpu/latest/grid-licensing-user-guide/index.html
https://github.com/NVIDIA/gpu-operator/issues/220
"""

from collections.abc import Iterator

from gpucheck.checks._base import Check, NotApplicable
from gpucheck.checks._remedy import remedy
from gpucheck.model.finding import Category, Finding
from gpucheck.model.gpu import Gpu
from gpucheck.model.host import HostSnapshot
from gpucheck.tables import Tables

CHECK = Check(
    id="GC328",
    slug="vgpu_licensed",
    category=Category.GPU,
    title="the vGPU has its licence",
    meaning="Asks NVML in a vGPU guest whether the features in use are licensed. A guest without a licence"
    " starts well, so tests pass; then the driver limits what its containers get.",
    causes=("vgpu_unlicensed",),
    because_of=("GC101", "GC215", "GC302"),
    decides=False,
    url="https://docs.nvidia.com/vgpu/latest/grid-licensing-user-guide/index.html",
)


@CHECK.judges_gpu
def judge(gpu: Gpu, host: HostSnapshot, tables: Tables) -> Iterator[Finding]:
    """Judge what NVML says of the licence."""
    licence = gpu.vgpu_licence.require()
    if licence == "none":
        raise NotApplicable("no vGPU that takes a licence")
    if licence == "licensed":
        yield CHECK.passed("vGPU licensed")
        return
    yield CHECK.warned(
        "the vGPU has no licence",
        cause="vgpu_unlicensed",
        detail="CUDA may work now. After some time without a licence the driver slows it down, limits its"
        " memory, or refuses new contexts.",
        evidence=[host.evidence(gpu.vgpu_licence, expected="licensed")],
        remedy=remedy("license_vgpu", host, tables),
    )
