from dataclasses import replace
from typing import Any

import pytest

from gpucheck.model.driver import Repository
from gpucheck.model.fact import Reason
from tests.builders import absent, unavailable
from tests.checks.judge import judge, outcome

SLUG = "repositories_listed_once"
KEY = "/usr/share/keyrings/nvidia-container-toolkit-keyring.gpg"
URI = "https://nvidia.github.io/libnvidia-container/stable/deb/$(ARCH)"
FOLDER = "/etc/apt/sources.list.d"
ONE = Repository(f"{FOLDER}/nvidia-container-toolkit.list", 1, URI, "/", KEY)
AGAIN = replace(ONE, path=f"{FOLDER}/nvidia-docker.list", uri=f"{URI}/")
CUDA = Repository(f"{FOLDER}/cuda.list", 1, "https://developer.download.nvidia.com/compute/cuda/x", "/", "/k")


def listed(*entries: Repository) -> dict[str, Any]:
    return {"packages.repositories": entries}


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({}, "skip"),
        (listed(ONE), "pass"),
        (listed(ONE, CUDA), "pass"),
        (listed(ONE, AGAIN), "pass"),  # twice with one key: apt only warns
        ({"packages.repositories": absent("dpkg")}, "skip"),
        ({"packages.repositories": unavailable(Reason.UNSUPPORTED)}, "skip"),
        ({"packages.repositories": unavailable()}, "unknown"),
        (listed(ONE, replace(AGAIN, signed_by="")) | {"pci.devices": ()}, "skip"),
    ],
)
def test_no_complaint(changes: dict[str, Any], status: str) -> None:
    assert outcome("toolkit", SLUG, changes) == [(status, "host", "")]


@pytest.mark.parametrize("other", ["", "/etc/apt/trusted.gpg.d/x.gpg", "inline"])
def test_two_keys(other: str) -> None:
    (finding,) = judge("toolkit", SLUG, listed(ONE, replace(AGAIN, signed_by=other), CUDA))
    assert (finding.status.value, finding.subject, finding.cause) == (
        "warn",
        ONE.path,
        "repo_source_conflict",
    )
    assert finding.title == f"{URI} is listed with different keys: {ONE.path}:1, {AGAIN.path}:1"
    assert finding.evidence[0].observed == f"{ONE.path}:1 {KEY}; {AGAIN.path}:1 {other or 'no key'}"


def test_a_key_that_is_not_there() -> None:
    (finding,) = judge("toolkit", SLUG, listed(replace(ONE, key_there=False)))
    assert (finding.status.value, finding.subject, finding.cause) == ("warn", ONE.path, "repo_key_problem")
    assert finding.title == f"the key of {URI} is missing: {KEY}"
