"""The ports of the live host, or of a host's filesystem mounted elsewhere."""

from gpucheck.system.commands import HostCommands, NoCommands
from gpucheck.system.docker_engine import DockerEngine
from gpucheck.system.files import HostFiles
from gpucheck.system.gpu_libraries import GpuLibraries
from gpucheck.system.ports import System
from gpucheck.system.process import HostProcess, now
from gpucheck.system.registry import RegistryClient


def host_system(root: str = "/") -> System:
    """Return the ports below ``root``; anything but / is a filesystem, not a live host."""
    live = root == "/"
    return System(
        files=HostFiles(root),
        commands=HostCommands() if live else NoCommands(),
        process=HostProcess(),
        engine=DockerEngine(),
        gpus=GpuLibraries(),
        live=live,
        now=now(),
        registry=RegistryClient(),
    )
