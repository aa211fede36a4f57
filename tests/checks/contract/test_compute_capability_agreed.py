import pytest

from tests.builders import a_gpu
from tests.checks.contract.agreed import said


@pytest.mark.parametrize(
    ("capability", "expected"),
    [
        ("9.0", ("pass", "gpu 0", "compute capability 9.0 (agreed: >=8.9)")),
        ("12.0", ("pass", "gpu 0", "compute capability 12.0 (agreed: >=8.9)")),
        ("8.6", ("fail", "gpu 0", "compute capability 8.6, where >=8.9 is agreed")),
    ],
)
def test_it_is_compared_as_numbers(capability: str, expected: tuple[str, str, str]) -> None:
    changes = {"nvml.gpus": (a_gpu(0, compute_capability=capability),)}
    text = '[gpus]\ncompute_capability = ">=8.9"\n'
    assert said("compute_capability_agreed", text, changes) == [expected]
