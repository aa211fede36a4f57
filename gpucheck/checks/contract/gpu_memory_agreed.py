"""GC903: every GPU has the memory agreed on.

NVML's total, rounded to a tenth of a GiB: an 80 GB card has 79.6 or 79.2 GiB.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from gpucheck.checks._base import Check
from gpucheck.checks.contract._terms import NOT_MET, Terms, fits
from gpucheck.model.finding import Category, Finding
from gpucheck.model.gpu import Gpu
from gpucheck.model.host import HostSnapshot
from gpucheck.tables import Tables

if TYPE_CHECKING:  # every report loads this check, few hosts have a contract
    from gpucheck.model.contract import Contract, Term

CHECK = Check(
    id="GC903",
    slug="gpu_memory_agreed",
    category=Category.CONTRACT,
    title="every GPU has the memory agreed on",
    meaning="Compares the memory of every GPU, in GiB, with gpus.memory_gib of the contract.",
    causes=(NOT_MET,),
    because_of=("GC101", "GC201", "GC203", "GC210", "GC212", "GC215", "GC302"),
)


@CHECK.judges_contract
def judge(contract: "Contract", host: HostSnapshot, tables: Tables) -> Iterator[Finding]:
    """Compare each GPU's memory."""
    terms = Terms(CHECK, contract, host, tables)

    def sized(gpu: Gpu, term: "Term") -> Finding:
        size = f"{gpu.memory_total_bytes.require() / 2**30:.1f}"
        met = fits(term.value, size)
        return terms.judged(
            term, f"{size} GiB", met=met, fact=gpu.memory_total_bytes, subject=f"gpu {gpu.index}"
        )

    yield from terms.per_gpu(("gpus.memory_gib",), sized)
