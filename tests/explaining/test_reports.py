"""Short reports as people write them, and what the tools print (tests/vectors/reports.json), by cause."""

import json
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from tests.explaining.test_healthy import DOCKER_INFO, KERNEL_LOG, LSPCI, SMI_Q
from tests.explaining.texts import explained, shipped

FILE = Path(__file__).parents[1] / "vectors" / "reports.json"
REPORTS: list[dict[str, str]] = json.loads(FILE.read_text("utf-8"))


@cache
def named(text: str) -> tuple[tuple[str, str], ...]:
    """Return the causes of a report with their confidence."""
    return tuple((match.cause, match.confidence.value) for match in explained(text + "\n").matches)


def test_every_cause_is_among_the_first_three() -> None:
    missed = [
        (report["cause"], report["text"])
        for report in REPORTS
        if report["cause"] not in [cause for cause, _ in named(report["text"])[:3]]
    ]
    assert missed == []


def test_nearly_all_are_named_first() -> None:
    first = [report for report in REPORTS if named(report["text"])[0][0] == report["cause"]]
    assert len(first) >= 0.98 * len(REPORTS)


def test_none_is_wrong_but_certain() -> None:
    wrong = [
        report
        for report in REPORTS
        if (best := named(report["text"])[0])[1] == "certain" and best[0] != report["cause"]
    ]
    assert wrong == []


@pytest.mark.parametrize("status", [DOCKER_INFO, KERNEL_LOG, LSPCI, SMI_Q])
def test_a_healthy_status_behind_a_report_hides_hardly_any_cause(status: str) -> None:
    found = [(report["cause"], named(report["text"] + "\n" + status)) for report in REPORTS]
    among_three = [cause for cause, causes in found if cause in [name for name, _ in causes[:3]]]
    wrong = [
        cause for cause, causes in found if causes and causes[0][1] == "certain" and causes[0][0] != cause
    ]
    assert len(among_three) >= 0.98 * len(found)
    assert wrong == []


def test_each_cause_has_two_reports_at_least() -> None:
    told = Counter(report["cause"] for report in REPORTS)
    assert told.keys() <= shipped().causes.keys()
    assert {cause for cause, number in told.items() if number < 2} == set()
    assert len(told) == 111
