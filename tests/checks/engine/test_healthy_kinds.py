"""No engine check complains about, or is unsure of, a healthy host of any kind."""

import pytest

from gpucheck.checks._base import all_checks
from gpucheck.evaluate import evaluate
from gpucheck.model.finding import Category, Finding, Status
from tests.builders import a_host
from tests.checks.engine.kinds import HEALTHY, NOT_IN_GROUP
from tests.checks.judge import tables

CHECKS = tuple(check for check in all_checks() if check.category is Category.ENGINE)


def findings_of(kind: dict[str, object]) -> dict[str, Finding]:
    return {finding.check: finding for finding in evaluate(a_host(kind), tables(), CHECKS).findings}


def test_all_checks_are_there() -> None:
    assert [check.id for check in CHECKS] == [f"GC5{number:02d}" for number in range(1, 28)]


@pytest.mark.parametrize("kind", HEALTHY)
def test_healthy_hosts_get_no_complaint(kind: str) -> None:
    found = findings_of(HEALTHY[kind])
    assert {
        check: (f.status, f.title) for check, f in found.items() if f.status not in {Status.PASS, Status.SKIP}
    } == {}
    assert found["GC501"].status is Status.PASS


@pytest.mark.parametrize(
    ("kind", "status", "title"),
    [
        (
            "docker_28_legacy",
            "pass",
            "--gpus injects through the legacy hook (nvidia-container-runtime-hook)",
        ),
        ("docker_29_cdi", "pass", "--gpus injects through CDI"),
        (
            "docker_20_cgroupfs",
            "pass",
            "--gpus injects through the legacy hook (nvidia-container-runtime-hook)",
        ),
        ("docker_rootless", "pass", "--gpus injects through the legacy hook (nvidia-container-runtime-hook)"),
        ("podman_only", "skip", "Docker is not installed"),
        ("kubernetes", "skip", "Docker is not installed"),
        ("no_gpu", "skip", "this host has no NVIDIA GPU"),
        ("wsl_docker_desktop", "pass", "--gpus is served by Docker Desktop"),
        (
            "wsl_native_docker",
            "pass",
            "--gpus injects through the legacy hook (nvidia-container-runtime-hook)",
        ),
        ("jetson", "pass", "on Jetson, GPU containers start with --runtime=nvidia"),
        ("docker_snap", "pass", "in the Docker snap, GPU containers start with --runtime nvidia --gpus all"),
    ],
)
def test_the_way_gpus_take(kind: str, status: str, title: str) -> None:
    finding = findings_of(HEALTHY[kind])["GC513"]
    assert (finding.status.value, finding.title) == (status, title)


def test_a_user_outside_the_group_docker() -> None:
    found = findings_of(NOT_IN_GROUP)
    complaints = {check: f.cause for check, f in found.items() if f.status in {Status.WARN, Status.FAIL}}
    assert complaints == {"GC503": "docker_permission_denied"}
    unclear = {check: f.because_of for check, f in found.items() if f.status is Status.UNKNOWN}
    assert unclear, "what the daemon would have said is unknown"
    assert set(unclear.values()) == {("GC503",)}


def test_the_explanations_have_no_circle() -> None:
    explained = {check.id: set(check.because_of) for check in all_checks()}
    while explained:
        free = {check for check, causes in explained.items() if not causes & explained.keys()}
        assert free, f"these explain each other: {sorted(explained)}"
        explained = {check: causes for check, causes in explained.items() if check not in free}
