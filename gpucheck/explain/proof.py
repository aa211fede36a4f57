"""What a snapshot proves or refutes of a cause."""

import re
from typing import Any

from gpucheck.explain.conditions import compared
from gpucheck.explain.facts import look_up
from gpucheck.model.explanation import Outcome, ProofResult
from gpucheck.model.fact import Absent, AnyFact, Known
from gpucheck.model.host import HostSnapshot
from gpucheck.model.rows import CauseRow, Proof

_MOST_SHOWN = 120  # characters of an observed value


def proofs(cause: CauseRow, host: HostSnapshot | None) -> tuple[ProofResult, ...]:
    """Return each proof of a cause, looked up where there is a snapshot."""
    return tuple(_result(proof, host) for proof in cause.proof)


def _result(proof: Proof, host: HostSnapshot | None) -> ProofResult:
    if host is None:
        return ProofResult(proof.fact, proof.expected)
    fact = look_up(host, proof.fact)
    answer = _answer(proof, fact, host)
    if answer is None or (proof.when and not isinstance(look_up(host, proof.when), Known)):
        return ProofResult(proof.fact, proof.expected, _shown(fact), Outcome.UNKNOWN, fact.source)
    outcome = Outcome((proof.if_so if answer else proof.if_not) or Outcome.NEITHER)
    return ProofResult(proof.fact, proof.expected, _shown(fact), outcome, fact.source)


def _answer(proof: Proof, fact: AnyFact, host: HostSnapshot) -> bool | None:
    """Return whether the fact is as the proof says; None where that cannot be told."""
    if isinstance(fact, Absent):
        return {"absent": True, "known": False}.get(proof.op)
    if not isinstance(fact, Known):
        return None
    if proof.op in {"absent", "known"}:
        return proof.op == "known"
    if proof.op in {"empty", "!empty"}:
        return (proof.op == "empty") is not bool(fact.value)
    right: Any = proof.value
    if right.startswith("@"):
        other = look_up(host, right[1:])
        if not isinstance(other, Known):
            return None
        right = other.value
    return _compared(fact.value, proof.op, str(right))


def _compared(value: Any, op: str, right: str) -> bool:
    """Compare a value, or any item of a list; ``!=`` and ``!~`` hold if no item is equal."""
    items = [_text(item) for item in value] if isinstance(value, tuple) else [_text(value)]
    if op in {"!=", "!~"}:
        return not any(_one(item, {"!=": "=", "!~": "~"}[op], right) for item in items)
    return any(_one(item, op, right) for item in items)


def _one(item: str, op: str, right: str) -> bool:
    if op == "~":
        return re.search(right, item, re.IGNORECASE) is not None
    return compared(item, op, right)


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _shown(fact: AnyFact) -> str:
    if isinstance(fact, Known):
        value = fact.value
        text = ", ".join(map(_text, value)) if isinstance(value, tuple) else _text(value)
        return text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}…"
    return "absent" if isinstance(fact, Absent) else ""
