from typing import Any

import pytest

from tests.builders import a_gpu, a_unit, absent, unavailable
from tests.checks.judge import judge, outcome

SLUG = "persistence_survives_reboot"
UNIT = "nvidia-persistenced.service"


def host(**unit: str) -> dict[str, Any]:
    return {"services.units": (a_unit(UNIT, **unit),)}


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        (host(), "pass"),
        (host(enabled="static"), "pass"),  # Ubuntu's, which a udev rule starts
        (host(active="inactive", enabled="disabled"), "skip"),  # persistence by other means
        (host(enabled="disabled") | {"nvml.gpus": (a_gpu(0, persistence_mode=False),)}, "skip"),
        (host(enabled="disabled") | {"platform.container": "docker"}, "skip"),
        (host(enabled="disabled") | {"platform.virtualization": "wsl2"}, "skip"),
        ({"services.units": ()}, "skip"),
        ({"services.units": absent("/run/systemd/system")}, "skip"),
        ({"services.units": unavailable()}, "unknown"),
    ],
)
def test_no_complaint(changes: dict[str, Any], status: str) -> None:
    assert outcome("gpu", SLUG, changes) == [(status, "host", "")]


def test_started_by_hand() -> None:
    (finding,) = judge("gpu", SLUG, host(enabled="disabled"))
    assert (finding.status.value, finding.cause) == ("warn", "driver_init_slow_no_persistence")
    assert finding.title == (
        f"the persistence daemon runs now, and will not after a reboot: {UNIT} is not enabled"
    )
    assert finding.evidence[0].observed == f"{UNIT} disabled"
