"""GC416: disable-require in config.toml."""

from typing import Any

import pytest

from gpucheck.model.fact import Reason
from tests.builders import a_toolkit_config, absent, engine_info, unavailable
from tests.checks.judge import judge, outcome
from tests.checks.platform_kinds import CONFIG, NO_HOOK
from tests.checks.toolkit.test_toolkit_config_keys_known import NO_TOOLKIT

SLUG = "image_requirements_checked"
OFF = {"toolkit.config": a_toolkit_config({"disable-require": True})}
NOT_CHECKED = [("warn", "host", "image_requirements_not_checked")]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, [("pass", "host", "")]),
        ({"toolkit.config": absent(CONFIG)}, [("pass", "host", "")]),
        (OFF, NOT_CHECKED),
        # CDI checks no requirements whatever the file says
        (OFF | {"docker.info": engine_info(server_version="29.2.0")}, [("skip", "host", "")]),
        (OFF | NO_HOOK, [("skip", "host", "")]),
        # GC415 says that this is no boolean
        ({"toolkit.config": a_toolkit_config({"disable-require": "true"})}, [("pass", "host", "")]),
        ({"toolkit.config": unavailable(Reason.MALFORMED, "line 3")}, [("unknown", "host", "")]),
        (OFF | NO_TOOLKIT, [("skip", "host", "")]),
        (OFF | {"pci.devices": ()}, [("skip", "host", "")]),
    ],
)
def test_outcomes(changes: dict[str, Any], expected: list[tuple[str, str, str]]) -> None:
    assert outcome("toolkit", SLUG, changes) == expected


def test_whole_complaint() -> None:
    (finding,) = judge("toolkit", SLUG, OFF)
    assert finding.title == "disable-require is true: no image is refused for what it requires of the driver"
    assert [(e.fact, e.observed, e.expected) for e in finding.evidence] == [
        ("toolkit.config", "disable-require = true", "disable-require = false")
    ]
    assert finding.remedy is not None
    assert finding.remedy.commands == (
        ("sudo", "nvidia-ctk", "config", "--set", "disable-require=false", "--in-place"),
    )
