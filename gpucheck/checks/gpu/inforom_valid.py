"""GC321: the infoROM of the board is intact.

It keeps the board's identity, its ECC counts and retired memory, and settings such as ECC and power.
The GPU computes on, and nvidia-smi ends with code 14.
https://docs.nvidia.com/datacenter/cloud-native/gpu-operator/23.3.1/troubleshootings.html
"""

from collections.abc import Iterator

from gpucheck.checks._base import Check
from gpucheck.checks._remedy import remedy
from gpucheck.model.finding import Category, Finding
from gpucheck.model.gpu import Gpu
from gpucheck.model.host import HostSnapshot
from gpucheck.tables import Tables

CHECK = Check(
    id="GC321",
    slug="inforom_valid",
    category=Category.GPU,
    title="the infoROM of the board is intact",
    meaning="NVML verifies the checksums of the infoROM, the board's own memory for its identity, error"
    " counts and settings. With a corrupt one, faulty memory is no longer kept out of use, and tools that"
    " go by nvidia-smi's exit code take the driver for broken.",
    causes=("gpu_inforom_corrupt",),
    because_of=("GC101", "GC215", "GC302"),
    decides=False,
    url="https://docs.nvidia.com/deploy/nvml-api/group__nvmlDeviceQueries.html",
)


@CHECK.judges_gpu
def judge(gpu: Gpu, host: HostSnapshot, tables: Tables) -> Iterator[Finding]:
    """Judge NVML's verification."""
    if gpu.inforom_valid.require():
        yield CHECK.passed("infoROM intact")
        return
    yield CHECK.warned(
        "the infoROM is corrupt",
        cause="gpu_inforom_corrupt",
        detail="The GPU still computes. nvidia-smi ends with code 14, which others may take for a failure.",
        evidence=[host.evidence(gpu.inforom_valid, "corrupt", "intact")],
        remedy=remedy("repair_inforom", host, tables),
    )
