"""What a check is: a record of what it decides, and one pure generator."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any

from gpucheck.errors import DataError
from gpucheck.model.finding import Category, Evidence, Finding, Remedy, Status
from gpucheck.model.gpu import Gpu
from gpucheck.model.host import HostSnapshot
from gpucheck.tables import Tables

if TYPE_CHECKING:  # few runs judge images, or start a container
    from gpucheck.model.contract import Contract
    from gpucheck.model.judgement import Judgement
    from gpucheck.model.run_result import RunResult

HostRule = Callable[[HostSnapshot, Tables], Iterator[Finding]]
GpuRule = Callable[[Gpu, HostSnapshot, Tables], Iterator[Finding]]
ImageRule = Callable[["Judgement", HostSnapshot, Tables], Iterator[Finding]]
RunRule = Callable[["RunResult", HostSnapshot, Tables], Iterator[Finding]]
ContractRule = Callable[["Contract", HostSnapshot, Tables], Iterator[Finding]]

# the rule named by a verdict that only says that gpucheck itself broke
INTERNAL_ERROR = "internal_error"

AREAS = ("hardware", "driver", "gpu", "toolkit", "engine", "image", "run", "contract")


class NotApplicable(Exception):  # noqa: N818 - a signal to the evaluator, not an error
    """The check has nothing to judge on this host; the text says why."""


@dataclass(slots=True)
class Check:
    """One check. ``title`` is a clause in the healthy state: "the driver answers NVML"."""

    id: str  # GC212; permanent, never reused, hundreds = category
    slug: str  # snake case, same as the file's name
    category: Category
    title: str
    meaning: str  # what is looked at, and why it matters for GPU containers
    causes: tuple[str, ...]  # labels this check can give
    any_cause: bool = False  # it passes on what a container showed: any label of causes.json
    because_of: tuple[str, ...] = ()  # ids of checks whose failure explains a failure here
    decides: bool = True  # not knowing it leaves readiness undetermined
    headline: bool = False  # a pass is worth a line in the short report
    symptom: bool = False  # a title of it tells what fails; why, only its cause tells
    url: str = ""  # the vendor's page about it
    host_rule: HostRule | None = field(default=None, repr=False)
    gpu_rule: GpuRule | None = field(default=None, repr=False)
    image_rule: ImageRule | None = field(default=None, repr=False)
    run_rule: RunRule | None = field(default=None, repr=False)
    contract_rule: ContractRule | None = field(default=None, repr=False)

    def judges_host(self, rule: HostRule) -> HostRule:
        """Register ``rule``, called once (decorator)."""
        self.host_rule = rule
        return rule

    def judges_gpu(self, rule: GpuRule) -> GpuRule:
        """Register ``rule``, called for each GPU that NVML enumerates (decorator)."""
        self.gpu_rule = rule
        return rule

    def judges_image(self, rule: ImageRule) -> ImageRule:
        """Register ``rule``, called for each image that was asked about (decorator)."""
        self.image_rule = rule
        return rule

    def judges_run(self, rule: RunRule) -> RunRule:
        """Register ``rule``, called once where a container was started (decorator)."""
        self.run_rule = rule
        return rule

    def judges_contract(self, rule: ContractRule) -> ContractRule:
        """Register ``rule``, called once where the host has a contract (decorator)."""
        self.contract_rule = rule
        return rule

    def passed(self, title: str, **parts: Any) -> Finding:
        """Return a passing finding."""
        return self.finding(Status.PASS, title, **parts)

    def warned(self, title: str, **parts: Any) -> Finding:
        """Return a finding that does not stop containers now, but will, or may."""
        return self.finding(Status.WARN, title, **parts)

    def failed(self, title: str, **parts: Any) -> Finding:
        """Return a finding that keeps GPU containers from working."""
        return self.finding(Status.FAIL, title, **parts)

    def unknown(self, title: str, **parts: Any) -> Finding:
        """Return a finding that says this could not be determined."""
        return self.finding(Status.UNKNOWN, title, **parts)

    def skipped(self, title: str, **parts: Any) -> Finding:
        """Return a finding that says there is nothing to judge here."""
        return self.finding(Status.SKIP, title, **parts)

    def finding(
        self,
        status: Status,
        title: str,
        *,
        subject: str = "host",
        detail: str = "",
        cause: str = "",
        evidence: Iterable[Evidence] = (),
        remedy: Remedy | None = None,
    ) -> Finding:
        """Return a finding of this check; ``cause`` must be one of ``causes``, unless it gives any.

        Raises ValueError for an undeclared cause: a programming error, contained by evaluate.
        """
        if cause and not self.any_cause and cause not in self.causes:
            raise ValueError(f"{self.id} gives the cause {cause!r}, which it does not declare")
        return Finding(
            self.id, self.slug, self.category, status, title,
            subject=subject, detail=detail, cause=cause,
            evidence=tuple(evidence), remedy=remedy, headline=self.headline, decides=self.decides,
        )  # fmt: skip


def all_checks() -> tuple[Check, ...]:
    """Return every check, by id. Found by walking the area packages; nothing is listed by hand.

    Raises DataError if two files claim one id.
    """
    found: dict[str, Check] = {}
    for area in AREAS:
        package = import_module(f"gpucheck.checks.{area}")
        for module in iter_modules(package.__path__):
            if module.name.startswith("_"):
                continue  # shared by the checks of this area
            check: Check = import_module(f"{package.__name__}.{module.name}").CHECK
            if check.id in found:
                raise DataError(f"{check.id} is claimed by {found[check.id].slug} and {check.slug}")
            found[check.id] = check
    return tuple(found[key] for key in sorted(found))
