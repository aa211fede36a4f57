"""Which engine starts the test container: the one that is asked for, else Docker, else Podman."""

from collections.abc import Callable
from dataclasses import dataclass

from gpucheck.model.choices import EngineName
from gpucheck.probes._user import docker_context, endpoint_of
from gpucheck.system.ports import Containers, System

_LOCAL = ("unix://", "tcp://localhost", "tcp://127.", "tcp://[::1]", "http://localhost", "http://127.")


@dataclass(frozen=True, slots=True)
class Candidate:
    """An engine that may be there."""

    name: EngineName
    place: str  # its endpoint, in words
    connect: Callable[[], Containers]
    never: str = ""  # why it cannot be used, whether it is there or not


def candidates(system: System, wanted: EngineName | None) -> tuple[Candidate, ...]:
    """Return the engines to be tried, in that order."""
    order = (wanted,) if wanted is not None else (EngineName.DOCKER, EngineName.PODMAN)
    return tuple(_docker(system) if name is EngineName.DOCKER else _podman() for name in order)


def _docker(system: System) -> Candidate:
    endpoint = endpoint_of(docker_context(system))

    def connect() -> Containers:
        from gpucheck.system.docker_containers import DockerContainers  # noqa: PLC0415 - the SDK takes 0.1 s

        return DockerContainers(endpoint)

    remote = "" if endpoint.startswith(_LOCAL) else f"{endpoint}: an engine on another machine"
    return Candidate(EngineName.DOCKER, endpoint, connect, remote)


def _podman() -> Candidate:
    def connect() -> Containers:
        from gpucheck.system.podman_containers import PodmanContainers  # noqa: PLC0415 - where it is asked

        return PodmanContainers()

    return Candidate(EngineName.PODMAN, "podman", connect)
