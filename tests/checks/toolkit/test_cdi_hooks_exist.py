"""GC420: the programs that CDI specs have run."""

from typing import Any

import pytest

from tests.builders import a_cdi_spec, absent, engine_info, unavailable
from tests.checks.judge import judge, outcome
from tests.checks.platform_kinds import ETC_SPEC, NO_HOOK
from tests.checks.toolkit.test_toolkit_config_keys_known import NO_TOOLKIT

SLUG = "cdi_hooks_exist"
RUN, ETC = "/var/run/cdi/nvidia.yaml", "/etc/cdi/nvidia.yaml"
GONE = ("/usr/bin/nvidia-cdi-hook",)
BROKEN = a_cdi_spec(missing_hooks=GONE)
BY_CDI = {"docker.info": engine_info(server_version="29.2.0")}
MISSING = "runtime_binary_missing"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, [("pass", "host", "")]),
        ({"cdi.specs": (BROKEN,)}, [("warn", RUN, MISSING)]),
        ({"cdi.specs": (BROKEN,)} | BY_CDI, [("fail", RUN, MISSING)]),
        ({"cdi.specs": (BROKEN,)} | NO_HOOK, [("fail", RUN, MISSING)]),
        # the spec of /var/run/cdi wins: the other serves no device
        (
            {"cdi.specs": (a_cdi_spec(path=ETC, missing_hooks=GONE), a_cdi_spec())} | BY_CDI,
            [("pass", "host", "")],
        ),
        ({"cdi.specs": absent("/etc/cdi")}, [("skip", "host", "")]),
        ({"cdi.specs": (a_cdi_spec(kind="intel.com/gpu", missing_hooks=GONE),)}, [("skip", "host", "")]),
        ({"cdi.specs": unavailable()}, [("unknown", "host", "")]),
        ({"pci.devices": (), "cdi.specs": (BROKEN,)}, [("skip", "host", "")]),
    ],
)
def test_outcomes(changes: dict[str, Any], expected: list[tuple[str, str, str]]) -> None:
    assert outcome("toolkit", SLUG, changes) == expected


def test_whole_complaint() -> None:
    (finding,) = judge("toolkit", SLUG, {"cdi.specs": (BROKEN,)} | BY_CDI)
    assert finding.title == f"{RUN} has /usr/bin/nvidia-cdi-hook run, which is not there"
    assert [(e.fact, e.observed, e.expected, e.source) for e in finding.evidence] == [
        ("cdi.specs", "missing: /usr/bin/nvidia-cdi-hook", "every program", RUN)
    ]
    assert finding.remedy is not None
    assert finding.remedy.commands == (("sudo", "systemctl", "restart", "nvidia-cdi-refresh.service"),)


def test_a_spec_left_over_by_a_removed_toolkit() -> None:
    changes = {"cdi.specs": (a_cdi_spec(path=ETC_SPEC.path, missing_hooks=GONE),)} | NO_TOOLKIT
    (finding,) = judge("toolkit", SLUG, changes)
    assert finding.remedy is not None
    assert finding.remedy.commands[-1] == ("sudo", "apt-get", "install", "-y", "nvidia-container-toolkit")
