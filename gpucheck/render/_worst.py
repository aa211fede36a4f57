"""The complaints of a report, the one to mend first in front: for formats that have room for few."""

from gpucheck.model.choices import FailOn
from gpucheck.model.finding import Finding, Status
from gpucheck.model.report import Report
from gpucheck.render._outline import Entry, outline

# what stops containers, then what could not be told and matters, then what warns
_ORDER = (Status.FAIL, Status.ERROR, Status.UNKNOWN, Status.WARN)


def worst_first(report: Report, fail_on: FailOn = FailOn.FAIL) -> list[Entry]:
    """Return complaints by what has to be mended first; consequences are folded under their cause.

    What could not be looked at counts where readiness hangs on it, or ``fail_on`` says so. What the
    contract tolerates does not count.
    """
    arranged = outline(report, verbose=False)
    shown = [entry for entries in arranged.groups.values() for entry in entries]
    unread = [Entry(f, [f.subject]) for _, findings in arranged.not_read for f in findings]
    told = [entry for entry in (*shown, *unread) if _counts(entry.finding, fail_on)]
    lead = report.cause
    return sorted(
        told,
        key=lambda e: (lead is None or e.finding.check != lead.check, _ORDER.index(e.finding.status)),
    )


def _counts(finding: Finding, fail_on: FailOn) -> bool:
    if finding.tolerated or finding.status not in _ORDER:
        return False
    return finding.status is not Status.UNKNOWN or finding.decides or fail_on is FailOn.UNKNOWN
