"""Values of rows: what is no version, day, word or pattern is said, and nothing else is."""

from dataclasses import fields, replace
from typing import Any

import pytest

from gpucheck.model import rows
from gpucheck.tables import Tables, load_tables
from gpucheck.tables.kinds import KINDS
from gpucheck.tables.values import CHOICES, KEYS, PATTERNS, TEXTS, faults


@pytest.fixture(scope="module")
def tables() -> Tables:
    return load_tables()


@pytest.mark.parametrize("name", KINDS)
def test_shipped_rows_have_no_fault(tables: Tables, name: str) -> None:
    assert [(row, fault) for row in tables.rows_of(name) for fault in faults(row)] == []


def test_every_name_is_of_a_field() -> None:
    known = {f"{kind.__name__}.{part.name}" for kind in set(KINDS.values()) for part in fields(kind)}
    assert {*PATTERNS, *CHOICES, *KEYS, *TEXTS} <= known


RELEASE = rows.CudaReleaseRow("12.4.1", "https://example.org", "2026-11-23")
PACKAGE = rows.CompatPackageRow("12.4", 550, {"535": "C"}, "https://example.org", "2026-11-23")
CLASS = rows.DeviceClassRow("a", "select", "m", ("x",), "https://example.org", "2026-11-23")


@pytest.mark.parametrize(
    ("row", "changes", "expected"),
    [
        (RELEASE, {}, []),
        (RELEASE, {"released": "2024-03"}, []),
        (RELEASE, {"cuda": "next"}, [r"cuda: 'next' does not match \d+(\.\d+){1,2}"]),
        (RELEASE, {"cuda": "12.4.1\n"}, ["cuda: '12.4.1\n' does not match \\d+(\\.\\d+){1,2}"]),
        (RELEASE, {"retrieved": "yesterday"}, ["retrieved: 'yesterday' is no day (YYYY-MM-DD)"]),
        (RELEASE, {"retrieved": "2026-02-30"}, ["retrieved: '2026-02-30' is no day (YYYY-MM-DD)"]),
        (RELEASE, {"retrieved": "20261123"}, ["retrieved: '20261123' is no day (YYYY-MM-DD)"]),
        (RELEASE, {"source": " "}, ["source: it is empty"]),
        (RELEASE, {"driver": "x" * 50}, [rf"driver: '{'x' * 40}…' does not match (\d+(\.\d+)*)?"]),
        (PACKAGE, {"on_branch": {"535": "Y"}}, ["on_branch: 'Y' is not one of C, X, N/A"]),
        (PACKAGE, {"on_branch": {"R535": "C"}}, ["on_branch: 'R535' is no key here"]),
        (CLASS, {"name_patterns": ("(",)}, ["name_patterns: '(' is no regular expression"]),
        (CLASS, {"name_patterns": ("",)}, ["name_patterns: it is empty"]),
        (CLASS, {"forward_compat": "maybe"}, [
            "forward_compat: 'maybe' is not one of supported, select, unsupported"
        ]),
        (CLASS, {"meaning": ""}, ["meaning: it is empty"]),
    ],
)  # fmt: skip
def test_a_fault_is_named_by_its_field(row: Any, changes: dict[str, Any], expected: list[str]) -> None:
    assert list(faults(replace(row, **changes))) == expected
