"""Runs collect with the probes of one section, as gpucheck would, and prints the snapshot.

    python -m tests.fakes.collect_section SECTION TIMEOUT [DIRECTORY...]

The directories stand in for those beyond the loader's reach. Ends with 3 if a child is left.
"""

import os
import sys
from dataclasses import replace
from typing import Any

from gpucheck.collect import collect
from gpucheck.model.fact import Fact
from gpucheck.model.image_config import ImageConfig
from gpucheck.model.reference import ImageReference
from gpucheck.model.snapshot_file import dump_snapshot
from gpucheck.probes import cuda, nvml
from gpucheck.system.commands import NoCommands
from gpucheck.system.files import HostFiles
from gpucheck.system.gpu_libraries import GpuLibraries
from gpucheck.system.ports import System, not_live
from gpucheck.system.process import HostProcess

_PROBES = {"nvml": nvml.PROBE, "cuda": cuda.PROBE}


class _NoEngine:
    def describe(self, endpoint: str, timeout: float = 4.0) -> Fact[dict[str, Any]]:  # noqa: ARG002
        return not_live()

    def inspect_image(
        self, endpoint: str, reference: ImageReference, timeout: float = 4.0
    ) -> Fact[ImageConfig]:
        raise NotImplementedError


def main(section: str, timeout: str, *directories: str) -> int:
    system = System(
        HostFiles(), NoCommands(), HostProcess(), _NoEngine(), GpuLibraries(directories), live=True
    )
    probe = replace(_PROBES[section], timeout=float(timeout))
    sys.stdout.write(dump_snapshot(collect(system, probes=(probe,))))
    try:
        os.waitpid(-1, os.WNOHANG)
    except ChildProcessError:
        return 0  # no child, not even one that nobody has waited for
    return 3


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
