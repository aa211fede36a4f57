"""One HTTP exchange over a connected socket, bounded as a whole in time and size.

A server that sends one byte a second never trips a timeout per read. Here every read gets what is
left of one deadline, and status line, headers, marks of chunks and body count toward one limit.
"""

import io
import json
import socket
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from email.message import Message
    from http.client import HTTPResponse

_PIECE = 1 << 16  # bytes of one read
_OVERHEAD = 1 << 18  # bytes of headers and marks of chunks beside the body
_MAX_DIGITS = 20  # of an integer; sizes have 64 bits
_MAX_SAID = 200  # characters kept of what a server says


class TooLargeError(Exception):
    """The answer is larger than anything real; it was not read to its end.

    No ValueError: http.client takes one of its own stream for a malformed chunk.
    """


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; compressed bodies are never asked for."""

    status: int
    headers: "Message"
    body: bytes


def exchange(
    end: socket.socket,
    target: str,
    headers: dict[str, str],
    *,
    deadline: float,
    most: int,
    form: bytes | None = None,
) -> Answer:
    """Return the answer to one GET (to one POST where a form is sent) and close the connection.

    Raises TooLargeError, TimeoutError or another OSError, ValueError or HTTPException.
    """
    from http.client import HTTPConnection

    method = "GET" if form is None else "POST"
    connection = HTTPConnection("localhost")
    connection.sock = end
    try:
        end.settimeout(left(deadline))
        connection.request(method, target, form, {"Host": "localhost", "Connection": "close", **headers})
        response = answering(end, method, deadline, most)
        return Answer(response.status, response.headers, _body(response, most))
    finally:
        connection.close()


def answering(end: socket.socket, method: str, deadline: float, most: int) -> "HTTPResponse":
    """Return the response whose headers have been read; its body is bounded like they are."""
    from http.client import HTTPResponse

    # a response asks its socket for one thing, a stream to read
    response = HTTPResponse(cast("socket.socket", _Wire(end, deadline, most + _OVERHEAD)), method=method)
    response.begin()
    return response


def left(deadline: float) -> float:
    """Return the seconds until a deadline on the monotonic clock; raises TimeoutError after it."""
    seconds = deadline - time.monotonic()
    if seconds <= 0:
        raise TimeoutError
    return seconds


def json_object(body: bytes) -> dict[str, Any]:
    """Return the JSON object in a body; raises ValueError or TypeError for anything else."""
    try:
        answer = json.loads(body.decode(), parse_int=_integer, parse_constant=_no_constant)
    except RecursionError:
        raise ValueError("nested too deep") from None
    except (json.JSONDecodeError, UnicodeDecodeError):
        raise ValueError("not JSON") from None
    if not isinstance(answer, dict):
        raise TypeError("not an object")
    return answer


def printable(text: str, most: int = _MAX_SAID) -> str:
    """Return the beginning of a text of others on one line, without control characters."""
    cut = "".join(c if c.isprintable() else " " for c in text[: 2 * most])
    return " ".join(cut.split())[:most]


def _body(response: "HTTPResponse", most: int) -> bytes:
    from http.client import IncompleteRead

    if response.length and response.length > most:
        raise TooLargeError
    body = bytearray()
    while not response.isclosed():  # it closes itself at the end of the answer
        chunk = response.read1(_PIECE)
        body += chunk
        if len(body) > most:
            raise TooLargeError
        if not chunk:
            break
    if response.length:  # read1 does not complain of an answer that ends too soon
        raise IncompleteRead(bytes(body), response.length)
    return bytes(body)


class _Wire:
    """A socket as far as http.client reads from it."""

    def __init__(self, end: socket.socket, deadline: float, most: int) -> None:
        self._stream = _Stream(end, deadline, most)

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(self._stream, _PIECE)


class _Stream(io.RawIOBase):
    """What a socket says until the deadline, up to so many bytes."""

    def __init__(self, end: socket.socket, deadline: float, most: int) -> None:
        self._end = end
        self._deadline = deadline
        self._left = most

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._end.settimeout(left(self._deadline))
        count = self._end.recv_into(buffer)
        self._left -= count
        if self._left < 0:
            raise TooLargeError
        return count


def _integer(digits: str) -> int:
    if len(digits) > _MAX_DIGITS:
        raise ValueError("a number without end")
    return int(digits)


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")
