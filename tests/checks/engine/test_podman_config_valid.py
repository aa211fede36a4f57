"""GC523: containers.conf."""

from typing import Any

import pytest

from gpucheck.model.engine import PodmanConfig
from gpucheck.model.fact import Reason
from tests.builders import a_binary, unavailable
from tests.checks.engine.kinds import PODMAN_ONLY
from tests.checks.judge import judge, outcome

SLUG = "podman_config_valid"
PATH = "/etc/containers/containers.conf"
WHY = f"{PATH}: not TOML: Invalid value (at line 3, column 9)"
BROKEN = {"other_engines.podman_config": unavailable(Reason.MALFORMED, WHY)}
DIRECTORIES = {
    "other_engines.podman_config": PodmanConfig((PATH,), {"engine": {"cdi_spec_dirs": "/opt/cdi"}})
}
BOTH = {"other_engines.podman": a_binary("podman", "5.2.1")}


@pytest.mark.parametrize(
    ("changes", "status", "title"),
    [
        (PODMAN_ONLY, "pass", "no containers.conf; Podman uses its defaults"),
        (
            PODMAN_ONLY | {"other_engines.podman_config": PodmanConfig((PATH, f"{PATH}.d/a.conf"), {})},
            "pass",
            f"Podman reads {PATH}, {PATH}.d/a.conf",
        ),
        (PODMAN_ONLY | BROKEN, "fail", f"Podman cannot read its configuration: {WHY}"),
        (BOTH | BROKEN, "warn", f"Podman cannot read its configuration: {WHY}"),
        (
            PODMAN_ONLY | {"other_engines.podman_config": unavailable()},
            "unknown",
            "could not tell whether containers.conf is one that Podman accepts",
        ),
        (
            PODMAN_ONLY | DIRECTORIES | {"other_engines.podman": a_binary("podman", "5.5.0")},
            "fail",
            f"Podman cannot read its configuration: {PATH}: engine.cdi_spec_dirs is not a list",
        ),
        # it does not know the key
        (
            PODMAN_ONLY | DIRECTORIES | {"other_engines.podman": a_binary("podman", "5.4.2")},
            "pass",
            f"Podman reads {PATH}",
        ),
        (BROKEN, "skip", "Podman is not installed"),
        (PODMAN_ONLY | BROKEN | {"pci.devices": ()}, "skip", "this host has no NVIDIA GPU"),
    ],
)
def test_outcomes(changes: dict[str, Any], status: str, title: str) -> None:
    (finding,) = judge("engine", SLUG, changes)
    assert (finding.status.value, finding.title) == (status, title)
    assert finding.cause == ("podman_config_malformed" if status in {"warn", "fail"} else "")


def test_whole_complaint() -> None:
    (finding,) = judge("engine", SLUG, PODMAN_ONLY | BROKEN)
    assert [(e.fact, e.observed, e.expected, e.source) for e in finding.evidence] == [
        ("other_engines.podman_config", WHY, "TOML, with values of the right kinds", PATH)
    ]
    assert finding.remedy is not None
    assert finding.remedy.summary == f"Repair {PATH}, so that Podman can read it."


def test_podman_that_could_not_be_looked_for() -> None:
    changes = {"other_engines.podman": unavailable(), "other_engines.podman_config": unavailable()}
    assert outcome("engine", SLUG, changes) == [("unknown", "host", "")]
