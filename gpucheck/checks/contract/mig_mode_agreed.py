"""GC905: every GPU is in the MIG mode agreed on.

A GPU that has no MIG is a GPU on which it is disabled.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from gpucheck.checks._base import Check
from gpucheck.checks.contract._terms import NOT_MET, Terms
from gpucheck.model.fact import Absent, Reason, Unavailable
from gpucheck.model.finding import Category, Finding
from gpucheck.model.gpu import Gpu
from gpucheck.model.host import HostSnapshot
from gpucheck.tables import Tables

if TYPE_CHECKING:  # every report loads this check, few hosts have a contract
    from gpucheck.model.contract import Contract, Term

CHECK = Check(
    id="GC905",
    slug="mig_mode_agreed",
    category=Category.CONTRACT,
    title="every GPU is in the MIG mode agreed on",
    meaning="Compares the MIG mode of every GPU with gpus.mig of the contract.",
    causes=(NOT_MET,),
    because_of=("GC101", "GC201", "GC203", "GC210", "GC212", "GC215", "GC302", "GC308"),
)


@CHECK.judges_contract
def judge(contract: "Contract", host: HostSnapshot, tables: Tables) -> Iterator[Finding]:
    """Compare each GPU's mode."""
    terms = Terms(CHECK, contract, host, tables)

    def moded(gpu: Gpu, term: "Term") -> Finding:
        mode = "enabled" if _enabled(gpu) else "disabled"
        return terms.judged(
            term, f"MIG {mode}", met=mode == term.value, fact=gpu.mig_enabled, subject=f"gpu {gpu.index}"
        )

    yield from terms.per_gpu(("gpus.mig",), moded)


def _enabled(gpu: Gpu) -> bool:
    fact = gpu.mig_enabled
    if isinstance(fact, Absent) or (isinstance(fact, Unavailable) and fact.reason is Reason.UNSUPPORTED):
        return False
    return fact.require()
