"""Every driver check on every healthy kind of host: nothing to complain of, nothing that blocks readiness."""

from importlib import import_module
from pkgutil import iter_modules

import pytest

import gpucheck.checks.driver as area
from gpucheck.checks._base import Check
from gpucheck.evaluate import evaluate
from gpucheck.model.finding import Status
from gpucheck.model.report import Verdict
from tests.builders import a_host
from tests.checks.driver.kinds import KINDS, files_only
from tests.checks.judge import tables

# what a user without root rights cannot read
_UNREAD = {"not root": {"GC204"}}


def checks() -> tuple[Check, ...]:
    names = [m.name for m in iter_modules(area.__path__) if not m.name.startswith("_")]
    return tuple(import_module(f"{area.__name__}.{name}").CHECK for name in names)


@pytest.mark.parametrize("kind", KINDS)
def test_a_healthy_host_gets_no_complaint(kind: str) -> None:
    report = evaluate(a_host(KINDS[kind]), tables(), checks())
    bad = [
        (f.check, f.title) for f in report.findings if f.status in {Status.FAIL, Status.WARN, Status.ERROR}
    ]
    assert bad == []
    assert {f.check for f in report.findings if f.status is Status.UNKNOWN} == _UNREAD.get(kind, set())
    assert report.verdict is Verdict.READY


def test_all_checks_of_the_area_are_there() -> None:
    expected = [f"GC2{n:02}" for n in range(1, 33) if n != 25]
    assert sorted(check.id for check in checks()) == expected


def test_a_disk_alone_is_never_enough_and_never_wrong() -> None:
    report = evaluate(a_host(files_only(), root="/mnt"), tables(), checks())
    assert not [f for f in report.findings if f.status in {Status.FAIL, Status.WARN, Status.ERROR}]
    assert report.verdict is Verdict.UNDETERMINED
    unknown = {f.check for f in report.findings if f.status is Status.UNKNOWN}
    assert {"GC203", "GC212", "GC215", "GC220", "GC221", "GC222"} <= unknown


def test_a_kernel_side_check_does_not_judge_windows_or_l4t() -> None:
    for kind in ("WSL", "Jetson"):
        report = evaluate(a_host(KINDS[kind]), tables(), checks())
        judged = {f.check for f in report.findings if f.status is not Status.SKIP}
        assert judged <= {"GC215", "GC221"}, kind
