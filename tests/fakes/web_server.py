"""A server on loopback that says exactly what a test tells it to, well-behaved or not.

    with Scripted(lambda request: http({"a": 1})) as server: …

An answer is bytes, or an iterator of pieces that are sent one by one. Whoever speaks TLS to a server
without it is hung up on, as real servers do.
"""

import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

_TLS_HELLO = b"\x16"


@dataclass(frozen=True)
class Request:
    """What was asked."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]


Reply = bytes | Iterable[bytes]


@dataclass
class Scripted:
    """Answers each request, one per connection, by a function of the test."""

    answer: Callable[[Request], Reply]
    tls: ssl.SSLContext | None = None
    keep: bool = False  # connections stay open after the answer, complete or not
    requests: list[Request] = field(default_factory=list)
    sent: int = 0  # bytes of answers that were taken from us
    accepted: int = 0

    def __enter__(self) -> "Scripted":  # noqa: PYI034 - typing.Self needs Python 3.11
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._ends: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._threads[0].join()
        for end in self._ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        for thread in self._threads[1:]:
            thread.join()
        for end in self._ends:
            end.close()
        self._listener.close()

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def asked(self) -> list[str]:
        """The request lines, without the version."""
        return [f"{request.method} {request.target}" for request in self.requests]

    def _accept(self) -> None:
        while True:
            try:
                end, _ = self._listener.accept()
            except OSError:
                return
            self.accepted += 1
            self._ends.append(end)
            thread = threading.Thread(target=self._serve, args=(end,))
            self._threads.append(thread)
            thread.start()

    def _serve(self, end: socket.socket) -> None:
        with suppress(OSError):  # who asked may have gone
            if self.tls is not None:
                end = self.tls.wrap_socket(end, server_side=True)
                self._ends.append(end)
            elif end.recv(1, socket.MSG_PEEK) == _TLS_HELLO:
                end.shutdown(socket.SHUT_RDWR)
                return
            request = _read(end)
            if request is None:
                return
            self.requests.append(request)
            answer = self.answer(request)
            for piece in [answer] if isinstance(answer, bytes) else answer:
                end.sendall(piece)
                self.sent += len(piece)
            if not self.keep:
                end.shutdown(socket.SHUT_RDWR)


def _read(end: socket.socket) -> Request | None:
    data = b""
    while b"\r\n\r\n" not in data:
        piece = end.recv(65_536)
        if not piece:
            return None
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    while len(body) < int(headers.get("content-length", "0")):
        body += end.recv(65_536)
    method, target, _ = first.split(" ")
    return Request(method, target, headers, body)


def http(body: Any = b"", status: str = "200 OK", **headers: str) -> bytes:
    """Return a whole answer; anything but bytes is sent as JSON."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    head = [f"HTTP/1.1 {status}", f"Content-Length: {len(data)}"]
    head += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*head, "", ""]).encode() + data
