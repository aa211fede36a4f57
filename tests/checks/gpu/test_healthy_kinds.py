"""No GPU check complains of a healthy host, or fails to tell, whatever its kind."""

import pytest

from gpucheck.checks._base import all_checks
from gpucheck.evaluate import evaluate
from gpucheck.model.finding import Category
from tests.builders import a_host
from tests.checks.gpu.kinds import KINDS
from tests.checks.judge import tables

CHECKS = tuple(check for check in all_checks() if check.category is Category.GPU)


def statuses(kind: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for finding in evaluate(a_host(KINDS[kind]), tables(), CHECKS).findings:
        found.setdefault(finding.check, set()).add(finding.status.value)
    return found


def test_all_are_there() -> None:
    assert [check.id for check in CHECKS] == [f"GC{number}" for number in range(301, 329)]


@pytest.mark.parametrize("kind", KINDS)
def test_no_wrong_complaint(kind: str) -> None:
    wrong = {check: s for check, s in statuses(kind).items() if s - {"pass", "skip"}}
    assert not wrong


@pytest.mark.parametrize(
    ("kind", "passing"),
    [
        (
            "two H100, bridged",
            "301 302 303 307 308 310 311 313 314 315 316 317 318 319 320 321 322 323 325 327",
        ),
        (
            "HGX H100",
            "301 302 303 304 305 306 308 310 311 313 314 315 316 317 318 319 320 321 322 323 324 325 326",
        ),
        (
            "HGX A100 in MIG mode",
            "301 302 303 304 305 308 309 313 314 315 316 318 319 320 321 322 324 325 326",
        ),
        ("RTX 4090 desktop", "301 302 303 307 313 314 315 316 319 321"),
        ("T4 in a VM", "301 302 303 307 310 312 313 314 315 316 318 319 320 321 327"),
        ("GH200", "301 302 303 307 308 310 311 313 314 315 316 318 319 320 321 322 327"),
        (
            "GB200 tray, switches elsewhere",
            "301 302 303 304 306 307 308 310 311 313 314 315 316 317 318 319 320 321 322 323 325",
        ),
        ("DGX Spark, shared memory", "301 302 303 307 313 314 316 318 319 321 327"),
        (
            "one H200 of an HGX board in a VM",
            "301 302 303 304 306 308 310 311 313 314 315 316 317 318 319 320 321 322 323 327",
        ),
        (
            "HGX H100 under a driver container",
            "301 302 303 304 306 308 310 311 313 314 315 316 317 318 319 320 321 322 323 324 325",
        ),
        ("WSL2", "302 314 315 316 319 321"),
        ("Jetson without NVML", ""),
        ("no GPU", ""),
    ],
)
def test_what_is_judged(kind: str, passing: str) -> None:
    found = statuses(kind)
    assert sorted(c for c, s in found.items() if s == {"pass"}) == [f"GC{n}" for n in passing.split()]


def test_causes_are_labels() -> None:
    labels = tables().causes.keys()
    assert not {cause for check in CHECKS for cause in check.causes} - labels


def test_consequences_name_no_cycle() -> None:
    """Within this area a check names only checks that do not name it back, however far around."""
    because = {check.id: {c for c in check.because_of if c.startswith("GC3")} for check in CHECKS}
    while because:
        free = {check for check, causes in because.items() if not causes & because.keys()}
        assert free, f"a cycle among {sorted(because)}"
        because = {check: causes for check, causes in because.items() if check not in free}
