"""Facts of a snapshot by their dotted name; ``[]`` stands for every item of a list."""

from typing import Any

from gpucheck.model.fact import Absent, AnyFact, Known, Unavailable
from gpucheck.model.host import HostSnapshot

_MISSING = object()


def look_up(host: HostSnapshot, path: str) -> AnyFact:
    """Return the fact at ``path``; behind a ``[]`` a known tuple of what is known of the items.

    What lies behind an absent or unavailable fact is as absent or unavailable as that fact is.
    """
    name, *rest = path.split(".")
    return _inside(getattr(host, name), rest, "")


def _inside(value: Any, path: list[str], source: str) -> AnyFact:
    if isinstance(value, (Absent, Unavailable)):
        return value
    if isinstance(value, Known):
        return _inside(value.value, path, value.source)
    if not path:
        return Known(value, source)
    name, *rest = path
    if name.endswith("[]"):
        return _items(_part(value, name[:-2]), rest, source)
    return _inside(_part(value, name), rest, source)


def _items(value: Any, path: list[str], source: str) -> AnyFact:
    found = _inside(value, [], source)
    if not isinstance(found, Known):
        return found
    inner = [_inside(item, path, found.source) for item in found.value]
    return Known(tuple(item.value for item in inner if isinstance(item, Known)), found.source)


def _part(value: Any, name: str) -> Any:
    if isinstance(value, dict):
        return value.get(name, Absent((name,)))
    found = getattr(value, name, _MISSING)
    return Absent((name,)) if found is _MISSING else found
