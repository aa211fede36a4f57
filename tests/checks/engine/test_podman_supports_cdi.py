"""GC517: Podman can inject GPUs."""

from typing import Any

import pytest

from gpucheck.model.engine import Binary, OciHook, PodmanConfig
from gpucheck.model.fact import Known
from gpucheck.model.gpu import NvmlReturn
from tests.builders import BOOT, a_binary, a_cdi_spec, absent, unavailable
from tests.checks.engine.kinds import PODMAN_ONLY
from tests.checks.judge import judge, outcome

SLUG = "podman_supports_cdi"
NO_SPEC = {"cdi.specs": absent("/etc/cdi", "/var/run/cdi")}
MISMATCH = {
    "nvml.init": NvmlReturn(18, "NVML_ERROR_LIB_RM_VERSION_MISMATCH", "Driver/library version mismatch")
}
HOOK = "/usr/bin/nvidia-container-runtime-hook"
NO_HOOK = {"toolkit.nvidia_container_runtime_hook": absent(HOOK)}
A_HOOK = {
    "other_engines.oci_hooks": (
        OciHook("/usr/share/containers/oci/hooks.d/oci-nvidia-hook.json", HOOK, exists=True),
    )
}
OLD_SPEC = {"cdi.specs": (a_cdi_spec(cdi_version="0.5.0"),)}


def podman(version: str) -> dict[str, Any]:
    return {"other_engines.podman": a_binary("podman", version)}


def directories(*folders: str) -> dict[str, Any]:
    values = {"engine": {"cdi_spec_dirs": list(folders)}}
    return {"other_engines.podman_config": PodmanConfig(("/etc/containers/containers.conf",), values)}


@pytest.mark.parametrize(
    ("changes", "status", "cause"),
    [
        ({}, "skip", ""),
        (PODMAN_ONLY, "pass", ""),
        (PODMAN_ONLY | podman("5.1.0"), "pass", ""),
        (PODMAN_ONLY | podman("4.9.3"), "fail", "cdi_engine_too_old"),
        (PODMAN_ONLY | podman("4.9.3") | OLD_SPEC, "pass", ""),
        (PODMAN_ONLY | podman("4.1.0") | OLD_SPEC, "pass", ""),
        # one spec that it can read is enough
        (
            PODMAN_ONLY
            | podman("4.9.3")
            | {"cdi.specs": (a_cdi_spec(), a_cdi_spec(path="/etc/cdi/old.yaml", cdi_version="0.5.0"))},
            "pass",
            "",
        ),
        (PODMAN_ONLY | podman("4.0.3") | OLD_SPEC, "fail", "cdi_engine_too_old"),
        (PODMAN_ONLY | podman("3.4.4") | NO_SPEC | NO_HOOK, "fail", "cdi_engine_too_old"),
        (PODMAN_ONLY | podman("3.4.4") | NO_SPEC, "fail", "podman_hook_not_active"),
        (PODMAN_ONLY | podman("3.4.4") | NO_SPEC | A_HOOK, "pass", ""),
        (PODMAN_ONLY | podman("5.2.1") | NO_SPEC | A_HOOK, "pass", ""),
        (PODMAN_ONLY | NO_SPEC, "fail", "cdi_spec_not_found"),
        # nvidia-ctk cannot write one while NVML does not answer: another check says why
        (PODMAN_ONLY | NO_SPEC | MISMATCH, "skip", ""),
        (PODMAN_ONLY | NO_SPEC | {"nvml.init": absent("libnvidia-ml.so.1")}, "skip", ""),
        (PODMAN_ONLY | podman("3.4.4") | NO_SPEC | MISMATCH, "fail", "podman_hook_not_active"),
        (PODMAN_ONLY | {"cdi.specs": (a_cdi_spec(kind="intel.com/gpu"),)}, "fail", "cdi_spec_not_found"),
        # where Docker is there too, it serves the GPUs
        (podman("5.2.1"), "pass", ""),
        (podman("5.2.1") | NO_SPEC, "warn", "cdi_spec_not_found"),
        (podman("3.4.4"), "warn", "cdi_engine_too_old"),
        (PODMAN_ONLY | {"cdi.specs": unavailable()}, "unknown", ""),
        (PODMAN_ONLY | {"other_engines.podman": unavailable()}, "unknown", ""),
        (
            PODMAN_ONLY
            | {"other_engines.podman": Binary("/usr/bin/podman", unavailable(), Known(BOOT, "t"))},
            "unknown",
            "",
        ),
        (PODMAN_ONLY | {"pci.devices": ()}, "skip", ""),
    ],
)
def test_outcomes(changes: dict[str, Any], status: str, cause: str) -> None:
    assert outcome("engine", SLUG, changes) == [(status, "host", cause)]


