"""Facts of a snapshot by their dotted name (gpucheck.model.fact_path)."""

import re
from collections.abc import Iterator
from typing import Any

from gpucheck.model.fact import Absent, AnyFact, Known, Unavailable
from gpucheck.model.fact_path import Step, parse_path
from gpucheck.model.host import HostSnapshot

_MISSING = object()


def look_up(host: HostSnapshot, path: str) -> AnyFact:
    """Return the fact at ``path``; behind a list a known tuple of what is known of its items.

    What lies behind an absent or unavailable fact is as absent or unavailable as that fact is.
    """
    return _inside(host, parse_path(path), "", host)


def _inside(value: Any, path: list[Step], source: str, host: HostSnapshot) -> AnyFact:
    if isinstance(value, (Absent, Unavailable)):
        return value
    if isinstance(value, Known):
        return _inside(value.value, path, value.source, host)
    if not path:
        return Known(value, source)
    step, *rest = path
    part = _part(value, step.name)
    if not step.is_list:
        return _inside(part, rest, source, host)
    found = _inside(part, [], source, host)
    if not isinstance(found, Known):
        return found
    items = found.value.values() if isinstance(found.value, dict) else found.value
    chosen = [item for item in items if _fits(item, step, host)]
    inner = [_inside(item, rest, found.source, host) for item in chosen]
    return Known(tuple(_flat(fact.value for fact in inner if isinstance(fact, Known))), found.source)


def _fits(item: Any, step: Step, host: HostSnapshot) -> bool:
    if not step.field:
        return True
    found = _inside(item, parse_path(step.field), "", host)
    other = look_up(host, step.value[1:]) if step.value.startswith("@") else Known(step.value, "")
    if not isinstance(found, Known) or not isinstance(other, Known):
        return False
    left, right = as_text(found.value), as_text(other.value)
    return left == right if step.compare == "=" else re.search(right, left, re.IGNORECASE) is not None


def _flat(values: Iterator[Any]) -> Iterator[Any]:
    for value in values:
        yield from value if isinstance(value, tuple) else (value,)


def _part(value: Any, name: str) -> Any:
    if isinstance(value, dict):
        return value.get(name, Absent((name,)))
    found = getattr(value, name, _MISSING)
    return Absent((name,)) if found is _MISSING else found


def as_text(value: Any) -> str:
    """Return a value as proofs compare it and readers see it."""
    return str(value).lower() if isinstance(value, bool) else str(value)
