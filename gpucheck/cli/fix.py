"""``gpucheck fix``: collect (or load) + evaluate + plan + render. Nothing of the plan is executed."""

from dataclasses import dataclass
from importlib import import_module

from gpucheck.cli.contracts import ContractRequest, find_contract
from gpucheck.cli.sources import obtain


@dataclass(frozen=True, slots=True)
class FixRequest:
    """The options of one run."""

    form: str
    output: str
    source: str
    root: str
    timeout: float
    only: list[str]
    skip: list[str]
    data: str = ""
    warnings: bool = True
    contract: str = ""


def run_fix(request: FixRequest) -> int:
    """Write the plan where it was asked for and return the exit code."""
    other_host = bool(request.source) or request.root != "/"
    contract = find_contract(ContractRequest(request.contract, other_host=other_host))
    host = obtain(request.source, request.root, request.timeout, _prepare)
    from gpucheck.cli.looks import looks
    from gpucheck.cli.selection import select
    from gpucheck.evaluate import evaluate
    from gpucheck.model.plan import exit_code
    from gpucheck.planning import Selection, make_plan
    from gpucheck.system.output import write_document
    from gpucheck.tables import load_tables

    chosen = frozenset(check.id for check in select(request.only, request.skip))
    kept = frozenset(check.id for check in select([], request.skip))
    # every check is judged: a cause that was not asked about may be the one to mend
    report = evaluate(host, load_tables(request.data), overrides=_overrides(request), contract=contract)
    unwanted = frozenset(finding.check for finding in report.findings) - kept
    plan = make_plan(report, Selection(chosen, unwanted, warnings=request.warnings))
    renderer = import_module(f"gpucheck.render.plan_{request.form}")
    write_document(renderer.render(plan, looks(request.output, verbose=False)), request.output)
    return exit_code(plan)


def _overrides(request: FixRequest) -> tuple[str, ...]:
    """Return the options that change what is planned, under the names of their settings."""
    chosen = {
        "GPUCHECK_ONLY": ",".join(request.only),
        "GPUCHECK_SKIP": ",".join(request.skip),
        "GPUCHECK_DATA": request.data,
        "GPUCHECK_WARNINGS": "" if request.warnings else "0",
    }
    return tuple(f"{name}={value}" for name, value in chosen.items() if value)


def _prepare() -> None:
    from gpucheck.checks._base import all_checks
    from gpucheck.render import plan_text  # noqa: F401 - imported for its time

    all_checks()
