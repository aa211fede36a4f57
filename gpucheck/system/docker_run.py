"""One container of a Docker engine, from its creation until it is gone."""

import os
import select
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from gpucheck.model.container import Attempt, ContainerSpec, Ended
from gpucheck.model.fact import Reason
from gpucheck.system.attached import Streams
from gpucheck.system.docker_client import MissingError, asked
from gpucheck.system.docker_request import creation
from gpucheck.system.image_fields import table, text
from gpucheck.system.orphan import Parent
from gpucheck.system.ports import EngineRefusedError

_GLANCE = 0.3  # seconds between looks at whether our parent is still there
_REMOVE = 6.0  # seconds to kill and remove; the kill waits for the processes to end
_REMOVE_UNSTARTED = 1.5  # an engine that is busy with the start of a container lets nobody remove it
_PIECE = 1 << 16


class DockerRun:
    """Starts a container and watches it. The engine removes it when it ends; else we do."""

    def __init__(self, client: Any, spec: ContainerSpec, seconds: float) -> None:
        self._client = client
        self._spec = spec
        self._begun = time.monotonic()
        self._deadline = self._begun + seconds
        self._parent = Parent()
        self._streams = Streams()
        self._created = self._started = self._gone = self._given_up = False

    def attempts(self) -> Iterator[Attempt]:
        """Yield what is known of it, step by step; the last one tells how it ended."""
        try:
            identity = self._create()
            yield self._attempt(Ended.LOST)
            stream, ending = self._attach(identity)
            self._start(identity)
            yield self._attempt(Ended.LOST)
            if self._read(stream):
                code = asked(ending.json)["StatusCode"]
                self._gone = True  # the engine removes it
                yield self._attempt(Ended.EXITED, exit_code=int(code))
            elif not self._parent.is_gone:
                yield self._abandoned("")
        except EngineRefusedError as error:
            if error.reason is Reason.TIMEOUT and self._left() < 1.0:
                yield self._abandoned(str(error))
            else:
                yield self._attempt(Ended.REFUSED, said=str(error))
        finally:
            if not self._gone and not self._given_up:
                self._removed()

    def _create(self) -> str:
        self._client.timeout = self._left()
        body = creation(self._client, self._spec)
        made = asked(lambda: self._client.create_container_from_config(body, self._spec.name))
        self._created = True
        return text(table(made).get("Id"))

    def _attach(self, identity: str) -> tuple[Any, Any]:
        """Attach, and have the engine tell the exit code: both before it starts, or they come too late."""
        client, params = self._client, {"stdout": 1, "stderr": 1, "stream": 1}
        stream = asked(lambda: client.attach_socket(identity, params))
        address = f"{client.base_url}/v{client.api_version}/containers/{identity}/wait"
        condition = {"condition": "next-exit"}
        # the answer to this begins at once and ends with the container
        ending = asked(lambda: client.post(address, params=condition, stream=True, timeout=self._left()))
        asked(ending.raise_for_status)
        return stream, ending

    def _start(self, identity: str) -> None:
        self._client.timeout = self._left()
        asked(lambda: self._client.start(identity))
        self._started = True

    def _read(self, stream: Any) -> bool:
        """Read until the container has closed its streams; False at the deadline, or as an orphan."""
        while self._left() > 0 and not self._parent.is_gone:
            if not select.select([stream], [], [], min(_GLANCE, self._left()))[0]:
                continue
            try:
                data = os.read(stream.fileno(), _PIECE)
            except BlockingIOError:
                continue
            except OSError as error:
                raise EngineRefusedError(f"the connection broke: {error.strerror}") from None
            if not data:
                return True
            self._streams.feed(data)
        return False

    def _abandoned(self, said: str) -> Attempt:
        attempt = self._attempt(Ended.TIMED_OUT, said=said)
        self._gone = self._removed()
        self._given_up = not self._gone
        return replace(attempt, left_over=self._given_up)

    def _removed(self) -> bool:
        # should the creation have timed out, it may be there all the same
        return removed(self._client, self._spec.name, _REMOVE if self._started else _REMOVE_UNSTARTED)

    def _attempt(self, ended: Ended, *, exit_code: int | None = None, said: str = "") -> Attempt:
        return Attempt(
            ended,
            created=self._created,
            started=self._started,
            exit_code=exit_code,
            stdout=self._streams.stdout.text(),
            stderr=self._streams.stderr.text(),
            said=said,
            duration_ms=int((time.monotonic() - self._begun) * 1000),
        )

    def _left(self) -> float:
        return max(0.1, self._deadline - time.monotonic()) if not self._over() else 0.0

    def _over(self) -> bool:
        return time.monotonic() >= self._deadline


def removed(client: Any, name: str, seconds: float = _REMOVE) -> bool:
    """Kill and remove a container; return whether it is gone."""
    client.timeout = seconds
    try:
        asked(lambda: client.remove_container(name, force=True, v=True))
    except MissingError:
        return True
    except EngineRefusedError:
        return False
    return True
