"""Which engine the docker command of a user talks to; all that asking it for an image needs to know."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DockerContext:
    """The context the docker CLI of this user would use."""

    name: str
    endpoint: str  # unix:///var/run/docker.sock
