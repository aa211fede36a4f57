"""Docker of this machine, which finds a stand-in for NVIDIA's hook on its PATH: the way of ``--gpus``.

    with hook_docker("h100x8") as bed:
        bed.cli("run", "--rm", "--gpus", "device=1", …)
        bed.play("driver_not_loaded")

https://github.com/moby/moby/blob/v20.10.24/daemon/nvidia_linux.go looks for the hook as it starts.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.beds.bed_dockerd import BedDockerd, folder_of_dockerd
from tests.beds.driver_files import built
from tests.beds.hook_failures import FAILURES
from tests.beds.pieces import Machine

MODES = ("normal", "wrong", "hang", *FAILURES)
_HOOK = "nvidia-container-runtime-hook"
_RUNTIME = "nvidia-container-runtime"
_CHECKOUT = Path(__file__).parents[2]


class HookDocker(BedDockerd):
    """A dockerd with the hook; the runtime ``nvidia`` is in its daemon.json where a test wants it to be."""

    def __init__(self, folder: Path, scenario: str, *, runtime: bool = False) -> None:
        tools = folder / "toolkit"
        super().__init__(folder, {"runtimes": {"nvidia": {"path": f"{tools}/{_RUNTIME}"}}} if runtime else {})
        self.prefix = ("env", f"PATH={tools}:{os.environ['PATH']}")
        (folder / "driver").symlink_to(built())
        tools.mkdir()
        _install(tools / _HOOK, "tests.beds.nvidia_hook", f"{folder}/")
        _install(tools / _RUNTIME, "tests.beds.nvidia_runtime", str(tools / _HOOK))
        self.show(scenario)
        self.play("normal")

    def play(self, mode: str) -> None:
        """Say what the hook does from now on: one of MODES, most of which are failures.

        A hook that hangs does so until another mode is set, and then goes on in that one.
        """
        assert mode in MODES, mode
        _replace(self.folder / "mode", mode)

    def show(self, scenario: str) -> None:
        """Say which GPUs the machine has from now on: the name of a preset, or the text of a scenario."""
        pieces = self.folder / "pieces"
        pieces.mkdir(exist_ok=True)
        for name, text in Machine(scenario).texts.items():
            (pieces / name).write_text(text)
        _replace(self.folder / "scenario.txt", scenario)

    def stop(self) -> None:
        """End dockerd, which waits for a hook that hangs."""
        self.play("driver_timeout")
        super().stop()


@contextmanager
def hook_docker(scenario: str = "h100x8", *, runtime: bool = False) -> Iterator[HookDocker]:
    """Run Docker with the hook on a machine of that scenario (a preset's name, or text)."""
    with folder_of_dockerd() as folder:
        bed = HookDocker(folder, scenario, runtime=runtime)
        with bed:
            yield bed


def _install(place: Path, module: str, argument: str) -> None:
    run = f'PYTHONPATH={_CHECKOUT} exec {sys.executable} -m {module} {argument} "$@"'
    place.write_text(f"#!/bin/sh\n{run}\n")
    place.chmod(0o755)


def _replace(path: Path, text: str) -> None:
    """Write a file that a hook may be reading."""
    fresh = path.with_suffix(".new")
    fresh.write_text(text)
    fresh.rename(path)
