"""The conditions of signatures: ``toolkit<1.8``, ``required_cuda>driver_cuda``, ``a!=@b``, ``!xid_79``."""

import re
from typing import NamedTuple

_CONDITION = re.compile(r"(!?)([a-z][a-z0-9_]*)(?:(<=|>=|!=|<|>|=)(.+))?")


class Condition(NamedTuple):
    """A signature that is there or not, or a reading that is there, not there, or compared."""

    wanted: bool
    name: str
    compare: str  # empty: that it is there at all
    value: str


def parse_condition(text: str) -> Condition:
    """Return the parts of a condition; raises ValueError for what is none."""
    match = _CONDITION.fullmatch(text)
    if match is None:
        raise ValueError(f"not a condition: '{text[:40]}'")
    return Condition(not match[1], match[2], match[3] or "", match[4] or "")
