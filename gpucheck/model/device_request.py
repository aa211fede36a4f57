"""What a container asks of its engine in devices: the DeviceRequest of Docker's API."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class DeviceRequest:
    """One request for devices.

    Named and filled as in Docker's API, https://docs.docker.com/reference/api/engine/ (HostConfig).
    """

    driver: str = ""  # empty: the engine picks one that has the capabilities; cdi: the ids are CDI names
    count: int = 0  # -1 and less: all
    device_ids: tuple[str, ...] | None = None  # None: null in the API
    capabilities: tuple[tuple[str, ...], ...] = ()  # any of these sets
    options: dict[str, str] = field(default_factory=dict)
