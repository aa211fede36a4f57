"""GC421: CDI specs that a rootless engine may not read."""

from typing import Any

import pytest

from tests.builders import a_binary, a_cdi_spec, absent, engine_info, unavailable
from tests.checks.judge import judge, outcome
from tests.checks.platform_kinds import NO_DOCKER

SLUG = "cdi_specs_readable"
ETC = "/etc/cdi/nvidia.yaml"
USER = {"platform.uid": 1000, "platform.groups": (1000,)}
PODMAN = NO_DOCKER | USER | {"other_engines.podman": a_binary("podman", "5.4.2")}
ROOTLESS = USER | {"docker.info": engine_info(rootless=True)}
UNREADABLE = "cdi_spec_unreadable"


def closed(path: str = ETC) -> Any:
    error = f"{path}: this user may not read it"
    return a_cdi_spec(path=path, mode=0o600, error=error, readable=False, kind="", devices=())


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, [("pass", "host", "")]),
        (PODMAN, [("pass", "host", "")]),
        (PODMAN | {"cdi.specs": (closed(),)}, [("fail", ETC, UNREADABLE)]),
        (ROOTLESS | {"cdi.specs": (closed(),)}, [("fail", ETC, UNREADABLE)]),
        # another spec of the GPUs is left
        (PODMAN | {"cdi.specs": (closed(), a_cdi_spec())}, [("warn", ETC, UNREADABLE)]),
        (
            PODMAN | {"cdi.specs": (closed("/etc/cdi/intel.yaml"),)},
            [("warn", "/etc/cdi/intel.yaml", UNREADABLE)],
        ),
        # Docker of root reads what this user may not
        (USER | {"cdi.specs": (closed(),)}, [("pass", "host", "")]),
        (PODMAN | {"platform.uid": 0, "cdi.specs": (a_cdi_spec(mode=0o600),)}, [("pass", "host", "")]),
        (PODMAN | {"platform.uid": unavailable()}, [("unknown", "host", "")]),
        (NO_DOCKER | {"cdi.specs": (closed(),)}, [("skip", "host", "")]),
        (PODMAN | {"cdi.specs": absent("/etc/cdi")}, [("skip", "host", "")]),
        (PODMAN | {"cdi.specs": unavailable()}, [("unknown", "host", "")]),
        (PODMAN | {"pci.devices": (), "cdi.specs": (closed(),)}, [("skip", "host", "")]),
    ],
)
def test_outcomes(changes: dict[str, Any], expected: list[tuple[str, str, str]]) -> None:
    assert outcome("toolkit", SLUG, changes) == expected


def test_whole_complaint() -> None:
    (finding,) = judge("toolkit", SLUG, PODMAN | {"cdi.specs": (closed(),)})
    assert finding.title == f"this user's engine may not read {ETC}"
    assert [(e.fact, e.observed, e.expected, e.source) for e in finding.evidence] == [
        ("cdi.specs", "mode 0600", "readable for this user", ETC),
        ("platform.uid", "1000", "", "test"),
    ]
    assert finding.remedy is not None
    assert finding.remedy.commands == (("sudo", "chmod", "644", ETC),)


def test_root_is_told_what_other_users_lack() -> None:
    (finding,) = judge("toolkit", SLUG, {"cdi.specs": (a_cdi_spec(mode=0o600),)})
    assert (finding.status.value, finding.title, finding.detail) == (
        "pass",
        "the engine runs as root, which reads every spec",
        "Rootless engines could not read /var/run/cdi/nvidia.yaml.",
    )
