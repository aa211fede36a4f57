"""GC418: modes in config.toml that the toolkit does not know."""

from typing import Any

import pytest

from gpucheck.model.fact import Reason
from tests.builders import a_binary, a_toolkit_config, absent, unavailable
from tests.checks.judge import judge
from tests.checks.platform_kinds import CONFIG
from tests.checks.toolkit.test_toolkit_config_keys_known import NO_TOOLKIT, PARTS

SLUG = "toolkit_modes_known"
MODE = "nvidia-container-runtime.mode"
CAPABILITIES = "supported-driver-capabilities"
COMPAT = "nvidia-container-runtime.modes.legacy.cuda-compat-mode"


def mode(value: Any, **modes: Any) -> dict[str, Any]:
    runtime = {"mode": value} | ({"modes": modes} if modes else {})
    return {"toolkit.config": a_toolkit_config({"nvidia-container-runtime": runtime})}


def capabilities(value: str) -> dict[str, Any]:
    return {"toolkit.config": a_toolkit_config({CAPABILITIES: value})}


def release(version: str) -> dict[str, Any]:
    return {f"toolkit.{name}": a_binary(name.replace("_", "-"), version) for name in PARTS}


@pytest.mark.parametrize(
    ("changes", "status", "subject", "title"),
    [
        ({}, "pass", "host", "mode auto"),
        ({"toolkit.config": absent(CONFIG)}, "pass", "host", "mode auto, the default"),
        *(
            (mode(name), "pass", "host", f"mode {name}")
            for name in ("auto", "legacy", "cdi", "csv", "jit-cdi")
        ),
        (mode(""), "pass", "host", "mode auto, the default"),
        # a kind that GC415 complains of
        (mode(["cdi"]), "pass", "host", "mode auto, the default"),
        (mode("legacyy"), "fail", MODE, f"{MODE} is legacyy, which is no mode of the toolkit"),
        (
            mode("jit-cdi") | release("1.17.8"),
            "fail",
            MODE,
            f"{MODE} is jit-cdi, which came with 1.18.0; this is 1.17.8",
        ),
        (mode("auto", legacy={"cuda-compat-mode": "mount"}), "pass", "host", "mode auto"),
        (
            mode("auto", legacy={"cuda-compat-mode": "off"}),
            "warn",
            COMPAT,
            f"{COMPAT} is off, which is no mode of the toolkit",
        ),
        (
            {"toolkit.config": unavailable(Reason.MALFORMED, "line 3")},
            "unknown",
            "host",
            "could not tell whether the toolkit knows the modes config.toml sets",
        ),
        (capabilities("all"), "pass", "host", "mode auto, the default"),
        (capabilities("compute, utility,ngx"), "pass", "host", "mode auto, the default"),
        (
            capabilities("compute,utilty"),
            "fail",
            CAPABILITIES,
            f"{CAPABILITIES} names utilty, which is no capability of the driver",
        ),
        (capabilities("compute,,"), "pass", "host", "mode auto, the default"),
        (mode("x") | NO_TOOLKIT, "skip", "host", "the NVIDIA Container Toolkit is not installed"),
        (mode("x") | {"pci.devices": ()}, "skip", "host", "this host has no NVIDIA GPU"),
    ],
)
def test_outcomes(changes: dict[str, Any], status: str, subject: str, title: str) -> None:
    (finding,) = judge("toolkit", SLUG, changes)
    assert (finding.status.value, finding.subject, finding.title) == (status, subject, title)
    assert finding.cause == ("toolkit_config_malformed" if status in {"warn", "fail"} else "")


def test_whole_complaint() -> None:
    (finding,) = judge("toolkit", SLUG, mode("jit-cdi") | release("1.17.8"))
    assert [(e.fact, e.observed, e.expected) for e in finding.evidence] == [
        ("toolkit.config", f"{MODE} = jit-cdi", "auto, legacy, csv, cdi")
    ]
    assert finding.remedy is not None
    assert finding.remedy.commands == (
        ("sudo", "nvidia-ctk", "config", "--set", f"{MODE}=auto", "--in-place"),
    )


def test_the_default_of_another_key() -> None:
    (finding,) = judge("toolkit", SLUG, mode("auto", legacy={"cuda-compat-mode": "off"}))
    assert finding.remedy is not None
    assert finding.remedy.commands == (
        ("sudo", "nvidia-ctk", "config", "--set", f"{COMPAT}=ldconfig", "--in-place"),
    )
