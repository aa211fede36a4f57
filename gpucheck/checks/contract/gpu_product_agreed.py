"""GC902: every GPU is of a product agreed on.

A star in the contract stands for anything; upper and lower case are the same.
"""

import re
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
    id="GC902",
    slug="gpu_product_agreed",
    category=Category.CONTRACT,
    title="every GPU is of a product agreed on",
    meaning="Compares the product name of every GPU, as NVML tells it, with gpus.product of the contract.",
    causes=(NOT_MET,),
    because_of=("GC101", "GC201", "GC203", "GC210", "GC212", "GC215", "GC302"),
)


@CHECK.judges_contract
def judge(contract: "Contract", host: HostSnapshot, tables: Tables) -> Iterator[Finding]:
    """Match each name."""
    terms = Terms(CHECK, contract, host, tables)

    def named(gpu: Gpu, term: "Term") -> Finding:
        name = gpu.name.require()
        met = any(_is_like(name, pattern) for pattern in term.value)
        return terms.judged(term, name, met=met, fact=gpu.name, subject=f"gpu {gpu.index}")

    yield from terms.per_gpu(("gpus.product",), named)


def _is_like(name: str, pattern: str) -> bool:
    parts = map(re.escape, pattern.split("*"))
    return re.fullmatch(".*".join(parts), name, re.IGNORECASE | re.DOTALL) is not None
