"""Which of the possible causes it is, and what to do: what ``doctor`` finds on this host decides."""

from dataclasses import replace

from gpucheck.container.result import Tested
from gpucheck.evaluate import evaluate
from gpucheck.explaining.explained import remedy_of
from gpucheck.explaining.observed import Observed
from gpucheck.model.finding import Finding, Remedy, Status
from gpucheck.model.host import HostSnapshot
from gpucheck.model.probe_result import Compute
from gpucheck.model.report import Report
from gpucheck.model.run_result import RunResult, RunVerdict
from gpucheck.tables import Tables


def settled(tested: Tested, host: HostSnapshot, tables: Tables) -> RunResult:
    """Return the result with its cause and what ends it; where it works there is neither."""
    result = tested.result
    if result.verdict is RunVerdict.WORKS:
        return result
    report = evaluate(host, tables)
    failures = _failures(report)
    cause = next((c for c in tested.causes if c in failures), next(iter(tested.causes), ""))
    if not cause and _depends_on_host(result):
        # nothing that was said tells: the fault that doctor would have mended first
        cause = _first_fault(report, host)
    finding = failures.get(cause)
    remedy = finding.remedy if finding and finding.remedy else _by_label(cause, result, host, tables)
    return replace(result, cause=cause, remedy=remedy)


def _failures(report: Report) -> dict[str, Finding]:
    """Return the findings that fail, by cause; of one cause the one to be mended first."""
    found: dict[str, Finding] = {}
    failed = [finding for finding in report.findings if finding.status is Status.FAIL]
    for finding in sorted(failed, key=lambda f: (bool(f.because_of), f.check)):
        found.setdefault(finding.cause, finding)
    return found


def _first_fault(report: Report, host: HostSnapshot) -> str:
    """Return the cause that doctor leads with; '' where it finds nothing."""
    # a GPU that the driver lists and the PCI bus does not show: there is one
    never = "no_nvidia_gpu" if host.nvml.gpus.get(()) else ""
    roots = [f for f in report.findings if f.status is Status.FAIL and not f.because_of and f.cause != never]
    return min(roots, key=lambda finding: finding.check).cause if roots else ""


def _depends_on_host(result: RunResult) -> bool:
    """Return whether the host may be at fault: no engine, or a container not started, or without a GPU."""
    unstarted = result.verdict is RunVerdict.FAILS and result.level is None
    return not result.engine or unstarted or (result.level is not None and not result.seen)


def _by_label(cause: str, result: RunResult, host: HostSnapshot, tables: Tables) -> Remedy | None:
    """Return the remedy of a cause, with what the test showed in its places."""
    row = tables.causes.get(cause)
    gpu = next((gpu.uuid for gpu in result.gpus if gpu.skipped or gpu.compute is Compute.FAILED), "")
    shown = {"gpu": gpu, "version": result.driver}
    said = Observed(readings={name: value for name, value in shown.items() if value})
    return remedy_of(row, said, host, tables) if row else None
