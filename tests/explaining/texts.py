"""Explanations of texts for tests: the shipped tables, or rows made up here."""

from collections.abc import Iterable
from functools import cache
from typing import Any

from gpucheck.explaining import explain
from gpucheck.explaining.blocks import Text
from gpucheck.explaining.observed import Observed, observe
from gpucheck.model.explanation import Explanation
from gpucheck.model.host import HostSnapshot
from gpucheck.model.rows import CauseRow, Proof
from gpucheck.model.signature_rows import ReadingRow, SignatureRow
from gpucheck.tables import Tables, load_tables


@cache
def shipped() -> Tables:
    """Return the shipped tables, decoded once."""
    return load_tables()


def explained(text: Text, host: HostSnapshot | None = None) -> Explanation:
    """Return what the shipped tables make of a text."""
    return explain(text, host, shipped())


def named(text: Text, host: HostSnapshot | None = None) -> list[tuple[str, str]]:
    """Return (cause, confidence) of each cause that is named, best first."""
    return [(match.cause, match.confidence.value) for match in explained(text, host).matches]


def best(text: Text, host: HostSnapshot | None = None) -> str:
    """Return the first cause, '' for none."""
    found = explained(text, host).best
    return found.cause if found else ""


def a_row(signature: str, causes: dict[str, int] | None = None, **values: Any) -> SignatureRow:
    """Return a signature made up."""
    given = {"kind": "message", "meaning": "It says so.", "source": "somewhere", "retrieved": "2026-11-25"}
    return SignatureRow(signature=signature, causes=causes or {}, **(given | values))


def a_reading(reading: str, pattern: str, *phrases: str, value: str = "") -> ReadingRow:
    """Return a reading made up."""
    return ReadingRow(reading, pattern, phrases, "somewhere", "2026-11-25", value)


def a_cause(label: str, *proof: Proof, **values: Any) -> CauseRow:
    """Return a cause made up."""
    return CauseRow(label, f"{label}.", "It shows.", "Mend it.", "somewhere", "2026-11-25", proof, **values)


def said(text: Text, rows: Iterable[SignatureRow] = (), readings: Iterable[ReadingRow] = ()) -> Observed:
    """Return what rows made up see in a text."""
    return observe(text, rows, readings)
