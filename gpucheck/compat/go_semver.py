"""Versions as the Go code of the container toolkit reads them: at most three parts, no leading zeros.

535.104.05 is no version there, nor are the four parts of CUDA_VERSION in images from NGC.
Source: https://pkg.go.dev/golang.org/x/mod/semver, with the v that the toolkit puts in front
"""

import re

_NUMBER = r"(0|[1-9][0-9]*)"
_WORD = r"[0-9A-Za-z-]+"
_PRERELEASE_WORD = r"(?:0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*)"
_VERSION = re.compile(
    rf"v?{_NUMBER}(?:\.{_NUMBER}(?:\.{_NUMBER}"
    rf"(?:-({_PRERELEASE_WORD}(?:\.{_PRERELEASE_WORD})*))?(?:\+{_WORD}(?:\.{_WORD})*)?)?)?"
)
_MAX_UINT32_DIGITS = 10

_Key = tuple[tuple[int, str], ...]
_Order = tuple[_Key, bool, tuple[tuple[bool, int, str], ...]]


def is_version(text: str) -> bool:
    """Return whether Go's semver takes the text, with or without a v in front."""
    return _VERSION.fullmatch(text) is not None


def order(one: str, other: str) -> int:
    """Return -1, 0 or 1; what is no version is less than any version."""
    left, right = _order(one), _order(other)
    if left is None or right is None:
        return (left is not None) - (right is not None)
    return (left > right) - (left < right)


def major_minor(text: str) -> str | None:
    """Return the first two parts, as the toolkit takes them from CUDA_VERSION; None where it fails."""
    match = _VERSION.fullmatch(text)
    if match is None:
        return None
    major, minor = match[1], match[2] or "0"
    return f"{major}.{minor}" if _fits_uint32(major) and _fits_uint32(minor) else None


def _fits_uint32(digits: str) -> bool:
    return len(digits) <= _MAX_UINT32_DIGITS and int(digits) < 2**32


def _order(text: str) -> _Order | None:
    match = _VERSION.fullmatch(text)
    if match is None:
        return None
    # by length first: without leading zeros that is the order of the numbers, however long they are
    numbers = tuple((len(part), part) for part in (match[1], match[2] or "0", match[3] or "0"))
    words = (match[4] or "").split(".") if match[4] else []
    return numbers, not words, tuple(_word(word) for word in words)


def _word(word: str) -> tuple[bool, int, str]:
    return (False, len(word), word) if word.isdigit() else (True, 0, word)
