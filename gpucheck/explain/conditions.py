"""The conditions of a signature: ``toolkit<1.8``, ``required_cuda>driver_cuda``, ``xid_79``, ``!xid_79``."""

import operator
import re
from collections.abc import Callable

from gpucheck.explain.observed import Observed
from gpucheck.model.versions import Version

_CONDITION = re.compile(r"(!?)([a-z][a-z0-9_]*)(?:(<=|>=|!=|<|>|=)(.+))?")
_COMPARE: dict[str, Callable[[Version, Version], bool]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
    "=": operator.eq, "!=": operator.ne,
}  # fmt: skip


def parts(condition: str) -> tuple[bool, str, str, str]:
    """Return (wanted, name, operator, value); raises ValueError for what is no condition."""
    match = _CONDITION.fullmatch(condition)
    if match is None:
        raise ValueError(f"not a condition: {condition[:40]!r}")
    return not match[1], match[2], match[3] or "", match[4] or ""


def holds(condition: str, said: Observed) -> bool:
    """Return whether a condition is met; of a value that was not stated, nothing is."""
    wanted, name, compare, value = parts(condition)
    if not compare:
        return wanted is (name in said.signatures or name in said.readings)
    if name not in said.readings:
        return False
    return wanted is compared(said.readings[name], compare, said.readings.get(value, value))


def compared(left: str, compare: str, right: str) -> bool:
    """Compare two values: as versions where both are, else as words, of which none is greater."""
    try:
        return _COMPARE[compare](Version(left), Version(right))
    except ValueError:
        same = left.strip().lower() == right.strip().lower()
        return {"=": same, "!=": not same}.get(compare, False)
