"""GC406: nvidia-container-cli.ldconfig."""

from dataclasses import replace
from typing import Any

import pytest

from gpucheck.model.engine import PathExists
from gpucheck.model.fact import Reason
from gpucheck.model.platform import OsRelease
from tests.builders import a_binary, absent, unavailable
from tests.checks.judge import judge, outcome
from tests.checks.platform_kinds import a_config
from tests.checks.toolkit.test_toolkit_installed import NOTHING

SLUG = "toolkit_ldconfig_exists"
MISSING = {"toolkit.ldconfig": PathExists("@/sbin/ldconfig.real", "/sbin/ldconfig.real", exists=False)}
# the probe has no path of the host to look at where the configured one is the container's
CONTAINERS = {
    "toolkit.config": a_config(ldconfig="/usr/sbin/ldconfig"),
    "toolkit.ldconfig": unavailable(Reason.UNSUPPORTED, "a path in containers"),
}
ALLOWED = replace(
    a_config(ldconfig="/usr/sbin/ldconfig"),
    values={
        "nvidia-container-cli": {"ldconfig": "/usr/sbin/ldconfig"},
        "features": {"allow-ldconfig-from-container": True},
    },
)
OLD = {name: a_binary("x", "1.17.2") for name in NOTHING}
CDI_ONLY = NOTHING | {"toolkit.nvidia_ctk": a_binary("nvidia-ctk")}  # as on NixOS
CAUSE = "ldconfig_path_wrong"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, ("pass", "host", "")),
        (MISSING, ("fail", "host", CAUSE)),
        (CONTAINERS, ("fail", "host", CAUSE)),
        (CONTAINERS | OLD, ("warn", "host", CAUSE)),
        (CONTAINERS | {"toolkit.config": ALLOWED}, ("warn", "host", CAUSE)),
        ({"toolkit.config": a_config(no_cgroups=False)}, ("pass", "host", "")),
        ({"toolkit.config": a_config(ldconfig="@sbin/ldconfig")}, ("fail", "host", CAUSE)),
        ({"toolkit.config": a_config(ldconfig="@")}, ("fail", "host", CAUSE)),
        (CONTAINERS | {"toolkit.config": a_config(ldconfig="")}, ("fail", "host", CAUSE)),
        ({"toolkit.ldconfig": unavailable()}, ("unknown", "host", "")),
        ({"toolkit.config": unavailable(Reason.MALFORMED, "line 3")}, ("unknown", "host", "")),
        ({"toolkit.ldconfig": absent("config.toml")}, ("skip", "host", "")),
        (NOTHING | MISSING, ("skip", "host", "")),
        (CDI_ONLY | MISSING, ("skip", "host", "")),
        (CDI_ONLY | {"toolkit.nvidia_container_runtime": a_binary("x")} | MISSING, ("fail", "host", CAUSE)),
    ],
)
def test_program(changes: dict[str, Any], expected: tuple[str, str, str]) -> None:
    assert outcome("toolkit", SLUG, changes) == [expected]


def test_whole_complaint() -> None:
    (finding,) = judge("toolkit", SLUG, MISSING)
    assert finding.title == "the configured ldconfig /sbin/ldconfig.real does not exist"
    assert [(e.fact, e.observed, e.expected) for e in finding.evidence] == [
        ("toolkit.ldconfig", "@/sbin/ldconfig.real", "@/sbin/ldconfig.real")
    ]
    assert finding.remedy
    assert finding.remedy.commands == (
        (
            "sudo", "nvidia-ctk", "config",
            "--set", "nvidia-container-cli.ldconfig=@/sbin/ldconfig.real", "--in-place",
        ),
    )  # fmt: skip


def test_elsewhere_than_on_ubuntu_ldconfig_is_no_wrapper() -> None:
    facts = {"platform.os_release": OsRelease("debian", (), "12", "Debian 12")}
    (finding,) = judge("toolkit", SLUG, MISSING | facts)
    assert finding.remedy
    assert finding.remedy.commands[0][4] == "nvidia-container-cli.ldconfig=@/sbin/ldconfig"


def test_title_says_that_the_toolkit_refuses() -> None:
    (finding,) = judge("toolkit", SLUG, CONTAINERS)
    assert finding.title == (
        "ldconfig /usr/sbin/ldconfig does not begin with @, so it is the container's; toolkit 1.19.1 refuses that"
    )
    assert [(e.fact, e.observed) for e in finding.evidence] == [("toolkit.config", "/usr/sbin/ldconfig")]
