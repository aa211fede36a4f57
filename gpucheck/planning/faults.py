"""Findings of a report sorted by what a plan does with them: roots, what follows from them, the unknown."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from gpucheck.model.finding import Finding, Status
from gpucheck.model.plan import PlanFinding
from gpucheck.model.report import Report

_FAULTS = {Status.FAIL, Status.WARN}
_NOT_LOOKED = {Status.UNKNOWN, Status.ERROR}


@dataclass(frozen=True, slots=True)
class Selection:
    """Which checks a plan is for; None: all of them."""

    wanted: frozenset[str] | None = None  # a root cause of one that is wanted is planned too
    unwanted: frozenset[str] = frozenset()
    warnings: bool = True  # false: failures only

    def has(self, finding: Finding) -> bool:
        """Return whether a finding itself is selected."""
        chosen = self.wanted is None or finding.check in self.wanted
        return chosen and finding.check not in self.unwanted and not finding.tolerated


@dataclass(slots=True)
class Fault:
    """A finding to be mended, and the findings that follow from it."""

    finding: Finding
    consequences: list[Finding] = field(default_factory=list)
    after: frozenset[str] = frozenset()  # checks of the faults that are mended before it


def faults_of(report: Report, selection: Selection) -> list[Fault]:
    """Return what is to be mended, in the order of the report.

    A consequence has no place of its own, but where the remedy of its root says that it leaves this cause.
    """
    open_faults = [f for f in report.findings if f.status in _FAULTS and not f.tolerated]
    parents = _parents(open_faults)
    roots = {f.check: Fault(f) for f in reversed(open_faults) if not f.because_of}
    found = [
        roots[f.check] if roots[f.check].finding is f else Fault(f) for f in open_faults if not f.because_of
    ]
    for finding in report.findings:
        if finding.because_of and finding.status in _FAULTS | _NOT_LOOKED and not finding.tolerated:
            own = _roots_of(finding, parents)
            first = next((roots[check] for check in sorted(own) if check in roots), None)
            if first is not None and _is_left(finding, first.finding):
                found.append(Fault(finding, after=frozenset(own)))
            elif first is not None:
                first.consequences.append(finding)
    return [fault for fault in found if _is_selected(fault, selection)]


def unknown_of(report: Report, selection: Selection) -> list[Finding]:
    """Return what could not be looked at for a reason of its own."""
    return [f for f in report.findings if f.status in _NOT_LOOKED and not f.because_of and selection.has(f)]


def grouped(findings: Iterable[Finding]) -> tuple[PlanFinding, ...]:
    """Return findings with the subjects of those that say the same gathered."""
    groups: dict[tuple[object, ...], list[Finding]] = {}
    for finding in findings:
        groups.setdefault((finding.check, finding.status, finding.title, finding.detail), []).append(finding)
    return tuple(
        PlanFinding(
            group[0].check, group[0].status, group[0].title,
            tuple(dict.fromkeys(finding.subject for finding in group)),
            group[0].detail, group[0].cause, group[0].decides,
        )
        for group in groups.values()
    )  # fmt: skip


def _parents(faults: list[Finding]) -> dict[str, tuple[str, ...]]:
    """Return what explains each failed check; nothing, where one of its failures stands for itself."""
    failures = [fault for fault in faults if fault.status is Status.FAIL]
    own = {fault.check for fault in failures if not fault.because_of}
    return {fault.check: () if fault.check in own else fault.because_of for fault in failures}


def _roots_of(finding: Finding, parents: dict[str, tuple[str, ...]]) -> set[str]:
    """Return the failed checks at the beginning of what explains a finding."""
    found: set[str] = set()
    seen: set[str] = set()
    waiting = list(finding.because_of)
    while waiting:
        check = waiting.pop()
        if check in seen:
            continue
        seen.add(check)
        further = parents.get(check, ())
        waiting.extend(further)
        if not further:
            found.add(check)
    return found


def _is_left(finding: Finding, root: Finding) -> bool:
    return finding.remedy is not None and root.remedy is not None and finding.cause in root.remedy.leaves


def _is_selected(fault: Fault, selection: Selection) -> bool:
    if fault.finding.check in selection.unwanted:
        return False
    if not selection.warnings and fault.finding.status is Status.WARN:
        return False
    return any(selection.has(finding) for finding in (fault.finding, *fault.consequences))
