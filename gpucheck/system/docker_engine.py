"""The Docker engine behind an endpoint: a few requests of its HTTP API, by the standard library.

The docker SDK would cost 0.13 s of CPU and 20 MiB at every start (its import, 0.10 s of it requests'),
a third of a whole run; it earns that where containers are started, not for a few GETs.
"""

import re
import socket
import time
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit

from gpucheck.model.fact import Absent, Fact, Known, Reason, Unavailable
from gpucheck.model.image_config import ImageConfig
from gpucheck.model.reference import ImageReference
from gpucheck.system.http_exchange import Answer, TooLargeError, exchange, json_object, left, printable

T = TypeVar("T")
Address = str | tuple[str, int]  # what connect(2) takes

_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
_MAX_ANSWER = 8 << 20  # bytes; /info of a large Swarm has some 100 kB
_OK = 200
_NOT_FOUND = 404
_API_VERSION = re.compile(r"\d+\.\d+")


class _RefusedError(Exception):
    """The engine answered with an error of its own; the text is its words."""


class DockerEngine:
    """Asks engines of this host: unix sockets, and plain TCP on a loopback address."""

    def describe(self, endpoint: str, timeout: float = 4.0) -> Fact[dict[str, Any]]:
        """Return {"info": …, "version": …} of the Engine API, or why there is no answer.

        An engine on another machine is not asked: what it says is no fact about this host.
        """
        return _asked(endpoint, timeout, _described)

    def inspect_image(
        self, endpoint: str, reference: ImageReference, timeout: float = 4.0
    ) -> Fact[ImageConfig]:
        """Return the configuration of an image the engine has; absent where it does not have it.

        No engine at all is "unreachable" here: it does not tell whether there is such an image.
        """
        fact = _asked(endpoint, timeout, lambda *where: _inspected(reference, *where))
        if fact == Absent((str(_address(endpoint)),)):
            return Unavailable(Reason.UNREACHABLE, f"{endpoint}: no engine there")
        return fact


def _asked(endpoint: str, timeout: float, question: Callable[[Address, str, float], Fact[T]]) -> Fact[T]:
    """Return the answer to a question, or why there is none."""
    from http.client import HTTPException, IncompleteRead, RemoteDisconnected

    address = _address(endpoint)
    if isinstance(address, Unavailable):
        return address
    try:
        return question(address, endpoint, time.monotonic() + timeout)
    except FileNotFoundError:
        return Absent((str(address),))
    except PermissionError:
        return Unavailable(Reason.NOT_PERMITTED, f"{endpoint}: this user may not connect")
    except (TimeoutError, BlockingIOError):
        return Unavailable(Reason.TIMEOUT, f"{endpoint}: no answer within {timeout:g} s")
    except _RefusedError as error:
        return Unavailable(Reason.FAILED, f"{endpoint}: {error}")
    except (RemoteDisconnected, IncompleteRead):
        return Unavailable(Reason.UNREACHABLE, f"{endpoint}: the connection broke before an answer")
    except (TypeError, ValueError, HTTPException, TooLargeError):
        return Unavailable(Reason.MALFORMED, f"{endpoint}: the answer is not that of an engine")
    except OSError as error:
        return Unavailable(Reason.UNREACHABLE, f"{endpoint}: {error.strerror or error}")


def _address(endpoint: str) -> Address | Unavailable:
    """Return what connect(2) takes for an endpoint of this host."""
    scheme, separator, rest = endpoint.partition("://")
    if scheme == "unix" and separator and rest.startswith("/"):
        return rest
    if scheme not in {"tcp", "http"} or not separator:
        return Unavailable(Reason.UNSUPPORTED, f"{endpoint}: not a unix socket or plain TCP on this host")
    try:
        parts = urlsplit(endpoint)
        host, port = parts.hostname or "localhost", parts.port
    except ValueError:
        return Unavailable(Reason.MALFORMED, f"{endpoint}: not an endpoint")
    if host not in _LOOPBACK:
        return Unavailable(Reason.UNSUPPORTED, f"{endpoint}: an engine on another machine, not asked")
    if port is None:
        return Unavailable(Reason.MALFORMED, f"{endpoint}: no port")
    return host, port


def _described(address: Address, endpoint: str, deadline: float) -> Fact[dict[str, Any]]:
    """Return both answers; raises OSError, HTTPException or ValueError where there is none."""
    version = _json(address, "/version", deadline)
    info = _json(address, f"{_api(version)}/info", deadline)
    return Known({"info": info, "version": version}, f"Engine API at {endpoint}")


def _inspected(
    reference: ImageReference, address: Address, endpoint: str, deadline: float
) -> Fact[ImageConfig]:
    """Return the first of the image's names that the engine knows; raises as the above."""
    from gpucheck.system.engine_image import image_paths, inspected

    api = _api(_json(address, "/version", deadline))
    paths = [api + path for path in image_paths(reference)]
    for path in paths:
        answer = _get(address, path, deadline)
        if answer.status != _NOT_FOUND:
            source = f"Engine API at {endpoint}"
            return Known(inspected(_object(path, answer), reference, source), source)
    return Absent(tuple(endpoint + path for path in paths))


def _api(version: dict[str, Any]) -> str:
    """Return where the engine's own version of the API begins."""
    spoken = str(version.get("ApiVersion", ""))
    if not _API_VERSION.fullmatch(spoken):
        raise ValueError("the answer names no API version")
    return f"/v{spoken}"


def _json(address: Address, path: str, deadline: float) -> dict[str, Any]:
    return _object(path, _get(address, path, deadline))


def _object(path: str, answer: Answer) -> dict[str, Any]:
    """Return the object an engine answers with; raises _RefusedError for an error of the engine's own."""
    if answer.status != _OK:
        said = printable(answer.body[:1000].decode("utf-8", "replace"))
        raise _RefusedError(f"{path} answers {answer.status}: {said}")
    return json_object(answer.body)


def _get(address: Address, path: str, deadline: float) -> Answer:
    """Return the answer to one GET; the deadline bounds it as a whole, not each read."""
    return exchange(_connected(address, deadline), path, {}, deadline=deadline, most=_MAX_ANSWER)


def _connected(address: Address, deadline: float) -> socket.socket:
    if isinstance(address, tuple):
        return socket.create_connection(address, left(deadline))
    end = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        end.settimeout(left(deadline))
        end.connect(address)
    except OSError:
        end.close()
        raise
    return end
