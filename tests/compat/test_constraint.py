"""The requirement language: vectors of the reference evaluator, and each of its oddities by name."""

import json
from pathlib import Path
from typing import Any

import pytest

from gpucheck.compat.constraint import (
    Condition,
    FailedTerm,
    Invalid,
    Satisfied,
    Unsatisfied,
    evaluate_constraint,
    version_order,
)

VECTORS = Path(__file__).parents[1] / "vectors" / "constraints.jsonl"
HOST = {"cuda": "12.4", "driver": "550.54.15", "arch": "8.6", "brand": "GeForce"}


def word(result: object) -> str:
    return type(result).__name__.lower()


def test_every_vector_agrees() -> None:
    rows: list[dict[str, Any]] = [json.loads(line) for line in VECTORS.read_text().splitlines()]
    wrong = []
    for row in rows:
        expected = row.pop("result")
        found = evaluate_constraint(**row)
        if word(found) != expected:
            wrong.append((row, expected, found))
    assert wrong == []
    assert len(rows) == 2000


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        # nothing required
        ("", "satisfied"),
        ("   ", "satisfied"),
        (",", "satisfied"),
        (",,, ,", "satisfied"),
        # blanks and commas without anything between them
        ("  cuda>=12.4  ", "satisfied"),
        ("cuda>=12.4,", "satisfied"),
        (",cuda>=99,,arch>=8", "unsatisfied"),
        ("cuda>=99 cuda>=12", "satisfied"),
        # commas alone end the evaluation, with what held before: cuda>=12 is never reached
        ("cuda>=99 , cuda>=12", "unsatisfied"),
        (", cuda>=99", "satisfied"),
        # operators
        ("cuda=12.4", "satisfied"),
        ("cuda!=12.4", "unsatisfied"),
        ("cuda!9", "satisfied"),
        ("cuda!12.4", "unsatisfied"),
        ("brand!tesla", "satisfied"),
        ("cuda<12.4 cuda>12.4", "unsatisfied"),
        ("cuda<=12.4,cuda>=12.4", "satisfied"),
        *((f"cuda{operator}12", "invalid") for operator in ("==", "=>", "=<", "<>", "<<", "!!", "!<", "!==", "<=>")),
        # names
        ("CUDA>=12,Driver>=550,ARCH>=8,bRaNd=geforce", "satisfied"),
        ("foo>=1", "invalid"),
        ("nvrm>=1", "invalid"),
        (">=12", "invalid"),
        ("cuda", "invalid"),
        ("cuda>=", "invalid"),
        ("\tcuda>=12", "invalid"),
        ("cuda >=12", "invalid"),
        # what is not reached is not read
        ("cuda>=12 foo>=1", "satisfied"),
        ("cuda>=99,foo>=1 cuda>=12", "satisfied"),
        ("foo>=1 cuda>=12", "invalid"),
        ("cuda>=12,foo>=1", "invalid"),
        ("cuda>=99 foo>=1", "invalid"),
        # brands have no order, and are folded in ASCII only
        ("brand=GEFORCE", "satisfied"),
        ("brand=geforcertx", "unsatisfied"),
        ("brand>=geforce", "invalid"),
        ("brand!=\u0130", "satisfied"),
        # versions
        ("cuda>=12.4.0.0", "satisfied"),
        ("cuda=0012.04", "satisfied"),
        ("cuda=12..4", "satisfied"),
        ("cuda=12.4.", "satisfied"),
        ("cuda<12.10", "satisfied"),
        ("driver>=550", "satisfied"),
        ("driver<551", "satisfied"),
        ("driver=550", "unsatisfied"),
        ("cuda>=.5", "invalid"),
        ("cuda>=.", "invalid"),
        ("cuda>=10_1", "invalid"),
        ("cuda>=12.4-1", "invalid"),
        ("cuda>=12.4\n", "invalid"),
        ("cuda>=\u0661\u0662", "invalid"),
        ("cuda<18446744073709551614", "satisfied"),
        ("cuda<18446744073709551615", "invalid"),
        ("cuda<" + "9" * 5000, "invalid"),
        # a number out of range where the answer is known already
        ("cuda<13.99999999999999999999", "satisfied"),
        # a condition that fails must fit into 128 bytes with its end; one that holds may be longer
        ("cuda=12.4." + "0" * 130, "satisfied"),
        ("cuda=13." + "0" * 117, "unsatisfied"),
        ("cuda=13." + "0" * 118, "invalid"),
        ("brand=" + "é" * 60, "invalid"),
        ("brand=" + "é" * 59, "unsatisfied"),
        ("cuda>=" + "0" * 200 + "12", "satisfied"),
    ],
)  # fmt: skip
def test_oddities(expression: str, expected: str) -> None:
    assert word(evaluate_constraint(expression, **HOST)) == expected


