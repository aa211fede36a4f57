"""A laid out host as the ports through which gpucheck looks."""

from collections.abc import Iterator
from typing import Any

from gpucheck.model.fact import Absent, Fact, Known, Reason, Unavailable
from gpucheck.model.image_config import ImageConfig
from gpucheck.model.reference import ImageReference
from gpucheck.system.gpu_libraries import _OF_A_SESSION, GpuLibraries, _without_library
from gpucheck.system.library_places import directories
from gpucheck.system.ports import System
from tests.hosts.files import Files
from tests.hosts.laid_out import BOOT, Host
from tests.hosts.programs import Commands, Process


class Engine:
    """The engines of the host: each answers at its own endpoint."""

    def __init__(self, host: Host, files: Files) -> None:
        self._host, self._files = host, files

    def describe(self, endpoint: str, timeout: float = 4.0) -> Fact[dict[str, Any]]:  # noqa: ARG002
        path = endpoint.removeprefix("unix://")
        if not self._files.exists(path):
            return Absent((path,))
        if not self._files.may(path, "w"):
            return Unavailable(Reason.NOT_PERMITTED, f"{endpoint}: this user may not connect")
        answer = self._host.engines.get(endpoint)
        if answer is None:
            return Unavailable(Reason.UNREACHABLE, f"{endpoint}: Connection refused")
        if "fails" in answer:
            return Unavailable(Reason(answer["fails"]), f"{endpoint}: {answer.get('detail', '')}")
        return Known({part: answer[part] for part in ("info", "version")}, f"Engine API at {endpoint}")

    def inspect_image(
        self, endpoint: str, reference: ImageReference, timeout: float = 4.0
    ) -> Fact[ImageConfig]:
        raise NotImplementedError


class Gpus:
    """The real sessions with the fake libraries, where the host has a library the loader finds."""

    def __init__(self, host: Host, files: Files) -> None:
        self._host, self._files = host, files
        self._libraries = GpuLibraries(())
        self._machine = files.text("/proc/sys/kernel/arch").get("").strip()

    def nvml(self) -> Iterator[tuple[Any, ...]]:
        yield from self._asked(
            "libnvidia-ml.so.1", self._libraries.nvml(), ("init", "library"), _OF_A_SESSION
        )

    def cuda(self) -> Iterator[tuple[str, Any]]:
        own = ("init_code", "init_name", "library")
        yield from self._asked(
            "libcuda.so.1", self._libraries.cuda(), own, ("device_count", "driver_version")
        )

    def _asked(
        self, soname: str, parts: Iterator[tuple[Any, ...]], own: tuple[str, ...], others: tuple[str, ...]
    ) -> Iterator[tuple[Any, ...]]:
        places = [path for path in self._host.cached if path.endswith(f"/{soname}")]
        places += [f"{folder}/{soname}" for folder in directories(self._machine)]
        if soname == "libcuda.so.1" and self._host.library:
            places = [self._host.library]
        loaded = next(filter(self._files.exists, places), "")
        if not loaded:
            yield from _without_library(Absent((f"{soname} (dynamic loader)", *places)), own, others)
            return
        for name, *rest in parts:
            if name == "library":
                yield name, Known(self._files.resolve(loaded).get(loaded), "/proc/self/maps")
            else:
                yield (name, *rest)


def system_of(host: Host) -> System:
    files = Files(host)
    return System(
        files, Commands(host, files), Process(host), Engine(host, files), Gpus(host, files),
        live=True, now=BOOT + (host.now or 3 * 86_400),
    )  # fmt: skip
