import pytest

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


def test_a_name_that_a_gpu_does_not_tell_is_unknown_and_a_host_without_gpus_fails() -> None:
    unread = {"nvml.gpus": (a_gpu(0, name=unavailable()),)}
    assert [s for s, _, _ in said(SLUG, '[gpus]\nproduct = "NVIDIA*"\n', unread)] == ["unknown"]
    assert said(SLUG, '[gpus]\nproduct = ["A", "B"]\n', {"nvml.gpus": ()}) == [
        ("fail", "host", "no GPU, where A or B is agreed")
    ]
