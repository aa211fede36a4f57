"""What is wrong with the tables, a line a problem; and how many rows each of them has."""

import json

from gpucheck.model.codec import encode
from gpucheck.model.data import Problem, TableSize
from gpucheck.render._text import visible


def render(problems: list[Problem], sizes: list[TableSize], data_version: str, form: str) -> str:
    """Return the outcome of a verification as terminal text or JSON (``form``)."""
    if form == "json":
        head = {"schema": "gpucheck.data-verify/1", "data_version": data_version}
        return json.dumps(head | {"problems": encode(problems)}, indent=2) + "\n"
    if not problems:
        rows = sum(size.rows for size in sizes)
        return f"data {visible(data_version)}: {rows} rows in {len(sizes)} tables, nothing wrong\n"
    return "".join(f"{_line(problem)}\n" for problem in problems)


def render_version(sizes: list[TableSize], data_version: str, overlay: str, form: str) -> str:
    """Return the data's version and the size of each table."""
    if form == "json":
        head = {"schema": "gpucheck.data-version/1", "data_version": data_version, "overlay": overlay}
        return json.dumps(head | {"tables": encode(sizes)}, indent=2) + "\n"
    lines = [f"data {visible(data_version)}"]
    if overlay:
        lines.append(f"with the rows of {visible(overlay)}")
    width = max((len(size.table) for size in sizes), default=0)
    lines += [f"  {size.table:{width}}  {size.rows:5}{_own(size)}" for size in sizes]
    return "\n".join(lines) + "\n"


def _own(size: TableSize) -> str:
    return f"  {size.own} of them yours" if size.own else ""


def _line(problem: Problem) -> str:
    parts = (problem.table, problem.row, problem.what)
    return visible(": ".join(part for part in parts if part))
