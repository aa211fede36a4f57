"""A container of our own: what it shall be, and what became of it."""

from dataclasses import dataclass, field
from enum import Enum

from gpucheck.model.device_request import DeviceRequest
from gpucheck.model.image import ImageNeed

LABEL = "io.gpucheck.run"  # the run's id; the others say who made it, and until when it may be there
PID_LABEL = "io.gpucheck.pid"
BOOT_LABEL = "io.gpucheck.boot"
DEADLINE_LABEL = "io.gpucheck.deadline"  # seconds since the epoch


@dataclass(frozen=True, slots=True)
class ContainerSpec:
    """A container to be started; what every test container has in common is the engine adapter's."""

    name: str
    image: str
    labels: dict[str, str]
    seconds: int  # how long it may run, where the engine itself can end it
    entrypoint: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    requests: tuple[DeviceRequest, ...] = ()
    runtime: str = ""  # an OCI runtime's name; empty: the engine's default
    environment: tuple[str, ...] = ()  # NAME=value, of each name one
    # path in the container -> file of the host; read-only
    files: dict[str, str] = field(default_factory=dict)
    scratch: bool = False  # a small writable /tmp in memory
    read_only: bool = True  # the root filesystem


class Ended(str, Enum):
    """What became of a container."""

    EXITED = "exited"
    REFUSED = "refused"  # the engine did not start it
    TIMED_OUT = "timed_out"
    LOST = "lost"  # nobody told


@dataclass(frozen=True, slots=True)
class Attempt:
    """One container, as far as it got."""

    ended: Ended
    created: bool = False
    started: bool = False
    exit_code: int | None = None
    stdout: str = ""  # the first and last part of it, where it is long
    stderr: str = ""
    said: str = ""  # the engine's words where it refused, or why nothing is known
    left_over: bool = False  # it could not be removed
    duration_ms: int = 0


@dataclass(frozen=True, slots=True)
class LocalImage:
    """An image that the engine has."""

    name: str  # by which the engine finds it
    need: ImageNeed
    entrypoint: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    architecture: str = ""  # amd64, arm64
    size_bytes: int | None = None  # unpacked


@dataclass(frozen=True, slots=True)
class PullProgress:
    """How far a pull is; the total grows while its layers become known."""

    done_bytes: int = 0
    total_bytes: int = 0
    text: str = ""  # the engine's words where it tells nothing in numbers


@dataclass(frozen=True, slots=True)
class EngineAnswer:
    """The engine behind the endpoint."""

    name: str  # docker | podman
    version: str
    runtime: str = ""  # its default OCI runtime
    swept: tuple[str, ...] = ()  # containers of earlier runs, left behind, that were removed
    images: tuple[str, ...] = ()  # names of those it has
