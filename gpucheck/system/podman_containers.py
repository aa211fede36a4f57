"""The port Containers by Podman's command line, which needs no service to run.

https://docs.podman.io/en/v4.3/markdown/podman-run.1.html. conmon ends a container after ``--timeout``, and
removes it, whatever becomes of us.
"""

import json
from collections.abc import Iterator
from typing import Any

from gpucheck.model.container import LABEL, Attempt, ContainerSpec, EngineAnswer, PullProgress
from gpucheck.model.fact import Known, Reason
from gpucheck.model.reference import ImageReference
from gpucheck.system.commands import HostCommands
from gpucheck.system.docker_containers import stored
from gpucheck.system.engine_words import clipped
from gpucheck.system.image_fields import listed, table, text
from gpucheck.system.leftovers import is_over
from gpucheck.system.podman_run import attempts, pull_lines
from gpucheck.system.ports import CommandResult, EngineRefusedError, StoredImage

_PATIENCE = 8.0  # seconds; its storage has one lock, which another podman may hold
_REMOVE = 8.0
_NO_SUCH_IMAGE = 125
_ONE_IMAGE = 1


class PodmanContainers:
    """Containers of this user's Podman."""

    def __init__(self) -> None:
        self._found = ""

    def answer(self, seconds: float) -> EngineAnswer:
        """Return who answers."""
        version = self._json(seconds, "version", "--format", "json")
        info = self._json(seconds, "info", "--format", "json")
        runtime = table(table(table(info).get("host")).get("ociRuntime"))
        return EngineAnswer(
            "podman", text(table(table(version).get("Client")).get("Version")), text(runtime.get("name"))
        )

    def names(self) -> tuple[str, ...]:
        """Return the names of the images that are there."""
        images = listed(self._json(_PATIENCE, "images", "--format", "json"))
        return tuple(text(name) for image in images for name in listed(table(image).get("Names")))

    def image(self, reference: ImageReference) -> StoredImage | None:
        """Return an image that is there: by the name given, as Podman completes it, or by the full one."""
        mark = f"@{reference.digest}" if reference.digest else f":{reference.tag}"
        for name in (reference.text, reference.name + mark):
            done = self._done(_PATIENCE, "image", "inspect", name)
            if done.returncode == 0:
                found = listed(_parsed(done))
                if len(found) == _ONE_IMAGE:
                    return stored(name, table(found[0]), reference, "podman image inspect")
        return None

    def pull(self, reference: ImageReference) -> Iterator[PullProgress]:
        """Get an image, with the login stored for its registry."""
        mark = f"@{reference.digest}" if reference.digest else f":{reference.tag}"
        return pull_lines((self._podman(), "pull", reference.name + mark))

    def run(self, spec: ContainerSpec, seconds: float) -> Iterator[Attempt]:
        """Start a container and yield what is known of it, the last one when it is gone."""
        return attempts(self._podman(), spec, seconds)

    def remove(self, run: str) -> tuple[str, ...]:
        """Remove the containers of one run; return those that could not be removed."""
        wanted = [identity for identity, labels in self._ours() if labels.get(LABEL) == run]
        return tuple(identity for identity in wanted if not self._removed(identity))

    def sweep(self, now: int, boot: str) -> tuple[str, ...]:
        """Remove the containers of runs whose time is over, or of another boot; return them."""
        over = [identity for identity, labels in self._ours() if is_over(labels, now, boot)]
        return tuple(identity for identity in over if self._removed(identity))

    def _ours(self) -> list[tuple[str, dict[str, str]]]:
        words = ("ps", "--all", "--filter", f"label={LABEL}", "--format", "json")
        found = listed(self._json(_PATIENCE, *words))
        return [(text(table(one).get("Id")), table(table(one).get("Labels"))) for one in found]

    def _removed(self, identity: str) -> bool:
        return self._done(_REMOVE, "rm", "--force", "--time", "0", "--ignore", identity).returncode == 0

    def _json(self, seconds: float, *words: str) -> Any:
        done = self._done(seconds, *words)
        if done.returncode != 0:
            raise EngineRefusedError(clipped(done.stderr.removeprefix("Error: ")))
        return _parsed(done)

    def _done(self, seconds: float, *words: str) -> CommandResult:
        fact = HostCommands().run((self._podman(), *words), seconds)
        if isinstance(fact, Known):
            return fact.value
        raise EngineRefusedError(fact.source, Reason.TIMEOUT)

    def _podman(self) -> str:
        if not self._found:
            fact = HostCommands().find("podman")
            if not isinstance(fact, Known):
                raise EngineRefusedError("Podman is not installed", Reason.UNREACHABLE)
            self._found = fact.value
        return self._found


def _parsed(done: CommandResult) -> Any:
    try:
        return json.loads(done.stdout or "null")
    except (ValueError, RecursionError):
        words = f"{done.source}: not the JSON that was asked for"
        raise EngineRefusedError(words, Reason.MALFORMED) from None
