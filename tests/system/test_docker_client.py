"""The docker SDK's many errors, from real sockets, folded into one."""

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gpucheck.model.container import PullProgress
from gpucheck.system.engine_words import Layers, progress_of

ROOT = Path(__file__).parents[2]
_ASK = """
import sys
from gpucheck.system.docker_containers import DockerContainers
from gpucheck.system.ports import EngineRefusedError
try:
    DockerContainers(sys.argv[1]).answer(0.5)
except EngineRefusedError as error:
    print(error.reason.value, error)
"""


def refusal(endpoint: str) -> tuple[str, str]:
    """Return reason and words of an engine's refusal, asked in a child of its own, as it always is."""
    argv = [sys.executable, "-c", _ASK, endpoint]
    done = subprocess.run(argv, capture_output=True, text=True, timeout=60, check=True, cwd=ROOT)
    reason, _, words = done.stdout.strip().partition(" ")
    return reason, words


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[[bytes], str]]:
    """Yield what serves an answer to all who ask on a unix socket; None: keeps them waiting."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "s"))
        listener.listen()
        answer: list[bytes] = []
        kept: list[socket.socket] = []

        def loop() -> None:
            while True:
                try:
                    end, _ = listener.accept()
                except OSError:
                    return
                kept.append(end)
                if answer[0]:
                    end.recv(65_536)
                    end.sendall(answer[0])
                    end.close()

        thread = threading.Thread(target=loop)
        thread.start()

        def started(text: bytes) -> str:
            answer[:] = [text]
            return f"unix://{tmp_path}/s"

        yield started
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()
        for end in kept:
            end.close()


def test_no_socket(tmp_path: Path) -> None:
    assert refusal(f"unix://{tmp_path}/none") == ("unreachable", "No such file or directory")


def test_nobody_listens(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(tmp_path / "s"))
    assert refusal(f"unix://{tmp_path}/s") == ("unreachable", "Connection refused")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may open any socket")
def test_a_socket_that_is_not_ours(serve: Callable[[bytes], str], tmp_path: Path) -> None:
    endpoint = serve(b"x")
    (tmp_path / "s").chmod(0)
    assert refusal(endpoint)[0] == "not_permitted"


def test_an_engine_that_does_not_answer(serve: Callable[[bytes], str]) -> None:
    assert refusal(serve(b""))[0] == "timeout"


@pytest.mark.parametrize(
    "answer",
    [
        b"nonsense\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nnope",
        b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
        b'HTTP/1.1 200 OK\r\nContent-Length: 21\r\n\r\n{"ApiVersion":"0.0.1"}',
    ],
)
def test_what_is_no_engine(answer: bytes, serve: Callable[[bytes], str]) -> None:
    assert refusal(serve(answer))[0] == "unreachable"


def test_an_error_of_the_engines_own(serve: Callable[[bytes], str]) -> None:
    body = b'{"message":"this node is\\u001b[31m on fire"}'
    head = b"HTTP/1.1 500 no\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body)
    _, words = refusal(serve(head + body))
    assert "on fire" in words
    assert "\x1b" not in words


def test_the_progress_of_a_pull() -> None:
    layers: Layers = {}
    told = [
        progress_of(event, layers)
        for event in (
            {"status": "Pulling from library/busybox", "id": "1"},
            {"status": "Downloading", "id": "a", "progressDetail": {"current": 5, "total": 10}},
            {"status": "Downloading", "id": "b", "progressDetail": {"current": 1, "total": 30}},
            {"status": "Download complete", "id": "a", "progressDetail": {}},
            {"status": "Extracting", "id": "a", "progressDetail": {"current": 1, "total": 10}},
        )
    ]
    assert told == [
        PullProgress(0, 0, "Pulling from library/busybox"), PullProgress(5, 10), PullProgress(6, 40),
        PullProgress(11, 40), PullProgress(11, 40),
    ]  # fmt: skip
