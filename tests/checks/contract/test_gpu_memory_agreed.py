import pytest

from tests.builders import a_gpu
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
