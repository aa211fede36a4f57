"""GC907: the driver supports a CUDA agreed on.

NVML's word for libcuda: what nvidia-smi prints as CUDA Version.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from gpucheck.checks._base import Check
from gpucheck.checks.contract._terms import NOT_MET, Terms
from gpucheck.model.finding import Category, Finding
from gpucheck.model.host import HostSnapshot
from gpucheck.tables import Tables

if TYPE_CHECKING:  # every report loads this check, few hosts have a contract
    from gpucheck.model.contract import Contract

CHECK = Check(
    id="GC907",
    slug="cuda_version_agreed",
    category=Category.CONTRACT,
    title="the driver supports a CUDA agreed on",
    meaning="Compares the newest CUDA that the driver supports with driver.cuda of the contract.",
    causes=(NOT_MET,),
    because_of=("GC201", "GC203", "GC210", "GC212", "GC215"),
)


@CHECK.judges_contract
def judge(contract: "Contract", host: HostSnapshot, tables: Tables) -> Iterator[Finding]:
    """Compare what NVML says."""
    terms = Terms(CHECK, contract, host, tables)
    term = terms.term("driver.cuda")
    release = terms.there(host.nvml.cuda_driver_version)
    seen = f"CUDA {release}" if release else "no CUDA"
    yield terms.released(term, release, seen, fact=host.nvml.cuda_driver_version)
