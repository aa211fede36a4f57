"""GC417: the ways in which unprivileged containers may ask for GPUs."""

from typing import Any

import pytest

from gpucheck.model.fact import Reason
from tests.builders import a_toolkit_config, a_unit, absent, engine_info, unavailable
from tests.checks.judge import judge, outcome
from tests.checks.platform_kinds import CONFIG, NO_DOCKER
from tests.checks.toolkit.test_toolkit_config_keys_known import NO_TOOLKIT

SLUG = "device_requests_accepted"
VARIABLE = "accept-nvidia-visible-devices-envvar-when-unprivileged"
MOUNTS = "accept-nvidia-visible-devices-as-volume-mounts"
FORBIDDEN = "envvar_device_list_forbidden"
BY_CDI = {"docker.info": engine_info(server_version="29.2.0")}
NODE = NO_DOCKER | {"services.units": (a_unit("containerd.service"), a_unit("kubelet.service"))}


def config(*, variable: bool, mounts: bool = False) -> dict[str, Any]:
    return {"toolkit.config": a_toolkit_config({VARIABLE: variable, MOUNTS: mounts})}


@pytest.mark.parametrize(
    ("changes", "status", "cause", "title"),
    [
        ({}, "pass", "", "containers ask by NVIDIA_VISIBLE_DEVICES"),
        ({"toolkit.config": absent(CONFIG)}, "pass", "", "containers ask by NVIDIA_VISIBLE_DEVICES"),
        (config(variable=True, mounts=True), "pass", "", "containers ask by NVIDIA_VISIBLE_DEVICES"),
        (
            config(variable=False),
            "fail",
            FORBIDDEN,
            "docker run --gpus gets no GPU: the toolkit ignores its request",
        ),
        # the mounts do not help --gpus
        (
            config(variable=False, mounts=True),
            "fail",
            FORBIDDEN,
            "docker run --gpus gets no GPU: the toolkit ignores its request",
        ),
        # hardened as NVIDIA recommends for clusters, and Docker there by the way
        (
            config(variable=False, mounts=True)
            | {"services.units": (a_unit("docker.service"), a_unit("kubelet.service"))},
            "warn",
            FORBIDDEN,
            "docker run --gpus gets no GPU: the toolkit ignores its request",
        ),
        (config(variable=False) | BY_CDI, "pass", "", "unprivileged containers ask by CDI"),
        (
            config(variable=False, mounts=True) | NODE,
            "pass",
            "",
            "unprivileged containers ask by volume mounts, as the device plugin does",
        ),
        (
            config(variable=False) | NODE,
            "warn",
            FORBIDDEN,
            "no unprivileged container can ask for GPUs but by CDI names",
        ),
        (config(variable=False) | NO_TOOLKIT, "skip", "", "the NVIDIA Container Toolkit is not installed"),
        (config(variable=False) | {"pci.devices": ()}, "skip", "", "this host has no NVIDIA GPU"),
        (
            {"toolkit.config": unavailable(Reason.MALFORMED, "line 3")},
            "unknown",
            "",
            "could not tell whether containers can ask the toolkit for GPUs",
        ),
    ],
)
def test_outcomes(changes: dict[str, Any], status: str, cause: str, title: str) -> None:
    (finding,) = judge("toolkit", SLUG, changes)
    assert (finding.status.value, finding.cause, finding.title) == (status, cause, title)


def test_whole_complaint() -> None:
    (finding,) = judge("toolkit", SLUG, config(variable=False))
    assert [(e.fact, e.observed, e.expected) for e in finding.evidence] == [
        ("toolkit.config", f"{VARIABLE} = false", "true, or requests by CDI")
    ]
    assert finding.remedy is not None
    assert finding.remedy.commands == (
        ("sudo", "nvidia-ctk", "config", "--set", f"{VARIABLE}=true", "--in-place"),
    )


def test_the_default_is_only_noted() -> None:
    (finding,) = judge("toolkit", SLUG)
    assert finding.detail == (
        "Any container of NVIDIA's runtime can so have every GPU; clusters may want it stricter."
    )


def test_a_docker_that_does_not_tell_its_way() -> None:
    closed = config(variable=False) | {"docker.info": unavailable()}
    assert outcome("toolkit", SLUG, closed) == [("warn", "host", FORBIDDEN)]
