"""What facts prove and refute: every operator, and what cannot be told."""

from typing import Any

import pytest

from gpucheck.explaining.proof import proofs
from gpucheck.model.explanation import Outcome
from gpucheck.model.fact import Reason
from gpucheck.model.rows import Proof
from tests.builders import a_host, absent, unavailable
from tests.explaining.texts import a_cause

VERSION = "driver.module_version"


def outcome(changes: dict[str, Any], op: str, value: str = "", fact: str = VERSION, **more: str) -> str:
    proof = Proof(fact, "so it is", op, value, "proves", "refutes", **more)
    (result,) = proofs(a_cause("it", proof), a_host(changes), {"driver": "550.1"})
    return result.outcome.value


@pytest.mark.parametrize(
    ("seen", "op", "value", "expected"),
    [
        ("580.95", "=", "580.95", "proves"), ("580.95", "!=", "580.95", "refutes"),
        ("580.95", ">", "550.1", "proves"), ("580.95", "<=", "550.1", "refutes"),
        ("580.95", "~", "^58", "proves"), ("580.95", "!~", "^58", "refutes"),
        ("580.95", "known", "", "proves"), ("580.95", "absent", "", "refutes"),
        ("580.95", "!empty", "", "proves"), ("580.95", "empty", "", "refutes"),
        ("580.95", ">", "@text.driver", "proves"), ("580.95", ">", "@text.docker", "unknown"),
        ("580.95", "=", "@driver.module_version", "proves"), ("580.95", "=", "@no.such", "unknown"),
        (absent(), "absent", "", "proves"), (absent(), "known", "", "refutes"),
        (absent(), "=", "1", "refutes"), (absent(), "!=", "1", "proves"), (absent(), "empty", "", "proves"),
        (absent(), "<", "1", "unknown"),
        (unavailable(), "=", "1", "unknown"), (unavailable(), "absent", "", "unknown"),
        (unavailable(Reason.MALFORMED), "unavailable", "malformed", "proves"),
        ("580.95", "unavailable", "malformed", "refutes"),
    ],
)  # fmt: skip
def test_operators(seen: Any, op: str, value: str, expected: str) -> None:
    assert outcome({VERSION: seen}, op, value) == expected


def test_of_a_list_any_item_is_enough_and_none_for_unequal() -> None:
    gpus = "pci.devices[].driver"
    assert outcome({}, "=", "nvidia", gpus) == "proves"
    assert outcome({}, "!=", "nvidia", gpus) == "refutes"


def test_when_it_does_not_apply_nothing_is_said() -> None:
    assert outcome({VERSION: "1"}, "=", "1", when="driver.module_version=2") == "unknown"
    assert outcome({VERSION: "1"}, "=", "1", when="driver.module_version=1") == "proves"


def test_without_a_host_what_to_look_at_is_told() -> None:
    proof = Proof(VERSION, "it is old", "<", "500", "proves")
    (result,) = proofs(a_cause("it", proof), None, {})
    assert (result.fact, result.expected, result.outcome) == (VERSION, "it is old", Outcome.UNKNOWN)


def test_neither_where_the_row_says_nothing() -> None:
    proof = Proof(VERSION, "it is old", "<", "500", "proves")
    (result,) = proofs(a_cause("it", proof), a_host(), {})
    assert (result.outcome, result.observed, result.source) == (Outcome.NEITHER, "580.95.05", "test")


def test_long_values_are_clipped() -> None:
    (result,) = proofs(a_cause("it", Proof(VERSION, "", "known")), a_host({VERSION: "9" * 500}), {})
    assert len(result.observed) < 130
