from typing import Any

import pytest

from tests.builders import a_unit, absent, unavailable
from tests.checks.gpu.kinds import hgx_h100, hosts_gpus
from tests.checks.judge import judge, outcome

SLUG = "fabric_manager_enabled_at_boot"
UNIT = "nvidia-fabricmanager.service"


def host(**unit: str) -> dict[str, Any]:
    return hgx_h100() | {"services.units": (a_unit(UNIT, **unit),)}


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        (host(), "pass"),
        (host(enabled="static"), "pass"),
        (host(active="inactive", enabled="disabled"), "skip"),  # GC304 says so
        (host(load="not-found", enabled=""), "skip"),
        (hosts_gpus(2) | {"services.units": (a_unit(UNIT, enabled="disabled"),)}, "skip"),  # no NVSwitch
        (hgx_h100() | {"services.units": ()}, "skip"),
        (hgx_h100() | {"services.units": unavailable()}, "unknown"),
        (hgx_h100() | {"services.units": absent("/run/systemd/system")}, "skip"),
        (hgx_h100() | {"pci.devices": unavailable()}, "unknown"),
    ],
)
def test_no_complaint(changes: dict[str, Any], status: str) -> None:
    assert outcome("gpu", SLUG, changes) == [(status, "host", "")]


@pytest.mark.parametrize("state", ["disabled", "enabled-runtime"])
def test_started_by_hand(state: str) -> None:
    (finding,) = judge("gpu", SLUG, host(enabled=state))
    assert (finding.status.value, finding.cause) == ("warn", "fabricmanager_not_running")
    assert finding.title == f"the fabric manager runs now, and will not after a reboot: {UNIT} is not enabled"
    assert finding.evidence[0].observed == f"{UNIT} {state}"
    assert finding.remedy
    assert finding.remedy.commands[0] == ("sudo", "systemctl", "enable", "--now", "nvidia-fabricmanager")
