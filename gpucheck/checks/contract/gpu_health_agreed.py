"""GC911: every GPU keeps to the limits of the contract: temperature, memory errors, memory in use and more.

Limits that a site sets beside those that gpucheck judges by itself (GC310, GC315, GC303).
"""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from gpucheck.checks._base import Check, NotApplicable
from gpucheck.checks.contract._terms import NOT_MET, Terms
from gpucheck.model.fact import AnyFact
from gpucheck.model.finding import Category, Finding
from gpucheck.model.gpu import Gpu
from gpucheck.model.host import HostSnapshot
from gpucheck.tables import Tables

if TYPE_CHECKING:  # every report loads this check, few hosts have a contract
    from gpucheck.model.contract import Contract, Term

CHECK = Check(
    id="GC911",
    slug="gpu_health_agreed",
    category=Category.CONTRACT,
    title="every GPU keeps to the health limits agreed on",
    meaning="Compares temperature, uncorrectable memory errors, memory in use and persistence mode of every "
    "GPU with the limits in [health] of the contract. What a GPU does not tell is not taken for kept.",
    causes=(NOT_MET,),
    because_of=("GC101", "GC201", "GC203", "GC210", "GC212", "GC215", "GC302"),
)


class _Limit(NamedTuple):
    fact: Callable[[Gpu], AnyFact]
    words: Callable[[float], str]  # the value as people read it
    unit: int = 1  # of the contract, in units of the fact


_LIMITS = {
    "health.temperature_max_celsius": _Limit(lambda g: g.temperature_celsius, lambda v: f"{v:g} °C"),
    "health.ecc_uncorrected_max": _Limit(
        lambda g: g.ecc_uncorrected_volatile, lambda v: f"{v:g} uncorrectable memory errors"
    ),
    "health.memory_used_max_mib": _Limit(
        lambda g: g.memory_used_bytes, lambda v: f"{v / 2**20:.0f} MiB of memory in use", 2**20
    ),
    "health.persistence": _Limit(
        lambda g: g.persistence_mode, lambda v: f"persistence mode {'on' if v else 'off'}"
    ),
}


@CHECK.judges_contract
def judge(contract: "Contract", host: HostSnapshot, tables: Tables) -> Iterator[Finding]:
    """Judge every limit on every GPU."""
    if not contract.terms.keys() & _LIMITS.keys():
        raise NotApplicable("the contract sets no limits of health")
    terms = Terms(CHECK, contract, host, tables)
    yield from terms.per_gpu(tuple(_LIMITS), lambda gpu, term: _judged(gpu, term, terms))


def _judged(gpu: Gpu, term: "Term", terms: Terms) -> Finding:
    limit, subject = _LIMITS[term.key], f"gpu {gpu.index}"
    fact = limit.fact(gpu)
    value = fact.require()
    agreed = term.value if isinstance(term.value, bool) else term.value * limit.unit
    met = bool(value) == agreed if isinstance(agreed, bool) else value <= agreed
    wanted = limit.words(agreed) if isinstance(agreed, bool) else f"at most {limit.words(agreed)}"
    return terms.judged(term, limit.words(value), met=met, fact=fact, subject=subject, wanted=wanted)
