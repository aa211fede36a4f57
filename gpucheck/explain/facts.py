"""Facts of a snapshot by their dotted name.

``name[]`` stands for every item of a list (or value of a table), ``name[field=value]`` and
``name[field~pattern]`` for those that fit; a value that begins with ``@`` is another fact.
"""

import re
from collections.abc import Iterator
from typing import Any

from gpucheck.model.fact import Absent, AnyFact, Known, Unavailable
from gpucheck.model.host import HostSnapshot

_MISSING = object()
_STEP = re.compile(r"([^.\[\]]+)(?:(\[)(?:([\w.]+)([=~])([^\]]*))?\])?(?:\.|$)")

Step = tuple[str, bool, str, str, str]  # name, is it a list, and of its filter: field, operator, value


def steps(path: str) -> list[Step]:
    """Return the steps of a path; raises ValueError for what is none."""
    found = list(_STEP.finditer(path))
    if "".join(step[0] for step in found) != path or not found:
        raise ValueError(f"not the path of a fact: {path[:60]!r}")
    return [(step[1], step[2] is not None, step[3] or "", step[4] or "", step[5] or "") for step in found]


def look_up(host: HostSnapshot, path: str) -> AnyFact:
    """Return the fact at ``path``; behind a list a known tuple of what is known of its items.

    What lies behind an absent or unavailable fact is as absent or unavailable as that fact is.
    """
    return _inside(host, steps(path), "", host)


def _inside(value: Any, path: list[Step], source: str, host: HostSnapshot) -> AnyFact:
    if isinstance(value, (Absent, Unavailable)):
        return value
    if isinstance(value, Known):
        return _inside(value.value, path, value.source, host)
    if not path:
        return Known(value, source)
    (name, is_list, field, compare, wanted), *rest = path
    part = _part(value, name)
    if not is_list:
        return _inside(part, rest, source, host)
    found = _inside(part, [], source, host)
    if not isinstance(found, Known):
        return found
    items = found.value.values() if isinstance(found.value, dict) else found.value
    chosen = [item for item in items if _fits(item, field, compare, wanted, host)]
    inner = [_inside(item, rest, found.source, host) for item in chosen]
    return Known(tuple(_flat(fact.value for fact in inner if isinstance(fact, Known))), found.source)


def _fits(item: Any, field: str, compare: str, wanted: str, host: HostSnapshot) -> bool:
    if not field:
        return True
    found = _inside(item, steps(field), "", host)
    other = look_up(host, wanted[1:]) if wanted.startswith("@") else Known(wanted, "")
    if not isinstance(found, Known) or not isinstance(other, Known):
        return False
    left, right = as_text(found.value), as_text(other.value)
    return left == right if compare == "=" else re.search(right, left, re.IGNORECASE) is not None


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