def test_no_spec() -> None:
    (finding,) = judge("engine", SLUG, PODMAN_ONLY | NO_SPEC)
    assert finding.title == "there is no CDI spec of NVIDIA GPUs for Podman"
    assert [(e.fact, e.observed, e.expected, e.source) for e in finding.evidence] == [
        ("cdi.specs", "absent", "a spec of kind nvidia.com/gpu", "/etc/cdi · /var/run/cdi")
    ]
    assert finding.remedy is not None
    assert finding.remedy.commands[0] == (
        "sudo",
        "nvidia-ctk",
        "cdi",
        "generate",
        "--format=yaml",
        "--output=/etc/cdi/nvidia.yaml",
    )


def test_too_old_for_the_spec() -> None:
    (finding,) = judge("engine", SLUG, PODMAN_ONLY | podman("4.9.3"))
    assert finding.title == "Podman 4.9.3 does not understand CDI specs of version 0.7.0"
    assert [(e.fact, e.observed, e.expected) for e in finding.evidence] == [
        ("other_engines.podman.version", "4.9.3", "5.1.0 or newer"),
        ("cdi.specs", "version 0.7.0", ""),
    ]


def test_a_field_of_a_later_version() -> None:
    # what the toolkit wrote as 0.5.0 all the same: https://github.com/NVIDIA/nvidia-container-toolkit/issues/1860
    spec = a_cdi_spec(cdi_version="0.5.0", uses=("additional_gids",))
    (finding,) = judge("engine", SLUG, PODMAN_ONLY | podman("4.9.3") | {"cdi.specs": (spec,)})
    assert (finding.status.value, finding.cause) == ("fail", "cdi_engine_too_old")
    assert finding.title == "Podman 4.9.3 does not understand CDI specs with additionalGids"
    assert [(e.fact, e.observed, e.expected) for e in finding.evidence] == [
        ("other_engines.podman.version", "4.9.3", "5.1.0 or newer"),
        ("cdi.specs", "version 0.5.0 with additionalGids", ""),
    ]
    assert finding.remedy is not None
    assert "--feature-flag=no-additional-gids-for-device-nodes" in finding.remedy.commands[0]


@pytest.mark.parametrize(
    ("changes", "searched"),
    [
        (podman("5.5.1"), "/etc/cdi"),
        (podman("5.6.0") | directories("/opt/cdi", "/srv/cdi"), "/opt/cdi, /srv/cdi"),
        (podman("5.6.0") | directories(), "no directory"),
    ],
)
def test_a_spec_in_a_directory_that_is_not_searched(changes: dict[str, Any], searched: str) -> None:
    (finding,) = judge("engine", SLUG, PODMAN_ONLY | changes)
    assert (finding.status.value, finding.cause) == ("fail", "cdi_spec_not_found")
    assert finding.title == (
        f"Podman searches {searched} for CDI specs; /var/run/cdi/nvidia.yaml lies elsewhere"
    )
    assert finding.remedy is not None
    folder = "/etc/cdi" if searched == "no directory" else searched.partition(",")[0]
    assert finding.remedy.commands == (
        ("sudo", "mkdir", "-p", folder),
        ("sudo", "nvidia-ctk", "cdi", "generate", f"--output={folder}/nvidia.yaml"),
    )


@pytest.mark.parametrize(
    "changes",
    [
        podman("5.6.0"),
        podman("5.6.0") | directories("/run/cdi/"),
        # this release does not read the setting
        podman("4.9.3") | directories("/opt/cdi") | OLD_SPEC,
        podman("5.5.1") | {"cdi.specs": (a_cdi_spec(path="/etc/cdi/nvidia.yaml"),)},
    ],
)
def test_a_spec_in_a_directory_that_is_searched(changes: dict[str, Any]) -> None:
    assert outcome("engine", SLUG, PODMAN_ONLY | changes) == [("pass", "host", "")]


def test_too_old_for_cdi() -> None:
    (finding,) = judge("engine", SLUG, PODMAN_ONLY | podman("3.0.1"))
    assert finding.title == "Podman 3.0.1 has no CDI"
    assert finding.evidence[0].expected == "4.1.0 or newer"
