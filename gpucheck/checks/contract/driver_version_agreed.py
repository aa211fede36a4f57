"""GC906: the driver is of a release agreed on.

The release that runs, not one that waits on disk for a reboot.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from gpucheck.checks._base import Check
from gpucheck.checks.contract._terms import NOT_MET, Terms
from gpucheck.model.fact import Known
from gpucheck.model.finding import Category, Finding
from gpucheck.model.host import HostSnapshot
from gpucheck.tables import Tables

if TYPE_CHECKING:  # every report loads this check, few hosts have a contract
    from gpucheck.model.contract import Contract

CHECK = Check(
    id="GC906",
    slug="driver_version_agreed",
    category=Category.CONTRACT,
    title="the driver is of a release agreed on",
    meaning="Compares the release of the NVIDIA driver with driver.version of the contract.",
    causes=(NOT_MET,),
    because_of=("GC201", "GC202", "GC203"),
)


@CHECK.judges_contract
def judge(contract: "Contract", host: HostSnapshot, tables: Tables) -> Iterator[Finding]:
    """Compare the running release: NVML's word, else the loaded module's."""
    terms = Terms(CHECK, contract, host, tables)
    term = terms.term("driver.version")
    fact = host.nvml.driver_version
    if not isinstance(fact, Known):
        fact = host.driver.module_version
    release = terms.there(fact)
    yield terms.released(term, release, f"driver {release}" if release else "no driver", fact=fact)
