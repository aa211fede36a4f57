"""What a probe may ask of the host. Each method has a bound on time and size."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from gpucheck.model.fact import Fact, Reason, Unavailable
from gpucheck.model.image_config import ImageConfig, NotForPlatform
from gpucheck.model.reference import ImageReference

if TYPE_CHECKING:  # only what starts containers needs them at run time
    from gpucheck.model.container import Attempt, ContainerSpec, EngineAnswer, PullProgress


@dataclass(frozen=True, slots=True)
class FileStatus:
    """The parts of stat(2) that probes use."""

    kind: str  # file | directory | char | socket | FIFO | other
    mode: int  # permission bits
    uid: int
    gid: int
    size: int
    major: int  # of a device node, else 0
    minor: int
    modified_at: int  # seconds since the epoch
    changed_at: int


class Files(Protocol):
    """Files below a root. Paths are absolute as on the host; links never leave the root."""

    root: str

    def text(self, path: str, limit: int = 1 << 20) -> Fact[str]:
        """Return the text of a file (undecodable bytes replaced); absent, or unavailable with why."""

    def data(self, path: str, limit: int = 1 << 20) -> Fact[bytes]:
        """Return the bytes of a file."""

    def tail(self, path: str, size: int) -> Fact[bytes]:
        """Return the last ``size`` bytes of a file."""

    def part(self, path: str, offset: int, size: int) -> Fact[bytes]:
        """Return up to ``size`` bytes of a file from ``offset`` on; fewer at its end."""

    def records(self, path: str, newest: int) -> Fact[tuple[bytes, ...]]:
        """Return the newest records a log device such as /dev/kmsg holds now, without waiting."""

    def entries(self, path: str) -> Fact[tuple[str, ...]]:
        """Return the sorted names in a directory (at most 20,000)."""

    def link(self, path: str) -> Fact[str]:
        """Return the target text of a symbolic link."""

    def resolve(self, path: str) -> Fact[str]:
        """Return the real path, links followed within the root; absent if it leads nowhere."""

    def status(self, path: str) -> Fact[FileStatus]:
        """Return the status of what the path leads to (links followed within the root)."""

    def label(self, path: str) -> Fact[str]:
        """Return the SELinux label of what the path leads to; absent if it has none."""

    def exists(self, path: str) -> bool:
        """Return whether the path leads to anything this process may see."""

    def may(self, path: str, mode: str) -> bool:
        """Return whether this process may open the path for ``mode`` ("r", "w", "x")."""


@dataclass(frozen=True, slots=True)
class CommandResult:
    """What a command printed, and how it ended."""

    argv: tuple[str, ...]
    returncode: int
    stdout: str
    stderr: str

    @property
    def source(self) -> str:
        """The command line, for a fact's source."""
        return " ".join(self.argv)


class Commands(Protocol):
    """Programs of the host: argv only, absolute paths, LC_ALL=C, closed stdin, bounded output."""

    def find(self, name: str) -> Fact[str]:
        """Return the absolute path of an executable; searched in PATH and the usual places."""

    def run(self, argv: tuple[str, ...], timeout: float = 3.0) -> Fact[CommandResult]:
        """Return what the command printed, whatever its exit code; unavailable if it did not end."""


class Process(Protocol):
    """The process that looks."""

    uid: int
    groups: tuple[int, ...]
    python_version: str

    def setting(self, name: str) -> str:
        """Return an environment variable, or ''. Values stay out of snapshots."""


class Engine(Protocol):
    """A Docker engine behind an endpoint."""

    def describe(self, endpoint: str, timeout: float = 4.0) -> Fact[dict[str, Any]]:
        """Return {"info": …, "version": …} of the Engine API, or why there is no answer."""

    def inspect_image(
        self, endpoint: str, reference: ImageReference, timeout: float = 4.0
    ) -> Fact[ImageConfig]:
        """Return the configuration of an image the engine has; absent where it does not have it."""


