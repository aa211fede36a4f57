"""Looks at a host as gpucheck would and writes the snapshot: ``python -m tests.hosts.look SCENARIO LAYOUT``.

Runs as a process of its own, so that the loader finds the fake libraries: LAYOUT is an empty folder to lay
the host out in, and tests.hosts.scenarios gives the environment.
"""

import os
import sys
from pathlib import Path

from gpucheck.collect import collect
from gpucheck.model.snapshot_file import dump_snapshot
from tests.hosts.layers import layers_of
from tests.hosts.layout import lay_out
from tests.hosts.ports import system_of


def main(folder: str, layout: str) -> int:
    host = lay_out(layers_of(Path(folder)), Path(layout))
    Path(os.environ["FAKE_NVML_SCENARIO"]).write_text(host.nvml, encoding="utf-8")
    sys.stdout.write(dump_snapshot(collect(system_of(host), host.patience)))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
