"""A requirement in words: "needs cuda >= 12.6, or driver branch 470, 535 or 550 on brand tesla"."""

import re

from gpucheck.compat.constraint import Condition, FailedTerm

_MOST_BRANDS = 3
_MOST = 6
_SHOWN = 80


def needs(terms: tuple[FailedTerm, ...], brand: str = "") -> str:
    """Return what would have to be; of the exceptions for brands, with ``brand`` only those for that one.

    NVIDIA's images list them as brand by driver branch: they are put together here.
    """
    plain: list[str] = []
    branches: dict[str, list[str]] = {}
    for term in terms:
        exception = _exception(term.conditions)
        if exception is None:
            plain.append(_cut(" and ".join(str(condition) for condition in term.conditions)))
        elif not brand or exception[0] == brand.lower():
            branches.setdefault(exception[0], []).append(exception[1])
    alternatives = [*dict.fromkeys(plain), *_in_groups(branches)]
    if len(alternatives) > _MOST:
        alternatives[_MOST - 1 :] = [f"one of {len(alternatives) - _MOST + 1} others"]
    return f"needs {', or '.join(alternatives)}" if alternatives else "needs another brand of GPU"


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _exception(conditions: tuple[Condition, ...]) -> tuple[str, str] | None:
    """Return brand and branch of a term like brand=tesla,driver>=470,driver<471."""
    text = ",".join(f"{c.name}{c.operator}{c.value.lower()}" for c in conditions)
    match = re.fullmatch(r"brand=([^,]+),driver>=([0-9]{1,9}),driver<([0-9]{1,9})", text)
    if match is None or int(match[3]) != int(match[2]) + 1:
        return None
    return match[1], match[2]


def _in_groups(branches: dict[str, list[str]]) -> list[str]:
    groups: dict[tuple[str, ...], list[str]] = {}
    for brand, numbers in branches.items():
        groups.setdefault(tuple(dict.fromkeys(numbers)), []).append(brand)
    return [f"driver branch {_one_of(list(n))} on brand {_few(b)}" for n, b in groups.items()]


def _few(brands: list[str]) -> str:
    if len(brands) > _MOST_BRANDS:
        return f"{', '.join(brands[: _MOST_BRANDS - 1])} or one of {len(brands) - _MOST_BRANDS + 1} others"
    return _one_of(brands)


def _one_of(words: list[str]) -> str:
    return f"{', '.join(words[:-1])} or {words[-1]}" if len(words) > 1 else words[0]
