"""GC422: the unit that writes the CDI spec."""

from typing import Any

import pytest

from tests.builders import a_unit, absent, unavailable
from tests.checks.judge import judge, outcome

SLUG = "cdi_refresh_succeeded"
UNIT = "nvidia-cdi-refresh.service"
FAILED = {"services.units": (a_unit(UNIT, active="failed"),)}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, [("pass", "host", "")]),
        ({"services.units": (a_unit(UNIT, active="active"),)}, [("pass", "host", "")]),
        (FAILED, [("warn", "host", "cdi_refresh_failed")]),
        ({"services.units": (a_unit(UNIT, "inactive", "", "not-found"),)}, [("skip", "host", "")]),
        ({"services.units": ()}, [("skip", "host", "")]),
        ({"services.units": absent("/run/systemd/system")}, [("skip", "host", "")]),
        ({"services.units": unavailable()}, [("unknown", "host", "")]),
        (FAILED | {"pci.devices": ()}, [("skip", "host", "")]),
    ],
)
def test_outcomes(changes: dict[str, Any], expected: list[tuple[str, str, str]]) -> None:
    assert outcome("toolkit", SLUG, changes) == expected


def test_whole_complaint() -> None:
    (finding,) = judge("toolkit", SLUG, FAILED)
    assert finding.title == f"{UNIT} failed (exit-code)"
    assert [(e.fact, e.observed, e.expected) for e in finding.evidence] == [
        ("services.units", f"{UNIT} failed", "not failed")
    ]
    assert finding.remedy is not None
    assert finding.remedy.commands == (
        ("sudo", "journalctl", "--unit", UNIT, "--lines", "50", "--no-pager"),
        ("sudo", "systemctl", "restart", UNIT),
    )
