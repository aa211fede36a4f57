"""GC522: hooks that Podman runs."""

from typing import Any

import pytest

from gpucheck.model.engine import OciHook
from tests.builders import a_binary, a_cdi_spec, absent, unavailable
from tests.checks.engine.kinds import PODMAN_ONLY
from tests.checks.judge import judge, outcome

SLUG = "podman_hooks_fit"
FOLDER = "/usr/share/containers/oci/hooks.d"
PATH = f"{FOLDER}/oci-nvidia-hook.json"
PROGRAM = "/usr/bin/nvidia-container-runtime-hook"
NVIDIA = OciHook(PATH, PROGRAM, exists=True)
GONE = OciHook(PATH, PROGRAM, exists=False)
OTHER = OciHook(f"{FOLDER}/oci-umount.json", "/usr/libexec/oci-umount", exists=False)
BROKEN = OciHook(f"{FOLDER}/a.json", "", exists=False, error=f"{FOLDER}/a.json: it names no program")
BOTH = {"other_engines.podman": a_binary("podman", "5.2.1")}
NO_SPEC = {"cdi.specs": absent("/etc/cdi")}


def hooks(*found: OciHook) -> dict[str, Any]:
    return {"other_engines.oci_hooks": found}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (PODMAN_ONLY, [("pass", "host", "")]),
        (PODMAN_ONLY | hooks(OTHER), [("pass", "host", "")]),
        (PODMAN_ONLY | hooks(NVIDIA) | NO_SPEC, [("pass", "host", "")]),
        (
            PODMAN_ONLY | hooks(NVIDIA) | {"cdi.specs": (a_cdi_spec(kind="intel.com/gpu"),)},
            [("pass", "host", "")],
        ),
        # whether there is a spec is not known
        (PODMAN_ONLY | hooks(NVIDIA) | {"cdi.specs": unavailable()}, [("pass", "host", "")]),
        (PODMAN_ONLY | hooks(NVIDIA), [("warn", PATH, "podman_hook_beside_cdi")]),
        (PODMAN_ONLY | hooks(GONE), [("warn", PATH, "runtime_binary_missing")]),
        (PODMAN_ONLY | hooks(BROKEN), [("fail", BROKEN.path, "oci_hook_malformed")]),
        (BOTH | hooks(BROKEN), [("warn", BROKEN.path, "oci_hook_malformed")]),
        (
            PODMAN_ONLY | hooks(BROKEN, NVIDIA),
            [("fail", BROKEN.path, "oci_hook_malformed"), ("warn", PATH, "podman_hook_beside_cdi")],
        ),
        (PODMAN_ONLY | {"other_engines.oci_hooks": unavailable()}, [("unknown", "host", "")]),
        (hooks(BROKEN), [("skip", "host", "")]),
        (PODMAN_ONLY | hooks(BROKEN) | {"pci.devices": ()}, [("skip", "host", "")]),
    ],
)
def test_outcomes(changes: dict[str, Any], expected: list[tuple[str, str, str]]) -> None:
    assert outcome("engine", SLUG, changes) == expected


def test_a_broken_file() -> None:
    (finding,) = judge("engine", SLUG, PODMAN_ONLY | hooks(BROKEN))
    assert finding.title == f"Podman cannot read its hook {BROKEN.path}"
    assert [(e.fact, e.observed, e.expected, e.source) for e in finding.evidence] == [
        ("other_engines.oci_hooks", BROKEN.error, "a JSON object", BROKEN.path)
    ]
    assert finding.remedy is not None
    assert finding.remedy.commands == (("sudo", "mv", BROKEN.path, f"{BROKEN.path}.broken"),)


def test_nvidias_hook_beside_cdi() -> None:
    (finding,) = judge("engine", SLUG, PODMAN_ONLY | hooks(NVIDIA))
    assert finding.title == f"NVIDIA's hook {PATH} is still there beside CDI"
    assert [(e.fact, e.observed, e.expected) for e in finding.evidence] == [
        ("other_engines.oci_hooks", PROGRAM, "no hook of NVIDIA"),
        ("cdi.specs", "/var/run/cdi/nvidia.yaml", ""),
    ]
    assert finding.remedy is not None
    assert finding.remedy.commands == (("sudo", "rm", PATH),)


def test_a_hook_without_its_program() -> None:
    (finding,) = judge("engine", SLUG, PODMAN_ONLY | hooks(GONE))
    assert finding.title == f"the hook {PATH} names {PROGRAM}, which is not there"
    assert [(e.observed, e.expected) for e in finding.evidence] == [(f"{PROGRAM} is missing", "the program")]


@pytest.mark.parametrize(
    ("changes", "title"),
    [
        (hooks(NVIDIA) | NO_SPEC, f"Podman runs NVIDIA's hook {PATH}"),
        (hooks(OTHER), "Podman has no hook of NVIDIA"),
    ],
)
def test_what_there_is(changes: dict[str, Any], title: str) -> None:
    (finding,) = judge("engine", SLUG, PODMAN_ONLY | changes)
    assert finding.title == title
