"""Real failures with labels (tests/vectors/cases.json): how many are named, and none wrongly as certain."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gpucheck.explaining import explain
from gpucheck.model.explanation import Confidence
from gpucheck.model.signature_rows import SignatureRow
from gpucheck.tables import Tables
from tests.explaining.texts import shipped

CASES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[1] / "vectors" / "cases.json").read_text("utf-8")
)


class Part(Tables):
    """The shipped tables with some signatures only."""

    rows: tuple[SignatureRow, ...] = ()

    @property
    def signatures(self) -> tuple[SignatureRow, ...]:  # type: ignore[override]
        return self.rows


def without(case: str) -> Tables:
    """Return the tables without what only one case taught."""
    kept = tuple(row for row in shipped().signatures if set(row.seen_in) != {case})
    if len(kept) == len(shipped().signatures):
        return shipped()
    tables = Part(shipped()._read)
    tables.__dict__.update({k: v for k, v in shipped().__dict__.items() if k != "signatures"})
    tables.rows = kept
    return tables


def outcomes(*, leave_one_out: bool) -> Iterator[tuple[bool, bool, bool]]:
    """Yield (first, among three, wrong but certain) of each case."""
    for case in CASES:
        lines = [case["symptom"], *(f"{key}: {value}" for key, value in case["context"].items())]
        tables = without(case["id"]) if leave_one_out else shipped()
        matches = explain("\n".join(lines) + "\n", None, tables).matches
        named = [match.cause for match in matches]
        certain = bool(matches) and matches[0].confidence is Confidence.CERTAIN
        first = named[:1] == [case["root_cause"]]
        yield first, case["root_cause"] in named[:3], certain and not first


@pytest.mark.parametrize(("leave_one_out", "first", "three"), [(False, 90, 97), (True, 75, 88)])
def test_most_are_named_and_none_is_wrong_but_certain(
    leave_one_out: bool,
    first: int,
    three: int,
) -> None:
    found = list(zip(*outcomes(leave_one_out=leave_one_out), strict=True))
    shares = [100 * sum(column) / len(CASES) for column in found]
    assert shares[0] >= first
    assert shares[1] >= three
    assert shares[2] == 0


def test_the_labels_of_the_cases_are_tabled_and_the_cases_of_the_signatures_are_there() -> None:
    assert {case["root_cause"] for case in CASES} <= shipped().causes.keys()
    seen = {case for row in shipped().signatures for case in row.seen_in}
    assert seen <= {case["id"] for case in CASES}


def test_every_cause_has_a_remedy_and_what_shows_it() -> None:
    labels = {case["root_cause"] for case in CASES}
    bare = [
        label for label in labels if not (shipped().causes[label].remedy and shipped().causes[label].shows)
    ]
    assert bare == []
