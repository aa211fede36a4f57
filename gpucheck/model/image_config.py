"""An image's configuration as an engine or a registry gives it, before anything is concluded."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ImageConfig:
    """The parts of an OCI image configuration and its manifest that tell what the image needs.

    Environment values may hold secrets: this record never enters a snapshot or a report.
    """

    environment: tuple[tuple[str, str], ...]  # in order; a later one of the same name wins
    labels: dict[str, str] = field(default_factory=dict)
    architecture: str = ""  # amd64, arm64
    os: str = ""  # linux
    history: tuple[str, ...] = ()  # created_by of each step, oldest first
    size_bytes: int | None = None  # registry: sum of the compressed layers; engine: unpacked
    size_is_compressed: bool = True
    digest: str = ""  # what the reference led to: the index's where there is one, else the manifest's
    architectures: tuple[str, ...] = ()  # those the index offers, as linux/amd64's second part
    source: str = ""  # https://registry-1.docker.io/v2/… or "Engine API at unix:///…"
    notes: tuple[str, ...] = ()  # what was odd on the way: sizes that cannot be, a login that was refused


@dataclass(frozen=True, slots=True)
class NotForPlatform:
    """The image exists, and there is none of it for the platform that was asked for."""

    architecture: str  # the one asked for: arm64
    offered: tuple[str, ...]  # amd64, amd64/v3, windows/amd64; the system only where it is not linux
    digest: str = ""  # of the index
    source: str = ""  # where the index was read
    notes: tuple[str, ...] = ()
