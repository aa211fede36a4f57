"""Requirements in words."""

import pytest

from gpucheck.compat.constraint import FailedTerm, Unsatisfied, evaluate_constraint
from gpucheck.compat.requirement_text import needs


def failed(expression: str) -> tuple[FailedTerm, ...]:
    result = evaluate_constraint(expression, cuda="1", driver="1", arch="1", brand="none")
    assert isinstance(result, Unsatisfied)
    return result.terms


EXCEPTIONS = " ".join(
    f"brand={brand},driver>={n},driver<{n + 1}"
    for n in (470, 535)
    for brand in ("tesla", "nvidia", "quadro", "grid")
)


@pytest.mark.parametrize(
    ("expression", "brand", "words"),
    [
        ("cuda>=12.6", "", "needs cuda >= 12.6"),
        ("cuda>=12.6,arch>=8 driver>=450", "", "needs cuda >= 12.6 and arch >= 8, or driver >= 450"),
        (
            "cuda>=9 brand=Tesla,driver>=470,driver<471",
            "",
            "needs cuda >= 9, or driver branch 470 on brand tesla",
        ),
        (
            f"cuda>=12.6 {EXCEPTIONS} brand=titan,driver>=470,driver<471",
            "",
            "needs cuda >= 12.6, or driver branch 470 or 535 on brand tesla, nvidia or one of 2 others, "
            "or driver branch 470 on brand titan",
        ),
        (
            f"cuda>=12.6 {EXCEPTIONS}",
            "Quadro",
            "needs cuda >= 12.6, or driver branch 470 or 535 on brand quadro",
        ),
        (f"cuda>=12.6 {EXCEPTIONS}", "geforce", "needs cuda >= 12.6"),
        (EXCEPTIONS, "geforce", "needs another brand of GPU"),
        # not one branch
        ("brand=tesla,driver>=470,driver<500", "", "needs brand = tesla and driver >= 470 and driver < 500"),
        ("cuda>=9 cuda>=9", "", "needs cuda >= 9"),
    ],
)
def test_words(expression: str, brand: str, words: str) -> None:
    assert needs(failed(expression), brand) == words


def test_it_stays_one_sentence() -> None:
    many = " ".join(f"cuda>={n}" for n in range(10, 30))
    assert needs(failed(many)) == (
        "needs cuda >= 10, or cuda >= 11, or cuda >= 12, or cuda >= 13, or cuda >= 14, or one of 15 others"
    )
    assert needs(failed("brand=" + "x" * 100)) == "needs brand = " + "x" * 72 + "…"