class Registry(Protocol):
    """Image registries; nothing of a layer is ever asked for."""

    def config_of(
        self,
        reference: ImageReference,
        architecture: str,
        timeout: float,
        insecure: tuple[str, ...] = (),
        mirrors: tuple[str, ...] = (),
    ) -> Fact[ImageConfig | NotForPlatform]:
        """Return the configuration for linux/``architecture``; absent where there is no such image.

        A registry that has one image only, without an index, gives that one: see its architecture.
        Bounded by ``timeout``, but for the lookup of names. ``insecure`` and ``mirrors`` are dockerd's
        insecure-registries and registry-mirrors.
        """


@dataclass(frozen=True, slots=True)
class StoredImage:
    """An image that an engine has, as it describes it; its configuration may hold secrets."""

    name: str  # by which the engine finds it
    config: ImageConfig
    entrypoint: tuple[str, ...] = ()
    command: tuple[str, ...] = ()


class EngineRefusedError(Exception):
    """An engine did not do what it was asked; the text is its words, or why it said none."""

    def __init__(self, words: str, reason: Reason = Reason.FAILED) -> None:
        super().__init__(words)
        self.reason = reason


class Containers(Protocol):
    """An engine that starts containers. Called only inside a child process with a deadline.

    Every method raises EngineRefusedError.
    """

    def answer(self, seconds: float) -> "EngineAnswer":
        """Return who answers; ``images`` and ``swept`` are left empty."""

    def names(self) -> tuple[str, ...]:
        """Return the names of the images that are there."""

    def image(self, reference: ImageReference) -> StoredImage | None:
        """Return an image that is there."""

    def pull(self, reference: ImageReference) -> "Iterator[PullProgress]":
        """Get an image, and tell of it; without a bound of its own."""

    def run(self, spec: "ContainerSpec", seconds: float) -> "Iterator[Attempt]":
        """Start a container and yield what is known of it, the last one when it is gone.

        Closed early, or orphaned, it removes the container.
        """

    def remove(self, run: str) -> tuple[str, ...]:
        """Remove the containers of one run and return the names of those that could not be removed."""

    def sweep(self, now: int, boot: str) -> tuple[str, ...]:
        """Remove the containers of runs whose time is over, or of another boot; return their names."""


class Gpus(Protocol):
    """NVML and libcuda; called only inside a probe's own child process."""

    def nvml(self) -> Iterator[tuple[Any, ...]]:
        """Yield parts of the Nvml section: (field, fact), or ("gpus", index, Gpu)."""

    def cuda(self) -> Iterator[tuple[str, Any]]:
        """Yield parts of the Cuda section: (field, fact)."""


class NoRegistry:
    """Stands in where no registry is to be asked."""

    def config_of(
        self,
        reference: ImageReference,
        architecture: str,  # noqa: ARG002
        timeout: float,  # noqa: ARG002
        insecure: tuple[str, ...] = (),  # noqa: ARG002
        mirrors: tuple[str, ...] = (),  # noqa: ARG002
    ) -> Fact[ImageConfig | NotForPlatform]:
        """Return that nobody was asked."""
        return Unavailable(Reason.NOT_COLLECTED, f"{reference.registry} was not asked")


@dataclass(frozen=True, slots=True)
class System:
    """All ports. ``live`` is false where only files of another host are at hand (--root)."""

    files: Files
    commands: Commands
    process: Process
    engine: Engine
    gpus: Gpus
    live: bool = True
    now: int = 0  # seconds since the epoch, fixed when collection starts
    registry: Registry = field(default_factory=NoRegistry)


NOT_LIVE = "only a running host can tell; this looks at its files (--root)"


def not_live() -> Unavailable:
    """Return the fact of anything that cannot be asked of a mounted filesystem."""
    return Unavailable(Reason.NOT_LIVE, NOT_LIVE)