@pytest.mark.parametrize(
    "expression", ["cuda>=99", "cuda>=abc", "driver<1", "arch=10_0", "brand=tesla", "brand<tesla"]
)
def test_what_is_not_known_of_the_host_is_taken_to_hold(expression: str) -> None:
    assert word(evaluate_constraint(expression)) == "satisfied"


@pytest.mark.parametrize("expression", ["cuda>=", "cuda==99", "foo>=1", "cuda"])
def test_what_cannot_be_read_is_invalid_on_any_host(expression: str) -> None:
    assert word(evaluate_constraint(expression)) == "invalid"


def test_a_host_value_that_is_no_version() -> None:
    assert evaluate_constraint("cuda>=12", cuda="N/A") == Invalid(
        "cuda is compared with 'N/A', which is no version"
    )
    assert word(evaluate_constraint("cuda>=12", cuda="")) == "unsatisfied"
    assert word(evaluate_constraint("cuda<.5", cuda="")) == "satisfied"


def test_which_alternative_holds_and_by_what_assumption() -> None:
    expression = "cuda>=12.6 brand=tesla,driver>=550"
    assert evaluate_constraint(expression, **{**HOST, "brand": "Tesla"}) == Satisfied(
        "brand=tesla,driver>=550"
    )
    known = {"cuda": "12.4", "driver": "550.54.15"}
    assert evaluate_constraint(expression, **known) == Satisfied("brand=tesla,driver>=550", ("brand",))
    assert evaluate_constraint(expression) == Satisfied("cuda>=12.6", ("cuda",))


def test_every_alternative_that_fails_is_named() -> None:
    result = evaluate_constraint("cuda>=12.6 Brand=geforce,driver>=470,driver<471", **HOST)
    exception = (
        Condition("brand", "=", "geforce"),
        Condition("driver", ">=", "470"),
        Condition("driver", "<", "471"),
    )
    cuda = Condition("cuda", ">=", "12.6")
    assert result == Unsatisfied(
        "cuda>=12.6",
        (
            FailedTerm("cuda>=12.6", (cuda,), cuda),
            FailedTerm("Brand=geforce,driver>=470,driver<471", exception, exception[2]),
        ),
    )
    assert str(cuda) == "cuda >= 12.6"


@pytest.mark.parametrize(
    ("expression", "why"),
    [
        ("cuda", "'cuda': it has no operator"),
        (">=1", "'>=1': it names no property"),
        ("cuda==1", "'cuda==1': there is no operator '=='"),
        ("cuda>=", "'cuda>=': it gives no value"),
        ("foo>=1", "'foo>=1': there is no such property"),
        ("cuda>=10_1", "cuda is compared with '10_1', which is no version"),
        ("brand<x", "brand knows = and != only"),
        ("f\x1b[31m" + "o" * 90, repr("f\x1b[31m" + "o" * 54 + "…") + ": it has no operator"),
    ],
)
def test_why_it_is_invalid(expression: str, why: str) -> None:
    assert evaluate_constraint(expression, **HOST) == Invalid(why)


@pytest.mark.parametrize(
    ("one", "other", "order"),
    [
        ("12.10", "12.9", 1),
        ("12", "12.0.0", 0),
        ("", "", 0),
        ("", "0.1", -1),
        ("1.0.5", "1", 1),
        ("a", "1", None),
    ],
)
def test_order_of_versions(one: str, other: str, order: int | None) -> None:
    assert version_order(one, other) == order
    assert version_order(other, one) == (None if order is None else -order)
