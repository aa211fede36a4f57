"""Does each busy GPU use the PCIe generation it could? An idle one lowers it to save power.

So the speed is judged only of a GPU that works right now: processes on it, load measured, at full clocks.
"""

from collections.abc import Iterator

from gpucheck.checks._base import Check, NotApplicable
from gpucheck.checks._remedy import remedy
from gpucheck.checks._scope import require_linux_driver
from gpucheck.model.fact import Known
from gpucheck.model.finding import Category, Finding
from gpucheck.model.gpu import Gpu
from gpucheck.model.host import HostSnapshot
from gpucheck.tables import Tables

CHECK = Check(
    id="GC112",
    slug="pcie_link_full_speed",
    category=Category.HARDWARE,
    title="every busy GPU uses its full PCIe speed",
    meaning=(
        "Compares the PCIe generation each working GPU uses with the highest one of card and slot. A lower "
        "one under load halves the speed of copies, or worse: a riser, a cable, dirt, or a firmware "
        "setting. GPUs that are idle lower it on purpose and are not judged."
    ),
    causes=("pcie_link_degraded",),
    because_of=("GC105", "GC107"),
    decides=False,
)

_FAST = 2  # computing GPUs are in P0, GeForce ones in P2; from P3 on the link may be slowed down too


@CHECK.judges_host
def judge(host: HostSnapshot, tables: Tables) -> Iterator[Finding]:
    """Judge each GPU that is known to work; of the others, and where NVML is silent, nothing is said."""
    require_linux_driver(host)
    nothing: tuple[Gpu, ...] = ()
    told = [gpu for gpu in host.nvml.gpus.get(nothing) if _tells(gpu)]
    if not told:
        raise NotApplicable("NVML does not tell the PCIe generation of these GPUs")
    slow = [gpu for gpu in told if gpu.pcie_generation_now.get(0) < gpu.pcie_generation_max.get(0)]
    for gpu in slow:
        if _works(gpu):
            yield _slow(gpu, host, tables)
    if not any(_works(gpu) for gpu in slow):
        if len(slow) == len(told):
            raise NotApplicable("idle, or not known to work: a lower PCIe generation saves power then")
        full = sorted({gpu.pcie_generation_now.get(0) for gpu in told if gpu not in slow})
        yield CHECK.passed(f"PCIe generation {', '.join(map(str, full))}")


def _slow(gpu: Gpu, host: HostSnapshot, tables: Tables) -> Finding:
    now, most = gpu.pcie_generation_now.require(), gpu.pcie_generation_max.require()
    address = gpu.pci_bus_id.get("")
    return CHECK.warned(
        f"PCIe generation {now} of {most} under load",
        subject=f"gpu {gpu.index}",
        cause="pcie_link_degraded",
        detail="Copies between host and GPU run at half the speed or less.",
        evidence=[
            host.evidence(gpu.pcie_generation_now, f"generation {now}", f"generation {most}"),
            host.evidence(gpu.performance_state, f"P{gpu.performance_state.get(0)}"),
            host.evidence(gpu.utilization_percent, f"{gpu.utilization_percent.get(0)} %"),
        ],
        remedy=remedy("reseat_gpu", host, tables, address=address),
    )


def _tells(gpu: Gpu) -> bool:
    return isinstance(gpu.pcie_generation_now, Known) and isinstance(gpu.pcie_generation_max, Known)


def _works(gpu: Gpu) -> bool:
    return (
        gpu.process_count.get(0) > 0
        and gpu.utilization_percent.get(0) > 0
        and gpu.performance_state.get(_FAST + 1) <= _FAST
        and "gpu_idle" not in gpu.clocks_event_reasons.get(("gpu_idle",))
    )
