"""How GPUs would come into a container: what is asked, by which path it goes, and what follows from that."""

from dataclasses import dataclass
from enum import Enum

from gpucheck.model.finding import Evidence
from gpucheck.model.target import Path

SCHEMA = "gpucheck.path/1"
# what follows from a path, in the order in which it is told
TOPICS = (
    "requirement", "driver_capabilities", "spec_freshness", "visible_devices", "daemon_reload",
    "rootless", "mig_names", "fallback", "count_zero",
)  # fmt: skip
WARNING = "warning"  # of its rows all are told that hold


class Engine(str, Enum):
    """Who starts the container."""

    DOCKER = "docker"
    PODMAN = "podman"
    NERDCTL = "nerdctl"
    CONTAINERD = "containerd"  # --gpus: of its client ctr; a CDI device: of the CRI plugin


class AskBy(str, Enum):
    """How GPUs are asked for."""

    GPUS = "gpus"  # --gpus
    DEVICE = "device"  # --device nvidia.com/gpu=…
    RUNTIME = "runtime"  # --runtime nvidia, or the default runtime, with NVIDIA_VISIBLE_DEVICES


@dataclass(frozen=True, slots=True)
class Asked:
    """What a container asks for."""

    engine: Engine = Engine.DOCKER
    by: AskBy = AskBy.GPUS
    runtime: str = ""  # OCI runtime by name; empty: the engine's default
    # what the path is asked for: "all", indices, UUIDs, CDI names; (): --gpus 0; None: not said which
    devices: tuple[str, ...] | None = None
    image_devices: str | None = None  # NVIDIA_VISIBLE_DEVICES of the image; None: not known
    engine_version: str = ""  # where the caller knows it: nerdctl's is in no snapshot


@dataclass(frozen=True, slots=True)
class Consequence:
    """One thing that follows from the path."""

    topic: str  # requirement | driver_capabilities | spec_freshness | visible_devices | …
    effect: str  # one word, stable: enforced, not_enforced, void, lost, …
    brief: str
    text: str
    row: str
    source: str
    unverified: bool = False


@dataclass(frozen=True, slots=True)
class Wanted:
    """The devices a container should see: what is asked for, looked up among those of the host."""

    spec: str = ""  # as it stands in a command line
    gpus: tuple[str, ...] = ()  # UUIDs
    unknown: tuple[str, ...] = ()  # what could not be told, and why: ``gpus`` is not all then
    notes: tuple[str, ...] = ()
    enforceable: bool = True  # False: the container will see all GPUs, whatever is asked for


@dataclass(frozen=True, slots=True)
class PathExplanation:
    """The path, what decides it, and what follows from it."""

    asked: Asked
    path: Path | None  # None: nothing injects GPUs (``known``), or it could not be told
    known: bool
    reason: str  # why it is that path, why there is none, or what is not known
    engine_version: str = ""  # empty: not known
    toolkit: str = ""
    missing: tuple[str, ...] = ()  # facts that were not had, where they leave it open
    possible: tuple[str, ...] = ()  # the paths it may be then; "none" among them: perhaps none
    rows: tuple[str, ...] = ()  # of injection_paths.json
    evidence: tuple[Evidence, ...] = ()
    consequences: tuple[Consequence, ...] = ()
    visible_devices: str | None = None  # NVIDIA_VISIBLE_DEVICES inside; None: not known
    warnings: tuple[str, ...] = ()
    data_version: str = ""
    requested: Wanted | None = None  # None: nobody looked the devices up

    def of(self, topic: str) -> Consequence | None:
        """Return what follows about a topic, None where nothing is known of it."""
        return next((found for found in self.consequences if found.topic == topic), None)
