"""The ports that asking about images takes: an engine, registries, the user's settings. No GPU is touched.

Apart from ``host_system``, because what that imports for NVML and commands would double the time of asking.
"""

from collections.abc import Iterator
from typing import Any

from gpucheck.system.commands import NoCommands
from gpucheck.system.docker_engine import DockerEngine
from gpucheck.system.files import HostFiles
from gpucheck.system.ports import System
from gpucheck.system.process import HostProcess
from gpucheck.system.registry import RegistryClient


class NoGpus:
    """Stands in where no GPU is to be asked."""

    def nvml(self) -> Iterator[tuple[Any, ...]]:
        """Say nothing."""
        return iter(())

    def cuda(self) -> Iterator[tuple[str, Any]]:
        """Say nothing."""
        return iter(())


def asking_system(root: str = "/") -> System:
    """Return the ports of this machine, with the files below ``root``."""
    return System(
        files=HostFiles(root),
        commands=NoCommands(),
        process=HostProcess(),
        engine=DockerEngine(),
        gpus=NoGpus(),
        registry=RegistryClient(),
    )
