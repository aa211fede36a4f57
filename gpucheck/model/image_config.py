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
    digest: str = ""  # of the manifest that was read
    architectures: tuple[str, ...] = ()  # those the index offers, as linux/amd64's second part
    source: str = ""  # https://registry-1.docker.io/v2/… or "Engine API at unix:///…"
