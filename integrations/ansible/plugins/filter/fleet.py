"""Filters for the summary of a fleet: what is known of each host, and a table of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

_COLUMNS = ("host", "verdict", "cause", "driver", "gpus", "contract")
_WIDEST = 60  # characters of a cell


def fleet_rows(hosts: Iterable[str], variables: Mapping[str, Mapping[str, Any]]) -> list[dict[str, str]]:
    """Return a row for each host, also for one that was not reached or gave no answer."""
    return [_row(host, variables[host]) for host in hosts]


def _row(host: str, told: Mapping[str, Any]) -> dict[str, str]:
    result = told.get("gpucheck_host_result") or {}
    reached = told.get("gpucheck_fleet_reached") or {}
    if result.get("report"):
        return {"host": str(host), **_of_report(result)}
    verdict = "unreachable" if reached.get("unreachable") else "no answer"
    said = told.get("gpucheck_fleet_error") or result.get("msg") or reached.get("msg")
    return dict.fromkeys(_COLUMNS, "") | {
        "host": str(host),
        "verdict": verdict,
        "cause": _end_of(str(said or "lost, or not judged")),
    }


def _end_of(text: str) -> str:
    """Return the end of a long message: what led to it comes last."""
    line = " ".join(text.split())
    return line if len(line) <= _WIDEST else "..." + line[3 - _WIDEST :]


def _of_report(result: Mapping[str, Any]) -> dict[str, str]:
    host = result["report"].get("host") or {}
    products = list(host.get("gpus") or ())
    worst = (result.get("findings") or [{}])[0]
    cause = result.get("cause") or ({} if result["ready"] else {**worst, "cause": worst.get("detail")})
    return {
        "verdict": str(result["verdict"]).replace("_", " "),
        "cause": " ".join(str(cause[key]) for key in ("check", "cause") if cause.get(key)),
        "driver": str(host.get("driver") or ""),
        "gpus": ", ".join(f"{products.count(name)} x {name}" for name in dict.fromkeys(products)),
        "contract": str(result["contract"]["state"] or "none").replace("_", " "),
    }


def table(rows: Iterable[Mapping[str, Any]], columns: Iterable[str] = _COLUMNS) -> list[str]:
    """Return the lines of a table, a head first. Cells are of one line, and cut where they are long."""
    names = list(columns)
    lines = [[name.upper() for name in names]] + [[_cell(row.get(name)) for name in names] for row in rows]
    widths = [max(len(line[place]) for line in lines) for place in range(len(names))]
    padded = ([cell.ljust(width) for cell, width in zip(line, widths, strict=True)] for line in lines)
    return ["  ".join(cells).rstrip() for cells in padded]


def _cell(value: Any) -> str:
    words = "".join(letter if letter.isprintable() else " " for letter in str(value or "-")).split()
    text = " ".join(words) or "-"
    return text if len(text) <= _WIDEST else text[: _WIDEST - 3] + "..."


class FilterModule:
    """What Ansible loads."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return the filters by name."""
        return {"fleet_rows": fleet_rows, "table": table}
