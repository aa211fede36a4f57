"""Plans for tests: of remedies alone, and of every remedy row there is."""

from dataclasses import replace
from typing import Any

from gpucheck.compat.remedies import filled
from gpucheck.evaluate import evaluate
from gpucheck.model.finding import Category, Finding, Remedy, Status
from gpucheck.model.host import HostSnapshot
from gpucheck.model.plan import Plan, Step
from gpucheck.model.report import HostSummary, Report, Verdict
from gpucheck.model.rows import RemedyRow
from gpucheck.planning import Selection, make_plan
from gpucheck.tables import load_tables

FAMILIES = ("apt", "dnf", "zypper", "pacman", "nix", "wsl", "rootless", "any")
HOSTNAME = "node17"
_HOST = HostSummary(HOSTNAME, "Linux", "6.8.0", "x86_64", "none", "", "", (), "", "")


class Filled(dict[str, str]):
    """A value for every place of a remedy."""

    def __missing__(self, name: str) -> str:
        return {"path": "/etc/some/file", "folder": "/etc/cdi"}.get(name, f"a-{name}")


def a_finding(check: str = "GC201", remedy: Remedy | None = None, **changes: Any) -> Finding:
    """Return a failure of the host; the category follows from the check."""
    category = list(Category)["123456790".index(check[2])]
    finding = Finding(check, check.lower(), category, Status.FAIL, f"{check} is wrong", remedy=remedy)
    return replace(finding, **changes)


def a_report(*findings: Finding, **changes: Any) -> Report:
    """Return a report of these findings."""
    report = Report("0", "2026.11.23", 0, _HOST, Verdict.NOT_READY, None, findings, 0)
    return replace(report, **changes)


def a_plan(*findings: Finding, selection: Selection | None = None) -> Plan:
    """Return the plan for these findings."""
    return make_plan(a_report(*findings), selection)


def plan_of(host: HostSnapshot, selection: Selection | None = None) -> Plan:
    """Return the plan for a host."""
    return make_plan(evaluate(host, load_tables()), selection)


def outline(plan: Plan) -> list[str]:
    """Return a plan in lines: number, checks, commands; by hand behind."""
    return [_line(step) for step in (*plan.steps, *plan.by_hand)]


def _line(step: Step) -> str:
    checks = ",".join(reason.check for reason in step.reasons) or "/".join(map(str, step.needed_by))
    commands = " ; ".join(" ".join(command.argv) for command in step.commands)
    return f"{step.number or '-'} [{checks}] {commands}".rstrip()


def every_plan() -> dict[str, Plan]:
    """Return a plan for each remedy row and each of its families, by a name."""
    return {
        f"{row.key}-{family}": a_plan(_of(row, family))
        for row in load_tables().remedies.values()
        for family in row.commands or ("any",)
    }


def plan_of_all(family: str) -> Plan:
    """Return one plan of all remedies of a package family, those for a person too as if they were not."""
    rows = load_tables().remedies.values()
    return a_plan(*(_of(row, family, by_hand=False) for row in rows if family in row.commands))


def _of(row: RemedyRow, family: str, **changes: Any) -> Finding:
    remedy = replace(filled(row, family, Filled()), **{"replaces": "", **changes})
    return a_finding("GC201", remedy, title=f"{row.key} is needed")
