"""Whether a value of the contract is one: what is wrong with it, in words."""

from typing import Any

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import Version

from gpucheck.contract.keys import Key, Kind

_MOST_SHOWN = 80  # characters of a value in a message


def fault(key: Key, value: Any) -> str:
    """Return what is wrong with a value, and what would be right; '' where it is one."""
    message = _WRONG[key.kind](value, key)
    return (
        f"{key.name} = {_shown(value)}: {message}, such as {key.name.rpartition('.')[2]} = {key.example}"
        if message
        else ""
    )


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}…"


def settled(key: Key, value: Any) -> Any:
    """Return a sound value in one form: words as a tuple, a count as the specifier that it stands for."""
    if key.kind is Kind.WORDS:
        return (value,) if isinstance(value, str) else tuple(value)
    if key.kind is Kind.COUNT and isinstance(value, int):
        return f"=={value}"
    return value


def _count(value: Any, key: Key) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        return "" if value >= 0 else "must not be negative"
    return _specifier(value, key) if isinstance(value, str) else "must be a whole number or a specifier"


def _number(value: Any, key: Key) -> str:  # noqa: ARG001 - one signature for all kinds
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return "" if is_number and 0 <= value < float("inf") else "must be a number, 0 or more"


def _specifier(value: Any, key: Key) -> str:  # noqa: ARG001
    if not isinstance(value, str) or not value.strip():
        return "must be a version specifier in quotes"
    try:
        specifiers = SpecifierSet(value)
    except InvalidSpecifier:
        return f"is no version specifier{_hint(value.strip())}"
    if any(s.operator == "===" for s in specifiers):
        return "the operator === compares texts, use =="
    odd = next((s.version for s in specifiers if _is_packaged(s.version)), "")
    return f"{odd} has a package's own part, which no host is compared by: write its numbers" if odd else ""


def _is_packaged(version: str) -> bool:
    """Return whether a version has an epoch, a post-release (-1, too) or a local part."""
    read = Version(version.removesuffix(".*"))
    return bool(read.epoch or read.is_postrelease or read.local)


def _hint(text: str) -> str:
    """Return what was meant by a release without an operator, '' where that is not clear."""
    try:
        SpecifierSet(f"=={text}")
    except InvalidSpecifier:
        return ""
    return f" (for exactly that release write {'==' + text!r})" if text[:1].isdigit() else ""


def _words(value: Any, key: Key) -> str:  # noqa: ARG001
    texts = [value] if isinstance(value, str) else value
    good = isinstance(texts, list) and texts and all(isinstance(t, str) and t.strip() for t in texts)
    return "" if good else "must be a text or a list of texts"


def _choice(value: Any, key: Key) -> str:
    return "" if value in key.choices else f"must be {' or '.join(key.choices)}"


def _flag(value: Any, key: Key) -> str:  # noqa: ARG001
    return "" if isinstance(value, bool) else "must be true or false"


_WRONG = {
    Kind.COUNT: _count,
    Kind.NUMBER: _number,
    Kind.SPECIFIER: _specifier,
    Kind.WORDS: _words,
    Kind.CHOICE: _choice,
    Kind.FLAG: _flag,
}
