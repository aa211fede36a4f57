"""What a snapshot proves or refutes of a cause."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from gpucheck.explaining.conditions import compared
from gpucheck.explaining.facts import as_text, look_up
from gpucheck.model.explanation import Outcome, ProofResult
from gpucheck.model.fact import Absent, AnyFact, Known, Unavailable
from gpucheck.model.fact_path import parse_test
from gpucheck.model.host import HostSnapshot
from gpucheck.model.rows import CauseRow, Proof

_MOST_SHOWN = 120  # characters of an observed value
_OF_TEXT = "@text."  # a value that the text states, not the snapshot


def proofs(
    cause: CauseRow, host: HostSnapshot | None, readings: Mapping[str, str]
) -> tuple[ProofResult, ...]:
    """Return each proof of a cause, looked up where there is a snapshot."""
    return tuple(_result(proof, host, readings) for proof in cause.proof)


def _result(proof: Proof, host: HostSnapshot | None, readings: Mapping[str, str]) -> ProofResult:
    told = ProofResult(proof.fact, proof.expected, if_so=proof.where_expected, if_not=proof.where_not)
    if host is None:
        return told
    fact = look_up(host, proof.fact)
    told = replace(told, observed=_shown(fact), source=fact.source)
    answer = _answer(fact, proof.op, proof.value, host, readings)
    if answer is None or not _applies(proof, host, readings):
        return told
    return replace(told, outcome=Outcome((proof.if_so if answer else proof.if_not) or Outcome.NEITHER))


def _applies(proof: Proof, host: HostSnapshot, readings: Mapping[str, str]) -> bool:
    if not proof.when:
        return True
    path, op, value = parse_test(proof.when)
    return _answer(look_up(host, path), op, value, host, readings) is True


def _answer(
    fact: AnyFact, op: str, value: str, host: HostSnapshot, readings: Mapping[str, str]
) -> bool | None:
    """Return whether the fact is as it is said to be; None where that cannot be told."""
    if op == "unavailable":
        return fact.reason.value == value if isinstance(fact, Unavailable) else False
    if isinstance(fact, Unavailable):
        return None
    if op in {"absent", "known"}:
        return isinstance(fact, Known) is (op == "known")
    if isinstance(fact, Absent):
        return {"=": False, "~": False, "!=": True, "!~": True, "empty": True, "!empty": False}.get(op)
    if op in {"empty", "!empty"}:
        return bool(fact.value) is (op == "!empty")
    right = _right(value, host, readings)
    return None if right is None else _compared(fact.value, op, right)


def _right(value: str, host: HostSnapshot, readings: Mapping[str, str]) -> str | None:
    if value.startswith(_OF_TEXT):
        return readings.get(value.removeprefix(_OF_TEXT))
    if not value.startswith("@"):
        return value
    other = look_up(host, value[1:])
    return as_text(other.value) if isinstance(other, Known) else None


def _compared(value: Any, op: str, right: str) -> bool:
    """Compare a value, or any item of a list; ``!=`` and ``!~`` hold if no item is equal."""
    items = [as_text(item) for item in value] if isinstance(value, tuple) else [as_text(value)]
    if op in {"!=", "!~"}:
        return not any(_one(item, {"!=": "=", "!~": "~"}[op], right) for item in items)
    return any(_one(item, op, right) for item in items)


def _one(item: str, op: str, right: str) -> bool:
    if op == "~":
        return re.search(right, item, re.IGNORECASE) is not None
    return compared(item, op, right)


def _shown(fact: AnyFact) -> str:
    if isinstance(fact, Known):
        value = fact.value
        text = ", ".join(map(as_text, value)) or "none" if isinstance(value, tuple) else as_text(value)
        return text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}…"
    return "absent" if isinstance(fact, Absent) else ""
