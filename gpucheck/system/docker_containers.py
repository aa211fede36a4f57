"""The port Containers at a Docker engine of this host."""

from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from typing import Any

from gpucheck.model.container import LABEL, Attempt, ContainerSpec, EngineAnswer, PullProgress
from gpucheck.model.reference import ImageReference
from gpucheck.system.docker_client import MissingError, asked, connect
from gpucheck.system.docker_run import DockerRun, removed
from gpucheck.system.engine_image import familiar, inspected
from gpucheck.system.engine_words import Layers, clipped, progress_of
from gpucheck.system.image_fields import listed, table, text
from gpucheck.system.leftovers import is_over
from gpucheck.system.ports import EngineRefusedError, StoredImage

_CONNECT = 4.0  # seconds for an answer
_PODMAN = "Podman Engine"


class DockerContainers:
    """Containers of the engine behind an endpoint."""

    def __init__(self, endpoint: str) -> None:
        self._endpoint = endpoint
        self._connected: Any = None

    def answer(self, seconds: float) -> EngineAnswer:
        """Return who answers."""
        client = self._client(seconds)
        version, info = asked(client.version), asked(client.info)
        names = {text(table(part).get("Name")) for part in listed(table(version).get("Components"))}
        return EngineAnswer(
            "podman" if _PODMAN in names else "docker",
            text(table(version).get("Version")),
            text(table(info).get("DefaultRuntime")),
        )

    def names(self) -> tuple[str, ...]:
        """Return the names of the images that are there."""
        found = asked(self._client().images)
        return tuple(text(tag) for image in found for tag in listed(table(image).get("RepoTags")))

    def image(self, reference: ImageReference) -> StoredImage | None:
        """Return an image that is there, by its full name or the one Docker shows."""
        mark = f"@{reference.digest}" if reference.digest else f":{reference.tag}"
        client = self._client()
        for name in dict.fromkeys((reference.name, familiar(reference.name))):
            with suppress(MissingError):
                found = table(asked(partial(client.inspect_image, name + mark)))
                return stored(name + mark, found, reference, f"Engine API at {self._endpoint}")
        return None

    def pull(self, reference: ImageReference) -> Iterator[PullProgress]:
        """Get an image, with the login stored for its registry."""
        mark = reference.digest or reference.tag  # the API takes a digest for a tag
        client = self._client()
        events = asked(lambda: client.pull(reference.name, tag=mark, stream=True, decode=True))
        layers: Layers = {}
        while (event := asked(lambda: next(events, None))) is not None:
            if "error" in event:
                raise EngineRefusedError(clipped(text(event["error"])))
            yield progress_of(event, layers)

    def run(self, spec: ContainerSpec, seconds: float) -> Iterator[Attempt]:
        """Start a container and yield what is known of it, the last one when it is gone."""
        return DockerRun(self._client(seconds), spec, seconds).attempts()

    def remove(self, run: str) -> tuple[str, ...]:
        """Remove the containers of one run; return those that could not be removed."""
        client = self._client()
        wanted = [identity for identity, labels in self._ours() if labels.get(LABEL) == run]
        return tuple(identity for identity in wanted if not removed(client, identity))

    def sweep(self, now: int, boot: str) -> tuple[str, ...]:
        """Remove the containers of runs whose time is over, or of another boot; return them."""
        client = self._client()
        over = [identity for identity, labels in self._ours() if is_over(labels, now, boot)]
        return tuple(identity for identity in over if removed(client, identity))

    def _ours(self) -> list[tuple[str, dict[str, str]]]:
        client = self._client()
        found = asked(lambda: client.containers(all=True, filters={"label": LABEL}))
        return [(text(table(one).get("Id")), table(table(one).get("Labels"))) for one in found]

    def _client(self, seconds: float = _CONNECT) -> Any:
        """Return the SDK's client; ``seconds`` bound each of its reads from now on."""
        if self._connected is None:
            self._connected = asked(lambda: connect(self._endpoint, seconds))
        self._connected.timeout = seconds
        return self._connected


def stored(name: str, found: dict[str, Any], reference: ImageReference, source: str) -> StoredImage:
    """Return an image as ``inspect`` of Docker and Podman describes it."""
    config = table(found.get("Config"))
    entrypoint, command = (tuple(map(text, listed(config.get(key)))) for key in ("Entrypoint", "Cmd"))
    return StoredImage(name, inspected(found, reference, source), entrypoint, command)
