"""Ports for probe tests: real files below a folder, and programs, settings and engines that are told."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from gpucheck.model.fact import Absent, Fact, Known, Unavailable
from gpucheck.model.image_config import ImageConfig
from gpucheck.model.reference import ImageReference
from gpucheck.probes._base import Probe
from gpucheck.system.files import HostFiles
from gpucheck.system.ports import CommandResult, System, not_live

NOBODY = 65534


@dataclass
class Programs:
    """Programs by path: what each prints, or why it cannot be run."""

    printed: dict[str, str | Unavailable] = field(default_factory=dict)
    ran: list[tuple[str, ...]] = field(default_factory=list)

    def find(self, name: str) -> Fact[str]:
        path = next((path for path in self.printed if path.endswith(f"/{name}")), "")
        return Known(path, path) if path else Absent((f"/usr/bin/{name}",))

    def run(self, argv: tuple[str, ...], timeout: float = 3.0) -> Fact[CommandResult]:  # noqa: ARG002 - the port's
        self.ran.append(argv)
        said = self.printed[argv[0]]
        return (
            said if isinstance(said, Unavailable) else Known(CommandResult(argv, 0, said, ""), " ".join(argv))
        )


@dataclass
class Failing(Programs):
    """Programs that end with exit code 1 and these words on stderr."""

    stderr: str = ""

    def run(self, argv: tuple[str, ...], timeout: float = 3.0) -> Fact[CommandResult]:
        self.ran.append(argv)
        return Known(
            CommandResult(argv, 1, str(self.printed[argv[0]]), self.stderr), f"{argv[0]} ({timeout:g} s)"
        )


@dataclass
class User:
    """Who looks, and with which environment."""

    settings: dict[str, str] = field(default_factory=dict)
    uid: int = 0
    groups: tuple[int, ...] = (0,)
    python_version: str = "3.12.0"

    def setting(self, name: str) -> str:
        return self.settings.get(name, "")


@dataclass
class Answer:
    """An engine that gives one answer, and notes where it was asked."""

    fact: Fact[dict[str, Any]] = field(default_factory=not_live)
    asked: list[str] = field(default_factory=list)

    def describe(self, endpoint: str, timeout: float = 4.0) -> Fact[dict[str, Any]]:  # noqa: ARG002
        self.asked.append(endpoint)
        return self.fact

    def inspect_image(
        self, endpoint: str, reference: ImageReference, timeout: float = 4.0
    ) -> Fact[ImageConfig]:
        raise NotImplementedError


class NoGpus:
    def nvml(self) -> Iterator[tuple[Any, ...]]:
        raise NotImplementedError

    def cuda(self) -> Iterator[tuple[str, Any]]:
        raise NotImplementedError


def a_system(
    root: Path,
    *,
    live: bool = True,
    programs: Programs | None = None,
    user: User | None = None,
    engine: Answer | None = None,
) -> System:
    return System(
        HostFiles(str(root)), programs or Programs(), user or User(), engine or Answer(), NoGpus(), live=live
    )


@contextmanager
def as_nobody() -> Iterator[None]:
    """Be an unprivileged user for a while. Only root can; its real identity matters to access(2)."""
    groups = os.getgroups()
    os.setgroups([])
    os.setresgid(NOBODY, NOBODY, 0)
    os.setresuid(NOBODY, NOBODY, 0)
    try:
        yield
    finally:
        os.setresuid(0, 0, 0)
        os.setresgid(0, 0, 0)
        os.setgroups(groups)


@contextmanager
def a_root_anyone_may_enter() -> Iterator[Path]:
    """Yield a folder outside pytest's own, which only its owner may enter."""
    with TemporaryDirectory(prefix="gpucheck-root-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def put(root: Path, path: str, content: str | bytes = "") -> str:
    """Write a file of the host; return its path there."""
    place = root / path.lstrip("/")
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def facts(probe: Probe, system: System) -> dict[str, Any]:
    """Return the fields a probe fills, the last word on each."""
    return {part[0]: part[-1] for part in probe.run(system)}
