"""Conditions on what a text says."""

import pytest

from gpucheck.explaining.conditions import holds
from gpucheck.explaining.observed import Observed
from gpucheck.model.condition import parse_condition

SAID = Observed({"xid_79": "line"}, {"toolkit": "1.17.4", "driver_cuda": "12.4", "distribution": "ubuntu"})


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("xid_79", True), ("!xid_79", False), ("xid_31", False), ("!xid_31", True),
        ("toolkit", True), ("!toolkit", False),
        ("toolkit<1.18", True), ("toolkit>=1.17.4", True), ("toolkit<1.9", False), ("toolkit=1.17.4", True),
        ("toolkit!=1.17.4", False),
        ("driver_cuda<12.10", True), ("driver_cuda<toolkit", False),
        ("docker<99", False), ("!docker<99", False),
        ("distribution=Ubuntu", True), ("distribution!=debian", True), ("distribution<debian", False),
    ],
)  # fmt: skip
def test_holds(condition: str, *, expected: bool) -> None:
    assert holds(condition, SAID) is expected


@pytest.mark.parametrize("text", ["", "Toolkit", "!", "a b", "<1", "toolkit<", "1a"])
def test_no_condition(text: str) -> None:
    with pytest.raises(ValueError, match="not a condition"):
        parse_condition(text)
