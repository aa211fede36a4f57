from typing import Any

import pytest

from gpucheck.model.fact import Reason
from tests.builders import a_gpu, unavailable
from tests.checks.contract.agreed import said

SLUG = "gpu_product_agreed"
H100, L4 = "NVIDIA H100 80GB HBM3", "NVIDIA L4"


@pytest.mark.parametrize(
    ("term", "statuses"),
    [
        ('"NVIDIA H100 80GB HBM3"', ["pass", "fail"]),
        ('"nvidia h100*"', ["pass", "fail"]),
        ('["NVIDIA H100*", "NVIDIA L4"]', ["pass", "pass"]),
        ('"*"', ["pass", "pass"]),
        ('"H100"', ["fail", "fail"]),
    ],
)
def test_names(term: str, statuses: list[str]) -> None:
    changes = {"nvml.gpus": (a_gpu(0, name=H100), a_gpu(1, name=L4))}
    found = said(SLUG, f"[gpus]\nproduct = {term}\n", changes)
    assert [(status, subject) for status, subject, _ in found] == list(
        zip(statuses, ["gpu 0", "gpu 1"], strict=True)
    )


def test_only_the_star_is_a_pattern() -> None:
    changes = {"nvml.gpus": (a_gpu(0, name="GPU [rev ?] 1.0"),)}
    for pattern, status in (("GPU [rev ?] 1.0", "pass"), ("GPU [a-z]*", "fail"), ("*?] 1?0", "fail")):
        assert said(SLUG, f'[gpus]\nproduct = "{pattern}"\n', changes)[0][0] == status


@pytest.mark.parametrize("changes", [{"nvml.gpus": ()}, {"pci.devices": (), "nvml.gpus": unavailable()}])
def test_a_host_without_a_gpu_is_no_exception(changes: dict[str, Any]) -> None:
    (found,) = said(SLUG, '[gpus]\nproduct = "NVIDIA*"\n', changes)
    assert found == ("fail", "host", "no GPU, where NVIDIA* is agreed")


def test_a_gpu_that_tells_nothing_says_nothing_of_the_others() -> None:
    changes = {"nvml.gpus": (a_gpu(0, name=unavailable(Reason.GPU_LOST)), a_gpu(1, name=L4))}
    assert said(SLUG, '[gpus]\nproduct = "NVIDIA H100*"\n', changes) == [
        ("unknown", "gpu 0", "could not tell whether gpus.product is kept to"),
        ("fail", "gpu 1", "NVIDIA L4, where NVIDIA H100* is agreed"),
    ]


def test_a_name_that_a_gpu_does_not_tell_is_unknown_and_a_host_without_gpus_fails() -> None:
    unread = {"nvml.gpus": (a_gpu(0, name=unavailable()),)}
    assert [s for s, _, _ in said(SLUG, '[gpus]\nproduct = "NVIDIA*"\n', unread)] == ["unknown"]
    assert said(SLUG, '[gpus]\nproduct = ["A", "B"]\n', {"nvml.gpus": ()}) == [
        ("fail", "host", "no GPU, where A or B is agreed")
    ]
