"""GC415: keys of config.toml that the toolkit does not read, and values of the wrong kind."""

from dataclasses import replace
from typing import Any

import pytest

from gpucheck.model.fact import Reason
from tests.builders import a_binary, a_toolkit_config, absent, unavailable
from tests.checks.judge import judge, outcome
from tests.checks.platform_kinds import CONFIG, NO_HOOK

SLUG = "toolkit_config_keys_known"
PARTS = ("nvidia_ctk", "nvidia_container_cli", "nvidia_container_runtime", "nvidia_container_runtime_hook",
         "nvidia_cdi_hook")  # fmt: skip
NO_TOOLKIT = {f"toolkit.{name}": absent(f"/usr/bin/{name}") for name in PARTS}
UNKNOWN_KEY, MALFORMED = "toolkit_config_key_unknown", "toolkit_config_malformed"


def config(**values: Any) -> dict[str, Any]:
    return {"toolkit.config": a_toolkit_config({key.replace("_", "-"): v for key, v in values.items()})}


def release(version: str) -> dict[str, Any]:
    return {f"toolkit.{name}": a_binary(name.replace("_", "-"), version) for name in PARTS}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, [("pass", "host", "")]),
        ({"toolkit.config": absent(CONFIG)}, [("pass", "host", "")]),
        (config(), [("pass", "host", "")]),
        (config(disable_requires=True), [("warn", CONFIG, UNKNOWN_KEY)]),
        (config(disable_require="true"), [("fail", CONFIG, MALFORMED)]),
        (config(nvidia_container_cli={"no-cgroup": True}), [("warn", CONFIG, UNKNOWN_KEY)]),
        # what stands in a table that nobody knows is said once
        (config(plugins={"a": {"b": 1}}), [("warn", CONFIG, UNKNOWN_KEY)]),
        (
            config(nvidia_container_runtime={"runtimes": "runc"}, disable_requires=True),
            [("fail", CONFIG, MALFORMED), ("warn", CONFIG, UNKNOWN_KEY)],
        ),
        # nothing reads the file where only CDI is used
        (
            config(disable_require="true")
            | NO_HOOK
            | {"toolkit.nvidia_container_runtime": absent("/usr/bin/nvidia-container-runtime")},
            [("warn", CONFIG, MALFORMED)],
        ),
        # a release newer than the table may have new keys
        (config(shiny_new=True) | release("1.30.0"), [("unknown", CONFIG, "")]),
        ({"toolkit.config": unavailable(Reason.MALFORMED, "line 3")}, [("unknown", "host", "")]),
        ({"toolkit.config": replace(a_toolkit_config({}), keys=unavailable())}, [("unknown", "host", "")]),
        (NO_TOOLKIT | config(x=1), [("skip", "host", "")]),
        ({"pci.devices": ()} | config(x=1), [("skip", "host", "")]),
    ],
)
def test_outcomes(changes: dict[str, Any], expected: list[tuple[str, str, str]]) -> None:
    assert outcome("toolkit", SLUG, changes) == expected


def test_the_key_that_was_meant() -> None:
    cli = {"no-cgroup": True, "zzz": "x", "mode": "cdi"}
    (finding,) = judge("toolkit", SLUG, config(disable_requires=True, nvidia_container_cli=cli))
    named = (
        "disable-requires (meant: disable-require?), "
        "nvidia-container-cli.no-cgroup (meant: nvidia-container-cli.no-cgroups?), "
        "nvidia-container-cli.zzz, "
        "nvidia-container-cli.mode (meant: nvidia-container-runtime.mode?)"
    )
    assert finding.title == f"no release of the toolkit reads these keys of {CONFIG}: {named}"
    assert [(e.fact, e.observed) for e in finding.evidence] == [
        ("toolkit.config.keys", "disable-requires"),
        ("toolkit.config.keys", "nvidia-container-cli.no-cgroup"),
        ("toolkit.config.keys", "nvidia-container-cli.zzz"),
        ("toolkit.config.keys", "nvidia-container-cli.mode"),
    ]
    assert finding.remedy is not None
    assert finding.remedy.summary == f"Correct these names in {CONFIG}, or remove them: {named}."


def test_a_value_of_another_kind() -> None:
    (finding,) = judge("toolkit", SLUG, config(nvidia_container_cli={"no-cgroups": "secret"}))
    assert finding.title == f"values of the wrong kind in {CONFIG}: nvidia-container-cli.no-cgroups"
    assert [(e.fact, e.observed, e.expected) for e in finding.evidence] == [
        ("toolkit.config.keys", "nvidia-container-cli.no-cgroups: string", "boolean")
    ]
    assert finding.remedy is not None
    assert finding.remedy.summary == (
        f"Give these keys of {CONFIG} values of the right kind: "
        "nvidia-container-cli.no-cgroups (true or false)."
    )
    assert "secret" not in repr(finding)


def test_a_key_of_a_later_release() -> None:
    jit = config(nvidia_container_runtime={"modes": {"jit-cdi": {"nvcdi-feature-flags": ["x"]}}})
    assert outcome("toolkit", SLUG, jit) == [("pass", "host", "")]
    (finding,) = judge("toolkit", SLUG, jit | release("1.16.2"))
    assert (finding.status.value, finding.cause) == ("warn", UNKNOWN_KEY)
    assert finding.title == (
        f"toolkit 1.16.2 does not read these keys of {CONFIG}: nvidia-container-runtime.modes.jit-cdi "
        "(from 1.19.0 on), nvidia-container-runtime.modes.jit-cdi.nvcdi-feature-flags (from 1.19.0 on)"
    )
    assert finding.remedy is not None
