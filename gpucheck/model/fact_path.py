"""The dotted names of facts that proofs of causes use, and what they may be tested for.

``name[]`` stands for every item of a list (or value of a table), ``name[field=value]`` and
``name[field~pattern]`` for those that fit; a value that begins with ``@`` is another fact.
"""

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any, NamedTuple, get_args, get_origin

from gpucheck.model.fact import Known

OPERATORS = ("=", "!=", "<", "<=", ">", ">=", "~", "!~", "absent", "known", "empty", "!empty", "unavailable")

_STEP = re.compile(r"([^.\[\]]+)(?:(\[)(?:([\w.]+)([=~])([^\]]*))?\])?(?:\.|$)")
_PATH = r"(?:[^\[\]=~<>!]|\[[^\]]*\])+?"  # what stands in brackets is of the path, operators too
_TEST = re.compile(rf"({_PATH})(!=|!~|<=|>=|!empty|=|~|<|>|empty|known|absent)([^=~<>]*)")


class Step(NamedTuple):
    """A part of a path: a field, and of which of its items the rest is."""

    name: str
    is_list: bool
    field: str  # of the filter; empty: every item
    compare: str
    value: str


def parse_path(path: str) -> list[Step]:
    """Return the steps of a path; raises ValueError for what is none."""
    found = list(_STEP.finditer(path))
    if "".join(step[0] for step in found) != path or not found or path.endswith("."):
        raise ValueError(f"not the path of a fact: '{path[:60]}'")
    return [Step(step[1], step[2] is not None, step[3] or "", step[4] or "", step[5] or "") for step in found]


def parse_test(text: str) -> tuple[str, str, str]:
    """Return (path, operator, value) of a test like ``driver.loaded=true``; raises ValueError for none."""
    found = _TEST.fullmatch(text)
    if found is None:
        raise ValueError(f"not a test of a fact: '{text[:60]}'")
    return found[1], found[2], found[3]


def is_in(kind: Any, path: str) -> bool:
    """Return whether records of a type have a fact at ``path``; behind free-form values anything may be."""
    return all(_is_step(found, step) for found, step in _walk(kind, parse_path(path)))


def _walk(kind: Any, path: list[Step]) -> Iterator[tuple[Any, Step]]:
    for step in path:
        yield kind, step
        kind = _inside(_field(kind, step.name))
        if step.is_list:
            kind = _item(kind)


def _is_step(kind: Any, step: Step) -> bool:
    if not is_dataclass(kind):
        return kind is Any or get_origin(kind) is dict
    found = _field(kind, step.name)
    if found is None:
        return False
    item = _item(_inside(found)) if step.is_list else found
    return item is not None and (not step.field or is_in(item, step.field))


def _field(kind: Any, name: str) -> Any:
    if get_origin(kind) is dict:
        return get_args(kind)[1]
    if not is_dataclass(kind):
        return Any if kind is Any else None
    declared = {part.name: part.type for part in fields(kind)}
    return declared.get(name) or (Any if isinstance(getattr(kind, name, None), property) else None)


def _inside(kind: Any) -> Any:
    """Return the type of a fact's value, or the type itself."""
    known = next((part for part in get_args(kind) if get_origin(part) is Known), None)
    return get_args(known)[0] if known else kind


def _item(kind: Any) -> Any:
    """Return the type of a list's items or of a table's values; None of what is neither."""
    if kind is Any:
        return Any
    if get_origin(kind) is tuple:
        return get_args(kind)[0]
    return get_args(kind)[1] if get_origin(kind) is dict else None
