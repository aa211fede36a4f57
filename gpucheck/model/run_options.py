"""What a container test shall do, as the command line or a program asks for it."""

from dataclasses import dataclass

from gpucheck.model.choices import EngineName, Level, Pull


@dataclass(frozen=True, slots=True)
class RunOptions:
    """The container test. Empty, or None: not said."""

    gpus: tuple[str, ...] = ()  # values of --gpus
    devices: tuple[str, ...] = ()  # values of --device: CDI names
    image: str = ""  # empty: gpucheck chooses
    engine: EngineName | None = None
    runtime: str = ""  # an OCI runtime by name
    environment: tuple[str, ...] = ()  # NAME=value; may be secret
    level: Level | None = None
    pull: Pull = Pull.MISSING
    pull_timeout: float = 600.0  # seconds
    timeout: float = 30.0  # seconds for all but the pull
    command: tuple[str, ...] = ()  # to be run as well
