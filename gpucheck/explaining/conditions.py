"""Whether the conditions of a signature hold in a text."""

import operator
from collections.abc import Callable

from gpucheck.explaining.observed import Observed
from gpucheck.model.condition import parse_condition
from gpucheck.model.versions import Version

_COMPARE: dict[str, Callable[[Version, Version], bool]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
    "=": operator.eq, "!=": operator.ne,
}  # fmt: skip


def holds(condition: str, said: Observed) -> bool:
    """Return whether a condition is met; of a value that was not stated, nothing is.

    A bare word behind the comparison is a reading if there is one of that name, else itself; behind ``!=``
    a reading has to be written ``@driver``, as a word differs from every version.
    """
    wanted, name, compare, value = parse_condition(condition)
    if not compare:
        return wanted is (name in said.signatures or name in said.readings)
    if name not in said.readings:
        return False
    other = value.removeprefix("@")
    if other != value and other not in said.readings:
        return False
    return wanted is compared(said.readings[name], compare, said.readings.get(other, other))


def compared(left: str, compare: str, right: str) -> bool:
    """Compare two values: as versions where both are, else as words, of which none is greater."""
    try:
        return _COMPARE[compare](Version(left), Version(right))
    except ValueError:
        same = left.strip().lower() == right.strip().lower()
        return {"=": same, "!=": not same}.get(compare, False)
