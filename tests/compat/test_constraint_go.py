"""Requirements in csv mode: the toolkit's Go code differs from libnvidia-container."""

import pytest

from gpucheck.compat.constraint import Condition, FailedTerm, Invalid, Satisfied, Unsatisfied
from gpucheck.compat.constraint_go import evaluate_constraint_go


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("", "satisfied"), ("  ", "satisfied"), (",", "satisfied"),
        ("cuda>=12.2", "satisfied"), ("cuda>=12.2.0", "satisfied"), ("cuda>=12.3", "unsatisfied"),
        ("cuda>=12.10", "unsatisfied"), ("arch=8.7", "satisfied"), ("arch<8.7 arch>8.7", "unsatisfied"),
        ("cuda!=12.2", "unsatisfied"), ("cuda>=v12", "satisfied"),
        # a property it does not know is skipped, and so is one in capitals: NVIDIA's 12.3 images for arm64
        ("CUDA>=12.3", "satisfied"), ("foo>=1", "satisfied"), ("foo==", "satisfied"),
        ("foo>=1,cuda>=12.2", "satisfied"), ("foo>=1 cuda>=99", "unsatisfied"),
        ("\tcuda>=99", "satisfied"), (">=12", "satisfied"),
        # driver and brand are never filled in: empty is less than anything
        ("driver>=470", "unsatisfied"), ("driver<471", "satisfied"), ("driver!=470", "satisfied"),
        ("brand=tesla", "unsatisfied"), ("brand!=tesla", "satisfied"), ("brand<tesla", "satisfied"),
        ("brand=Tesla cuda>=12", "satisfied"), ("brand!tesla", "unsatisfied"), ("brand!tesla cuda>=1", "satisfied"),
        # versions have three parts at most and no leading zeros; all is read before anything is evaluated
        ("cuda>=1 driver>=535.104.05", "invalid"), ("cuda>=1 cuda>=12.3.2.1", "invalid"),
        ("cuda>=10_1", "invalid"), ("cuda==12", "invalid"), ("cuda=>12", "invalid"), ("cuda<>12", "invalid"),
        ("cuda!12", "invalid"), ("cuda>=", "invalid"), ("cuda>=1 cuda", "invalid"), ("foo", "invalid"),
    ],
)  # fmt: skip
def test_on_an_orin(expression: str, expected: str) -> None:
    result = evaluate_constraint_go(expression, cuda="12.2", arch="8.7")
    assert type(result).__name__.lower() == expected


def test_what_could_not_be_read_on_the_host_is_no_licence() -> None:
    cuda = Condition("cuda", ">=", "12.2")
    expected = Unsatisfied("cuda>=12.2", (FailedTerm("cuda>=12.2", (cuda,), cuda),))
    assert evaluate_constraint_go("cuda>=12.2") == expected
    assert evaluate_constraint_go("cuda<12.2 arch>=8") == Satisfied("cuda<12.2")


def test_what_is_said() -> None:
    assert evaluate_constraint_go("cuda") == Invalid("'cuda': it has no operator")
    result = evaluate_constraint_go("cuda>=535.104.05")
    assert result == Invalid("'cuda>=535.104.05': the toolkit cannot read '535.104.05' as a version")
