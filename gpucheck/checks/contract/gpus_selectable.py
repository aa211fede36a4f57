"""GC910: the selections of GPUs that the contract names are possible here.

Docker's --gpus, resolved against the GPUs that NVML lists; no container is started.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from gpucheck.checks._base import Check
from gpucheck.checks.contract._terms import NOT_MET, Terms
from gpucheck.model.finding import Category, Finding
from gpucheck.model.host import HostSnapshot
from gpucheck.tables import Tables

if TYPE_CHECKING:  # every report loads this check, few hosts have a contract
    from gpucheck.compat.selection import Selection
    from gpucheck.model.contract import Contract, Term

CHECK = Check(
    id="GC910",
    slug="gpus_selectable",
    category=Category.CONTRACT,
    title="every selection of GPUs agreed on is possible",
    meaning="Resolves each selection of run.gpus of the contract, as docker run --gpus takes it, against the "
    "GPUs and MIG devices that NVML lists. 'gpucheck run --gpus' proves it in a container.",
    causes=(NOT_MET,),
    because_of=("GC101", "GC201", "GC203", "GC210", "GC212", "GC215", "GC301", "GC302"),
)


@CHECK.judges_contract
def judge(contract: "Contract", host: HostSnapshot, tables: Tables) -> Iterator[Finding]:
    """Resolve each selection."""
    terms = Terms(CHECK, contract, host, tables)
    term = terms.term("run.gpus")
    for spec in dict.fromkeys(term.value):
        yield _judged(spec, term, terms, host)


def _judged(spec: str, term: "Term", terms: Terms, host: HostSnapshot) -> Finding:
    from gpucheck.compat.gpus_option import parse_gpus  # noqa: PLC0415 - few hosts have a contract
    from gpucheck.compat.selection import resolve  # noqa: PLC0415
    from gpucheck.errors import SelectionError  # noqa: PLC0415

    gpus = terms.gpus()
    try:
        found = resolve(parse_gpus(spec), gpus, wsl=host.is_wsl)
    except SelectionError as error:
        return terms.judged(
            term, str(error), met=False, fact=terms.listing, subject=f"--gpus {spec}", wanted=spec
        )
    if found.unknown:
        return CHECK.unknown(
            f"could not tell whether {CHECK.title}", subject=f"--gpus {spec}", detail="; ".join(found.unknown)
        )
    met = bool(found.uuids) and found.enforceable
    return terms.judged(
        term, _words(found), met=met, fact=terms.listing, subject=f"--gpus {spec}", wanted=spec
    )


def _words(found: "Selection") -> str:
    if not found.enforceable:
        return found.notes[-1]
    number = len(found.uuids)
    kind = "MIG device" if any(uuid.startswith("MIG-") for uuid in found.uuids) else "GPU"
    return f"selects {number} {kind}{'' if number == 1 else 's'}"
