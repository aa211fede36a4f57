"""A user's own rows laid over the shipped tables: those with the key of a shipped row take its place."""

from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Overlay:
    """Rows of a user's folder, by table file."""

    folder: str = ""
    rows: dict[str, tuple[Any, ...]] = field(default_factory=dict)

    def of(self, name: str, kind: type[R]) -> tuple[R, ...]:  # noqa: ARG002 - says what the rows are
        """Return the user's rows for a table file."""
        return cast("tuple[R, ...]", self.rows.get(name, ()))


NO_OVERLAY = Overlay()
