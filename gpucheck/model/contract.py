"""The contract: what a host must have, and which findings are tolerated until when. Data only."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

SCHEMA = "gpucheck.contract/1"


@dataclass(frozen=True, slots=True)
class Term:
    """One setting of the contract: its dotted key, its value as TOML has it, and where it stands."""

    key: str  # gpus.count
    value: Any
    line: int  # from 1


@dataclass(frozen=True, slots=True)
class Toleration:
    """A complaint that counts for nothing until a day."""

    check: str  # an id: GC303
    reason: str
    until: date  # the last day on which it holds
    line: int
    subject: str = ""  # gpu 3, a path; empty: every subject


@dataclass(frozen=True, slots=True)
class Contract:
    """A read contract. ``terms`` holds what it sets; what it does not name is not asked for."""

    path: str
    terms: Mapping[str, Term] = field(default_factory=dict)
    tolerated: tuple[Toleration, ...] = ()

    @property
    def images(self) -> tuple[str, ...]:
        """References of the images that must run."""
        term = self.terms.get("images")
        return tuple(term.value) if term is not None else ()
