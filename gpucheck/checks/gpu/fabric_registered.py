"""GC306: every GPU of an NVSwitch fabric has registered with it.

The state is NVML's own (Hopper and later): not started, in progress, completed; with a status that
counts once it is completed. It is the one sign that also works in VMs and on GB200.
"""

from collections.abc import Iterator

from gpucheck.checks._base import Check, NotApplicable
from gpucheck.checks._remedy import remedy
from gpucheck.checks._scope import nvswitches, require_linux_driver
from gpucheck.checks.gpu._fabric import cuda_is_ready, start
from gpucheck.model.finding import Category, Finding
from gpucheck.model.gpu import Fabric, Gpu
from gpucheck.model.host import HostSnapshot
from gpucheck.tables import Tables

CHECK = Check(
    id="GC306",
    slug="fabric_registered",
    category=Category.GPU,
    title="the GPU is registered with the NVLink fabric",
    meaning="GPUs behind NVSwitches register with the fabric when the fabric manager has set it up. Before "
    "that CUDA fails with error 802; after a failed registration programs start and communication "
    "between GPUs fails, which often happens after a restart of the fabric manager without a GPU "
    "reset.",
    causes=("fabricmanager_not_running", "fabricmanager_restart_without_reset"),
    because_of=("GC101", "GC215", "GC302", "GC304", "GC305"),
    symptom=True,
    url="https://docs.nvidia.com/deploy/nvml-api/group__nvmlFabricDefs.html",
)

_NOT_READY = "CUDA_ERROR_SYSTEM_NOT_READY"


@CHECK.judges_gpu
def judge(gpu: Gpu, host: HostSnapshot, tables: Tables) -> Iterator[Finding]:
    """Judge state and status; cuInit tells how much an unfinished registration hurts."""
    require_linux_driver(host)
    fabric = gpu.fabric.require()
    if fabric.state == "not_supported":
        raise NotApplicable("this GPU takes part in no fabric")
    if fabric.state == "completed":
        yield _completed(gpu, fabric, host, tables)
        return
    state = fabric.state.replace("_", " ")
    if len(host.gpus()) == 1 and cuda_is_ready(host):
        # a VM with one GPU of an HGX board needs no fabric
        # https://github.com/NVIDIA/nvrc/issues/159
        yield CHECK.passed(f"registration {state}; a single GPU works without a fabric")
        return
    stopped = fabric.state == "not_started" and nvswitches(host, tables)
    refused = host.cuda.init_name.get("") == _NOT_READY
    make = CHECK.failed if stopped or refused else CHECK.warned
    yield make(
        f"registration with the fabric {state}",
        cause="fabricmanager_not_running",
        detail="CUDA programs on this GPU fail with error 802, or without NVLink, until it is completed.",
        evidence=[host.evidence(gpu.fabric, state, "completed")],
        remedy=start(host, tables),
    )


def _completed(gpu: Gpu, fabric: Fabric, host: HostSnapshot, tables: Tables) -> Finding:
    if fabric.status == 0:
        return CHECK.passed("registered with the fabric")
    row = tables.errors.get(("nvml", fabric.status))
    name = row.name if row else f"NVML error {fabric.status}"
    return CHECK.failed(
        f"registration with the fabric failed: {name}",
        cause="fabricmanager_restart_without_reset",
        detail="Programs start, and traffic between GPUs over NVLink fails.",
        evidence=[host.evidence(gpu.fabric, f"completed, {name}", "completed, success")],
        remedy=remedy("reset_fabric", host, tables),
    )
