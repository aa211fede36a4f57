"""Host text in Markdown: signs, and text that cannot become markup."""

import re

from gpucheck.model.finding import Status
from gpucheck.render._text import visible

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#+!|~&@$-])")
SIGNS = {
    Status.PASS: "✓",
    Status.WARN: "⚠",
    Status.FAIL: "✗",
    Status.UNKNOWN: "?",
    Status.SKIP: "-",
    Status.ERROR: "☠",
}


def plain(text: str) -> str:
    """Return text with every special character escaped."""
    return _SPECIAL.sub(r"\\\1", visible(text))


def code(text: str, *, in_table: bool = False) -> str:
    """Return an inline code span; backticks inside are shown as apostrophes."""
    shown = visible(text).replace("`", "'") or " "
    return f"`{shown.replace('|', chr(92) + '|') if in_table else shown}`"
