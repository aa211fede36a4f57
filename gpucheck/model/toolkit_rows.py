"""Rows about releases of the NVIDIA Container Toolkit: their faults, and what drivers need of them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ToolkitFaultRow:
    """A fault of some releases of the NVIDIA Container Toolkit, and on which hosts it shows."""

    fault: str
    since: str
    fixed_in: str
    where: tuple[str, ...]  # circumstances of the host that must all hold
    meaning: str  # a clause
    effect: str  # in a sentence
    source: str
    retrieved: str
    driver_since: str = ""
    driver_below: str = ""
    fails: bool = False  # whatever is started with a GPU, not some of it


@dataclass(frozen=True, slots=True)
class ToolkitNeedRow:
    """What a driver needs in containers, and the first release of the toolkit that brings it there."""

    need: str
    driver_since: str
    toolkit_since: str
    where: tuple[str, ...]  # as in ToolkitFaultRow
    meaning: str  # a clause
    effect: str
    source: str
    retrieved: str
    fails: bool = False
    notes: str = ""
