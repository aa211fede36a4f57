"""A term of the contract beside the fact that it is about."""

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from gpucheck.checks._base import Check, NotApplicable
from gpucheck.checks._remedy import remedy
from gpucheck.checks._scope import require_nvml_gpus
from gpucheck.model.contract import Contract, Term
from gpucheck.model.fact import Absent, AnyFact
from gpucheck.model.finding import Evidence, Finding
from gpucheck.model.gpu import Gpu
from gpucheck.model.host import HostSnapshot
from gpucheck.model.versions import Version
from gpucheck.tables import Tables

NOT_MET = "contract_not_met"
T = TypeVar("T")


class Terms:
    """The judgements that one check makes of one contract."""

    def __init__(self, check: Check, contract: Contract, host: HostSnapshot, tables: Tables) -> None:
        """Keep what every judgement needs."""
        self._check, self._contract, self._host, self._tables = check, contract, host, tables

    def term(self, key: str) -> Term:
        """Return the term; raises NotApplicable where the contract does not ask for it."""
        term = self._contract.terms.get(key)
        if term is None:
            raise NotApplicable(f"the contract says nothing of {key}")
        return term

    def there(self, fact: "AnyFact") -> Any:
        """Return the value of a fact, None where the thing is not there: an unmet term, not an unknown one.

        Raises FactUnavailable where nobody could look.
        """
        return None if isinstance(fact, Absent) else fact.require()

    def per_gpu(
        self, key: str, judge: Callable[[Gpu, Term], Finding], *, one_at_least: bool = True
    ) -> Iterator[Finding]:
        """Judge every GPU; a host without one fails, where a GPU was agreed on at all."""
        term = self.term(key)
        gpus = require_nvml_gpus(self._host)
        if not gpus and one_at_least:
            yield self.judged(term, "no GPU", met=False, fact=self._host.nvml.gpus)
        for gpu in gpus:
            yield judge(gpu, term)

    def judged(
        self,
        term: Term,
        seen: str,
        *,
        met: bool,
        fact: "AnyFact",
        subject: str = "host",
        wanted: str = "",
    ) -> Finding:
        """Return the finding of one term: what is there, and what was agreed on (``wanted``: its words)."""
        place, agreed = f"{self._contract.path}:{term.line}", wanted or _words(term.value)
        evidence = [
            self._host.evidence(fact, seen, agreed),
            Evidence(f"contract.{term.key}", agreed, "", place),
        ]
        if met:
            return self._check.passed(f"{seen} (agreed: {agreed})", subject=subject, evidence=evidence)
        return self._check.failed(
            f"{seen}, where {agreed} is agreed",
            subject=subject,
            cause=NOT_MET,
            evidence=evidence,
            remedy=remedy("meet_contract", self._host, self._tables, place=place),
        )


def fits(specifier: str, release: str) -> bool:
    """Return whether a release is one that a specifier of PEP 440 means; raises ValueError for no release.

    Only the numbers count: distributions put their own words behind them (28.5.2-1, 20.10.24+dfsg1).
    """
    from packaging.specifiers import SpecifierSet  # noqa: PLC0415 - few hosts have a contract

    return SpecifierSet(specifier).contains(Version(release).text, prereleases=True)


def _words(value: Any) -> str:
    return " or ".join(value) if isinstance(value, tuple) else str(value).removeprefix("==")
