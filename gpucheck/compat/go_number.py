"""Whole numbers as Go programs read them from text (strconv.Atoi), with Go's words for what is none.

Source: https://pkg.go.dev/strconv#Atoi, of a program for 64 bits
"""

import re

_SIGNED = re.compile(r"([+-]?)([0-9]*)")
_UINT64_DIGITS = 20
_LOWEST, _HIGHEST = -(2**63), 2**63 - 1


class NumberError(ValueError):
    """The text is no number; ``str()`` is Go's reason."""


def atoi(text: str) -> int:
    """Return the number; raises NumberError."""
    match = _SIGNED.match(text)
    assert match is not None, "the pattern takes any text"
    sign, digits = match.groups()
    significant = digits.lstrip("0")
    # Go gives up at the digit that is too much, and never sees what comes behind it
    if len(significant) > _UINT64_DIGITS or int(significant or "0") >= 2**64:
        raise NumberError("value out of range")
    if not digits or match.end() < len(text):
        raise NumberError("invalid syntax")
    number = int(f"{sign}{significant or '0'}")
    if not _LOWEST <= number <= _HIGHEST:
        raise NumberError("value out of range")
    return number
