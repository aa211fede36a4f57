"""Whether a value of the contract is one: what is wrong with it, in words."""

from typing import Any

from packaging.specifiers import InvalidSpecifier, SpecifierSet

from gpucheck.contract.keys import Key, Kind


def fault(key: Key, value: Any) -> str:
    """Return what is wrong with a value, and what would be right; '' where it is one."""
    message = _WRONG[key.kind](value, key)
    return (
        f"{key.name} = {value!r}: {message}, such as {key.name.rpartition('.')[2]} = {key.example}"
        if message
        else ""
    )


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
        near = value.strip()
        hint = f" (for exactly that release write {'==' + near!r})" if near[:1].isdigit() else ""
        return f"is no version specifier{hint}"
    odd = [s.operator for s in specifiers if s.operator == "==="]
    return f"the operator {odd[0]} compares texts, use ==" if odd else ""


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
