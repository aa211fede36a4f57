"""GC901: the host has as many GPUs as agreed.

Counted are the GPUs that NVML lists and that answer: those that containers can get.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from gpucheck.checks._base import Check
from gpucheck.checks.contract._terms import NOT_MET, Terms, fits
from gpucheck.checks.engine._docker import reason
from gpucheck.model.fact import Reason
from gpucheck.model.finding import Category, Finding
from gpucheck.model.host import HostSnapshot
from gpucheck.tables import Tables

if TYPE_CHECKING:  # every report loads this check, few hosts have a contract
    from gpucheck.model.contract import Contract

CHECK = Check(
    id="GC901",
    slug="gpu_count_agreed",
    category=Category.CONTRACT,
    title="the host has as many GPUs as agreed",
    meaning="Compares the number of GPUs that NVML lists with gpus.count of the contract. A lost GPU does "
    "not count.",
    causes=(NOT_MET,),
    because_of=("GC101", "GC201", "GC203", "GC210", "GC212", "GC215", "GC301", "GC302"),
)


@CHECK.judges_contract
def judge(contract: "Contract", host: HostSnapshot, tables: Tables) -> Iterator[Finding]:
    """Count what NVML lists."""
    terms = Terms(CHECK, contract, host, tables)
    term = terms.term("gpus.count")
    gpus = terms.gpus()
    lost = sum(reason(gpu.uuid) is Reason.GPU_LOST for gpu in gpus)
    number = len(gpus) - lost
    seen = f"{number} GPU" if number == 1 else f"{number} GPUs"
    seen += f" and {lost} lost" if lost else ""
    yield terms.judged(term, seen, met=fits(term.value, str(number)), fact=terms.listing)
