"""GC904: every GPU has the compute capability agreed on.

As NVML tells it: 9.0 of an H100.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from gpucheck.checks._base import Check
from gpucheck.checks.contract._terms import NOT_MET, Terms
from gpucheck.model.finding import Category, Finding
from gpucheck.model.gpu import Gpu
from gpucheck.model.host import HostSnapshot
from gpucheck.tables import Tables

if TYPE_CHECKING:  # every report loads this check, few hosts have a contract
    from gpucheck.model.contract import Contract, Term

CHECK = Check(
    id="GC904",
    slug="compute_capability_agreed",
    category=Category.CONTRACT,
    title="every GPU has the compute capability agreed on",
    meaning="Compares the compute capability of every GPU with gpus.compute_capability of the contract.",
    causes=(NOT_MET,),
    because_of=("GC101", "GC201", "GC203", "GC210", "GC212", "GC215", "GC302"),
)


@CHECK.judges_contract
def judge(contract: "Contract", host: HostSnapshot, tables: Tables) -> Iterator[Finding]:
    """Compare each GPU's compute capability."""
    terms = Terms(CHECK, contract, host, tables)

    def able(gpu: Gpu, term: "Term") -> Finding:
        fact, subject = gpu.compute_capability, f"gpu {gpu.index}"
        capability = fact.require()
        return terms.released(
            term, capability, f"compute capability {capability}", fact=fact, subject=subject
        )

    yield from terms.per_gpu(("gpus.compute_capability",), able)
