"""A term of the contract beside the fact that it is about. What is not known is never taken as met."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from gpucheck.checks._base import Check, NotApplicable
from gpucheck.checks._remedy import remedy
from gpucheck.model.fact import Absent, AnyFact, FactAbsent, FactUnavailable, Known
from gpucheck.model.finding import Evidence, Finding
from gpucheck.model.gpu import Gpu
from gpucheck.model.host import HostSnapshot
from gpucheck.model.versions import pep440
from gpucheck.tables import Tables

if TYPE_CHECKING:  # every report loads this, few hosts have a contract
    from gpucheck.model.contract import Contract, Term

NOT_MET = "contract_not_met"


class Terms:
    """The judgements that one check makes of one contract."""

    def __init__(self, check: Check, contract: "Contract", host: HostSnapshot, tables: Tables) -> None:
        """Keep what every judgement needs."""
        self._check, self._contract, self._host, self._tables = check, contract, host, tables

    def term(self, key: str) -> "Term":
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

    @property
    def listing(self) -> AnyFact:
        """The fact that tells which GPUs there are: PCI's list where it is certain that there is none."""
        host = self._host
        elsewhere = host.is_tegra or host.is_wsl  # their GPUs are not on the PCI bus
        none = not elsewhere and isinstance(host.pci.devices, Known) and not host.pci_gpus()
        return host.pci.devices if none and not host.nvml.gpus.get(()) else host.nvml.gpus

    def gpus(self) -> tuple[Gpu, ...]:
        """Return the GPUs that NVML lists, none where there is none.

        Raises FactUnavailable where nobody could tell.
        """
        host = self._host
        return () if self.listing is host.pci.devices else tuple(self.there(host.nvml.gpus) or ())

    def per_gpu(self, keys: tuple[str, ...], judge: "Callable[[Gpu, Term], Finding]") -> Iterator[Finding]:
        """Judge every GPU by every term; a host without a GPU keeps none of them."""
        asked = [self._contract.terms[key] for key in keys if key in self._contract.terms]
        if not asked:
            raise NotApplicable(f"the contract says nothing of {' or '.join(keys)}")
        gpus = self.gpus()
        if not gpus:
            yield from (self._without(term) for term in asked)
        for gpu in gpus:
            yield from (self._told(gpu, term, judge) for term in asked)

    def _without(self, term: "Term") -> Finding:
        number = isinstance(term.value, int | float)  # says nothing without its key
        wanted = f"{term.key} = {str(term.value).lower()}" if number else ""
        return self.judged(term, "no GPU", met=False, fact=self.listing, wanted=wanted)

    def _told(self, gpu: Gpu, term: "Term", judge: "Callable[[Gpu, Term], Finding]") -> Finding:
        """Judge one GPU by one term; what it does not tell says nothing about the others."""
        try:
            return judge(gpu, term)
        except (FactAbsent, FactUnavailable) as signal:
            return self.untold(term, signal.fact, str(signal), subject=f"gpu {gpu.index}")

    def untold(self, term: "Term", fact: "AnyFact", why: str, subject: str = "host") -> Finding:
        """Return the finding of a term that could not be compared."""
        return self._check.unknown(
            f"could not tell whether {term.key} is kept to",
            subject=subject,
            detail=why,
            evidence=[self._host.evidence(fact), self._asked(term, _words(term.value))],
        )

    def released(
        self, term: "Term", release: str | None, seen: str, *, fact: "AnyFact", subject: str = "host"
    ) -> Finding:
        """Judge a release by a specifier; none is there: unmet. One that is no version: nobody can tell."""
        try:
            met = bool(release) and fits(term.value, release or "")
        except ValueError:
            return self.untold(term, fact, f"{seen}: no version number", subject)
        return self.judged(term, seen, met=met, fact=fact, subject=subject)

    def _asked(self, term: "Term", agreed: str) -> Evidence:
        return Evidence(f"contract.{term.key}", agreed, "", f"{self._contract.path}:{term.line}")

    def judged(
        self,
        term: "Term",
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
            self._asked(term, agreed),
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

    Of what stands behind the numbers only alpha, beta, rc and dev count, which come before the release:
    distributions put their own words there (28.5.2-1, 20.10.24+dfsg1).
    """
    from packaging.specifiers import SpecifierSet  # noqa: PLC0415 - few hosts have a contract

    return SpecifierSet(specifier).contains(pep440(release), prereleases=True)


def _words(value: Any) -> str:
    return " or ".join(value) if isinstance(value, tuple) else str(value).removeprefix("==")
