"""Prints what doctor says of hosts: ``python -m tests.hosts.show [NAME…]``, all of them without a name."""

import sys
import tempfile
from pathlib import Path

from gpucheck.evaluate import evaluate
from gpucheck.model.choices import Format
from gpucheck.render import Options, render
from gpucheck.tables import load_tables
from tests.hosts.scenarios import scenarios, snapshot_of


def main(names: list[str]) -> int:
    for scenario in scenarios():
        if names and scenario.name not in names:
            continue
        with tempfile.TemporaryDirectory() as folder:
            report = evaluate(snapshot_of(scenario, Path(folder)), load_tables())
        found = report.cause.cause if report.cause else ""
        print(f"=== {scenario.name}: {scenario.cause or 'healthy'} -> {found} ({report.verdict.value})")  # noqa: T201
        print(render(report, Format.TERMINAL, Options(width=110, unicode=True)))  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
