"""Host text is data: what it may do to a terminal or a document is taken from it here."""

import re

MAX_SHOWN = 400  # characters of one piece of host text in a document made for people

# C0 and C1 controls, and the marks that reorder or hide text
_ACTIVE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")
_ASCII = str.maketrans(
    {
        "·": "-", "…": "...", "×": "x", "—": "-", "–": "-", "“": '"', "”": '"', "’": "'",
        "≥": ">=", "≤": "<=", "≠": "!=", "°": "deg ", "→": "->", "µ": "u", "✓": "ok", "✗": "FAIL",
    }
)  # fmt: skip


def visible(text: str, limit: int = MAX_SHOWN) -> str:
    """Return one line in which control and direction characters are spelled out, clipped."""
    clipped = text if len(text) <= limit else f"{text[:limit]}… ({len(text)} characters)"
    return _ACTIVE.sub(_spelled, clipped.replace("\n", " ").replace("\t", " "))


def ascii_only(text: str) -> str:
    """Return ``text`` in ASCII: our own signs translated, anything else spelled out."""
    return text.translate(_ASCII).encode("ascii", "backslashreplace").decode("ascii")


def _spelled(match: re.Match[str]) -> str:
    code = ord(match.group())
    return f"\\x{code:02x}" if code <= 0xFF else f"\\u{code:04x}"  # noqa: PLR2004
