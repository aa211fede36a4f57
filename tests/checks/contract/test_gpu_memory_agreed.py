import pytest

from gpucheck.model.fact import Reason
from tests.builders import a_gpu, unavailable
from tests.checks.contract.agreed import said


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        ('">=79"', ("pass", "gpu 0", "79.6 GiB (agreed: >=79)")),
        ('">=80"', ("fail", "gpu 0", "79.6 GiB, where >=80 is agreed")),
        ('">=24,<80"', ("pass", "gpu 0", "79.6 GiB (agreed: >=24,<80)")),
    ],
)
def test_memory(term: str, expected: tuple[str, str, str]) -> None:
    changes = {"nvml.gpus": (a_gpu(0, memory_total_bytes=85_520_809_984),)}
    assert said("gpu_memory_agreed", f"[gpus]\nmemory_gib = {term}\n", changes) == [expected]


def test_a_gpu_that_has_no_memory_of_its_own_to_tell_is_unknown() -> None:
    """A GB10 shares the machine's memory, and NVML says Not Supported."""
    changes = {"nvml.gpus": (a_gpu(0, memory_total_bytes=unavailable(Reason.UNSUPPORTED, "Not Supported")),)}
    assert said("gpu_memory_agreed", '[gpus]\nmemory_gib = ">=79"\n', changes) == [
        ("unknown", "gpu 0", "could not tell whether gpus.memory_gib is kept to")
    ]
