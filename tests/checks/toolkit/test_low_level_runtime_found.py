"""GC419: the runtime below NVIDIA's."""

from typing import Any

import pytest

from gpucheck.model.engine import PathExists
from gpucheck.model.fact import Reason
from tests.builders import a_unit, absent, engine_info, unavailable
from tests.checks.judge import judge, outcome
from tests.checks.platform_kinds import NO_DOCKER
from tests.checks.toolkit.test_toolkit_config_keys_known import NO_TOOLKIT

SLUG = "low_level_runtime_found"
GONE = {"toolkit.low_level_runtime": PathExists("runc, crun", "", exists=False)}
MISSING = "runtime_binary_missing"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, [("pass", "host", "")]),
        (GONE, [("fail", "host", MISSING)]),
        # the legacy hook of --gpus does without
        (GONE | {"docker.info": engine_info(runtimes=())}, [("warn", "host", MISSING)]),
        (GONE | {"docker.info": unavailable()}, [("warn", "host", MISSING)]),
        (GONE | NO_DOCKER, [("warn", "host", MISSING)]),
        # k3s and its like bring a runc of their own
        (GONE | NO_DOCKER | {"services.units": (a_unit("k3s.service"),)}, [("skip", "host", "")]),
        (
            GONE | {"toolkit.nvidia_container_runtime": absent("/usr/bin/nvidia-container-runtime")},
            [("skip", "host", "")],
        ),
        (GONE | NO_TOOLKIT, [("skip", "host", "")]),
        (GONE | {"pci.devices": ()}, [("skip", "host", "")]),
        (
            {"toolkit.low_level_runtime": unavailable(Reason.MALFORMED, "config.toml: line 3")},
            [("unknown", "host", "")],
        ),
    ],
)
def test_outcomes(changes: dict[str, Any], expected: list[tuple[str, str, str]]) -> None:
    assert outcome("toolkit", SLUG, changes) == expected


def test_whole_complaint() -> None:
    (finding,) = judge("toolkit", SLUG, GONE)
    assert finding.title == "none of the runtimes NVIDIA's runtime may use is there: runc, crun"
    assert [(e.fact, e.observed, e.expected) for e in finding.evidence] == [
        ("toolkit.low_level_runtime", "none of runc, crun", "one of them")
    ]
    assert finding.remedy is not None
    assert finding.remedy.commands == (("sudo", "apt-get", "install", "-y", "runc"),)
    empty = {"toolkit.low_level_runtime": PathExists("", "", exists=False)}
    (none,) = judge("toolkit", SLUG, empty)
    assert none.title == "none of the runtimes NVIDIA's runtime may use is there: the list is empty"
    (passed,) = judge("toolkit", SLUG)
    assert passed.title == "NVIDIA's runtime uses /usr/bin/runc"
