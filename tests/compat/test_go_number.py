"""Numbers as Go reads them."""

import pytest

from gpucheck.compat.go_number import NumberError, atoi


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0), ("-0", 0), ("+5", 5), ("-1", -1), ("007", 7), ("9223372036854775807", 2**63 - 1),
        ("-9223372036854775808", -(2**63)), ("0" * 100_000 + "1", 1),
    ],
)  # fmt: skip
def test_a_number(text: str, number: int) -> None:
    assert atoi(text) == number


@pytest.mark.parametrize(
    ("text", "why"),
    [
        *((text, "invalid syntax") for text in ("", "+", "-", "--1", " 1", "1 ", "0x10", "1_000", "1e3", "1.0", "٣", "z")),
        ("9223372036854775808x", "invalid syntax"),
        ("18446744073709551615x", "invalid syntax"),
        ("18446744073709551616x", "value out of range"),
        ("9223372036854775808", "value out of range"),
        ("-9223372036854775809", "value out of range"),
        ("9" * 1_000_000, "value out of range"),
    ],
)  # fmt: skip
def test_no_number(text: str, why: str) -> None:
    with pytest.raises(NumberError, match=f"^{why}$"):
        atoi(text)
