"""GC908: the NVIDIA Container Toolkit is of a release agreed on.

The release of nvidia-ctk, or of nvidia-container-cli where there is no other part.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from gpucheck.checks._base import Check
from gpucheck.checks.contract._terms import NOT_MET, Terms
from gpucheck.model.fact import Absent
from gpucheck.model.finding import Category, Finding
from gpucheck.model.host import HostSnapshot
from gpucheck.tables import Tables

if TYPE_CHECKING:  # every report loads this check, few hosts have a contract
    from gpucheck.model.contract import Contract

CHECK = Check(
    id="GC908",
    slug="toolkit_version_agreed",
    category=Category.CONTRACT,
    title="the NVIDIA Container Toolkit is of a release agreed on",
    meaning="Compares the release of the NVIDIA Container Toolkit with toolkit.version of the contract.",
    causes=(NOT_MET,),
    because_of=("GC401",),
)


@CHECK.judges_contract
def judge(contract: "Contract", host: HostSnapshot, tables: Tables) -> Iterator[Finding]:
    """Compare the installed release."""
    terms = Terms(CHECK, contract, host, tables)
    term = terms.term("toolkit.version")
    fact = host.toolkit.nvidia_ctk
    if isinstance(fact, Absent):
        fact = host.toolkit.nvidia_container_cli
    part = terms.there(fact)
    release = part.version.require() if part is not None else ""
    seen = f"toolkit {release}" if release else "no toolkit"
    yield terms.released(term, release, seen, fact=fact)
