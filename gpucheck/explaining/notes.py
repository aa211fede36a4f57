"""What a text says that names no cause by itself: Xids of programs, and such that no table has."""

from collections.abc import Iterator

from gpucheck.explaining.observed import Observed
from gpucheck.explaining.why import quoted
from gpucheck.tables import Tables

_MOST = 8  # notes; a log may have many Xids


def notes(said: Observed, tables: Tables) -> tuple[str, ...]:
    """Return what each Xid of a text means that speaks for no cause, and what to do about it."""
    found = list(_xids(said, tables))
    return (*found[:_MOST], *[f"{len(found) - _MOST} further Xids"] * (len(found) > _MOST))


def _xids(said: Observed, tables: Tables) -> Iterator[str]:
    for number in sorted(said.xids):
        row = tables.xids.get(number)
        line = quoted(said.xids[number])
        if row is None:
            yield f'Xid {number} is in no table of this gpucheck: "{line}"'
        elif not row.cause:
            yield f'Xid {number}: {row.meaning} {row.action} "{line}"'
