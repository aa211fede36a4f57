"""GC912: every toleration of the contract still holds.

A finding is tolerated until a day. After it the finding counts again, and this check says so.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from gpucheck.checks._base import Check, NotApplicable
from gpucheck.checks._remedy import remedy
from gpucheck.checks.contract._terms import NOT_MET
from gpucheck.checks.contract._tolerations import in_force, today
from gpucheck.model.finding import Category, Evidence, Finding
from gpucheck.model.host import HostSnapshot
from gpucheck.tables import Tables

if TYPE_CHECKING:  # every report loads this check, few hosts have a contract
    from gpucheck.model.contract import Contract, Toleration

CHECK = Check(
    id="GC912",
    slug="tolerations_in_force",
    category=Category.CONTRACT,
    title="no toleration of the contract has run out",
    meaning="Looks whether the day until which the contract tolerates a finding is past. The finding counts "
    "again from then on, whether this check complains or not.",
    causes=(NOT_MET,),
    decides=False,
)


@CHECK.judges_contract
def judge(contract: "Contract", host: HostSnapshot, tables: Tables) -> Iterator[Finding]:
    """Warn of each toleration that is past."""
    if not contract.tolerated:
        raise NotApplicable("the contract tolerates nothing")
    past = [toleration for toleration in contract.tolerated if not in_force(toleration, host)]
    if not past:
        yield CHECK.passed(f"{len(contract.tolerated)} in force")
    yield from (_told(toleration, contract, host, tables) for toleration in past)


def _told(toleration: "Toleration", contract: "Contract", host: HostSnapshot, tables: Tables) -> Finding:
    until, place = toleration.until.isoformat(), f"{contract.path}:{toleration.line}"
    about = f" of {toleration.subject}" if toleration.subject else ""
    return CHECK.warned(
        f"{toleration.check}{about} was tolerated until {until} and counts again",
        subject=toleration.check,
        cause=NOT_MET,
        detail=f"the reason was: {toleration.reason}",
        evidence=[Evidence("contract.tolerate", until, f"{today(host).isoformat()} or later", place)],
        remedy=remedy("renew_toleration", host, tables, place=place),
    )
