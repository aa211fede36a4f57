"""Proxies, addresses that do not answer, and TLS."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from gpucheck.model.fact import Reason
from gpucheck.system.network import Network
from gpucheck.system.no_answer import NoAnswerError
from gpucheck.system.proxies import proxy_for
from gpucheck.system.web_address import web_address
from tests.fakes.certificates import certificate_for
from tests.fakes.web_server import Scripted, http
from tests.system.image_server import ImageServer
from tests.system.registries import ask, known, only, resolver


@dataclass
class Tunnel:
    """A proxy that connects one to a port of this host, whatever host was asked for."""

    port: int
    heads: list[str] = field(default_factory=list)

    def serve(self, listener: socket.socket) -> None:
        while True:
            try:
                near, _ = listener.accept()
            except OSError:
                return
            with near:
                head = b""
                while b"\r\n\r\n" not in head:
                    head += near.recv(65_536)
                self.heads.append(head.decode())
                near.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
                with socket.create_connection(("127.0.0.1", self.port)) as far:
                    back = threading.Thread(target=_copy, args=(far, near))
                    back.start()
                    _copy(near, far)
                    back.join()


def _copy(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while piece := source.recv(65_536):
            sink.sendall(piece)
        sink.shutdown(socket.SHUT_WR)


@contextmanager
def tunnel_to(port: int) -> Iterator[tuple[str, Tunnel]]:
    tunnel = Tunnel(port)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=tunnel.serve, args=(listener,))
        thread.start()
        yield f"127.0.0.1:{listener.getsockname()[1]}", tunnel
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[ImageServer]:
    """A registry behind TLS that only the proxy knows the way to."""
    made = certificate_for(tmp_path, "registry.test")
    images = ImageServer()
    images.web.tls = made.server()
    (tmp_path / "registry.test").mkdir()
    (tmp_path / "registry.test" / "ca.crt").write_bytes(made.authority.read_bytes())
    with images:
        yield images


def test_tls_through_a_proxy(guarded: ImageServer, tmp_path: Path) -> None:
    with tunnel_to(guarded.web.port) as (place, tunnel):
        environment = {"HTTPS_PROXY": f"http://ada:s%40cret@{place}", "http_proxy": "http://127.0.0.1:1"}
        fact = ask("registry.test/team/app:v1", environment=environment, certificates=str(tmp_path))
    assert known(fact).source == "https://registry.test/v2/team/app/manifests/v1"
    first = tunnel.heads[0].split("\r\n")
    assert first[0] == "CONNECT registry.test:443 HTTP/1.1"
    assert "Proxy-Authorization: Basic YWRhOnNAY3JldA==" in first
    assert all("proxy-authorization" not in request.headers for request in guarded.web.requests)


def test_plain_http_through_a_proxy() -> None:
    with ImageServer() as images:
        parts = {f"http://registry.test/v2/team/app/{name}": part for name, part in images.parts.items()}
        with Scripted(lambda request: http(parts[request.target])) as proxy:
            environment = {"http_proxy": proxy.host}
            fact = ask("registry.test/team/app:v1", environment=environment, insecure=("registry.test",))
    assert known(fact).architecture == "amd64"
    assert proxy.requests[0].headers["host"] == "registry.test"


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (
            b"HTTP/1.1 407 Login\x1b[31m needed\r\n\r\n",
            "registry.test: the proxy {} answers 407 Login [31m needed",
        ),
        (b"HTTP/1.1 502 \r\n\r\n", "registry.test: the proxy {} answers 502"),
        (b"", "registry.test: the connection broke before the answer was complete"),
    ],
)
def test_a_proxy_that_refuses(answer: bytes, words: str) -> None:
    with Scripted(lambda _: answer) as proxy:
        environment = {"https_proxy": f"http://ada:s3cret@{proxy.host}"}
        fact = only(ask("registry.test/team/app:v1", environment=environment), Reason.UNREACHABLE)
    assert fact.detail == words.format(proxy.host)


def test_a_proxy_that_is_not_there() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        place = f"127.0.0.1:{listener.getsockname()[1]}"
    fact = only(ask("registry.test/a:v1", environment={"HTTPS_PROXY": place}), Reason.UNREACHABLE)
    assert fact.detail == f"registry.test: the proxy {place}: Connection refused"
    fact = only(ask("registry.test/a:v1", environment={"HTTPS_PROXY": "proxy.test:3128"}), Reason.UNREACHABLE)
    assert fact.detail == "registry.test: the proxy proxy.test: no such host name (Name or service not known)"


def test_a_proxy_that_stalls() -> None:
    with Scripted(lambda _: b"", keep=True) as proxy:
        fact = ask("registry.test/a:v1", environment={"HTTPS_PROXY": proxy.host}, timeout=0.3)
    assert only(fact, Reason.TIMEOUT).detail == "registry.test: no answer within 0.3 s"


@pytest.mark.parametrize(
    ("setting", "reason", "words"),
    [
        (
            "socks5://127.0.0.1:1080",
            Reason.UNSUPPORTED,
            "HTTPS_PROXY names a proxy that is not spoken to by plain HTTP",
        ),
        (
            "https://127.0.0.1:1",
            Reason.UNSUPPORTED,
            "HTTPS_PROXY names a proxy that is not spoken to by plain HTTP",
        ),
        ("http://", Reason.MALFORMED, "HTTPS_PROXY is no address of a proxy"),
        ("http://u:s3cret@h:port", Reason.MALFORMED, "HTTPS_PROXY is no address of a proxy"),
    ],
)
def test_settings_that_name_no_proxy_of_use(setting: str, reason: Reason, words: str) -> None:
    fact = only(ask("registry.test/a:v1", environment={"HTTPS_PROXY": setting}), reason)
    assert fact.detail == f"registry.test: {words}"


@pytest.mark.parametrize(
    ("entries", "url", "is_used"),
    [
        ("", "https://registry.test/", True),
        ("*", "https://registry.test/", False),
        ("registry.test", "https://registry.test/", False),
        ("REGISTRY.test", "https://registry.test/", False),
        ("test", "https://registry.test/", False),
        (".test", "https://registry.test/", False),
        ("*.test", "https://registry.test/", False),
        (".registry.test", "https://registry.test/", True),
        ("other.test, registry.test", "https://registry.test/", False),
        ("gistry.test", "https://registry.test/", True),
        ("registry.test:443", "https://registry.test/", False),
        ("registry.test:5000", "https://registry.test/", True),
        ("registry.test:5000", "https://registry.test:5000/", False),
        ("10.0.0.0/8", "https://10.1.2.3/", False),
        ("10.0.0.0/8", "https://11.1.2.3/", True),
        ("10.1.2.3", "https://10.1.2.3/", False),
        ("2001:db8::/32", "https://[2001:db8::1]/", False),
        ("2001:db8::1", "https://[2001:db8::1]/", False),
        ("[2001:db8::1]:443", "https://[2001:db8::1]/", False),
        ("10.0.0.0/8", "https://registry.test/", True),
        ("", "https://127.0.0.1/", False),
        ("", "https://localhost:5000/", False),
        ("", "https://[::1]/", False),
        (",, ,", "https://registry.test/", True),
    ],
)
def test_no_proxy(entries: str, url: str, is_used: bool) -> None:  # noqa: FBT001
    environment = {"HTTPS_PROXY": "proxy.test:3128", "NO_PROXY": entries}
    assert (proxy_for(web_address(url), environment) is not None) == is_used


def test_a_proxys_login_is_not_shown() -> None:
    proxy = proxy_for(web_address("https://a.test/"), {"https_proxy": "http://ada:s3cret@proxy.test:3128"})
    assert proxy is not None
    assert proxy.shown == "proxy.test:3128"
    assert "ada" not in repr(proxy)


@pytest.mark.parametrize(
    ("entries", "url", "may"),
    [
        ((), "https://registry.test/", False),
        (("registry.test",), "https://registry.test:5000/", True),
        (("registry.test:5000",), "https://registry.test:5000/", True),
        (("Registry.TEST:5000",), "https://registry.test:5000/", True),
        (("http://registry.test:5000/",), "https://registry.test:5000/", True),
        (("registry.test:5001",), "https://registry.test:5000/", False),
        (("other.test",), "https://registry.test/", False),
        (("127.0.0.0/8",), "https://registry.test/", True),
        (("10.0.0.0/8",), "https://registry.test/", False),
        (("10.0.0.0/8",), "https://10.9.9.9:5000/", True),
        (("10.0.0.0/8",), "https://unknown.test/", False),
        (("nonsense/8", "", "10.0.0.0/8"), "https://registry.test/", False),
        (("nonsense/8", "127.0.0.0/8"), "https://registry.test/", True),
        (("127.0.0.1",), "https://registry.test/", False),
        (("[2001:db8::1]:5000",), "https://[2001:db8::1]:5000/", True),
        ((), "https://127.1.2.3/", True),
        ((), "https://[::1]:5000/", True),
        ((), "https://localhost/", True),
        ((), "https://localhost.test/", False),
    ],
)
def test_registries_that_dockerd_would_ask_without_tls(entries: tuple[str, ...], url: str, may: bool) -> None:  # noqa: FBT001
    network = Network({}, insecure=entries, resolve=resolver("registry.test"))
    assert network.may_be_plain(web_address(url)) is may


def test_the_next_address_of_a_name_is_tried() -> None:
    with ImageServer() as images, socket.create_server(("127.0.0.1", 0)) as listener:
        dead = listener.getsockname()[1]
        listener.close()
        both = [*resolver()("127.0.0.1", dead), *resolver()("127.0.0.1", images.web.port)]
        network = Network({}, resolve=lambda _host, _port: both)
        line = network.connect(web_address("http://127.0.0.1/"), _soon())
        assert line.end.getpeername()[1] == images.web.port
        line.end.close()


def test_a_name_without_addresses() -> None:
    network = Network({}, resolve=lambda _host, _port: [])
    with pytest.raises(OSError, match="no address"):
        network.connect(web_address("http://127.0.0.1/"), _soon())


def test_a_name_that_cannot_be_looked_up_now() -> None:
    def later(_host: str, _port: int) -> list[object]:
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    network = Network({}, resolve=later)
    with pytest.raises(NoAnswerError) as caught:
        network.connect(web_address("https://registry.test/"), _soon())
    words = "registry.test: the name cannot be looked up now (Temporary failure in name resolution)"
    assert str(caught.value) == words


def test_a_certificate_for_another_name(tmp_path: Path) -> None:
    made = certificate_for(tmp_path, "another.test")
    with Scripted(lambda _: http(b""), tls=made.server()) as server:
        host = f"registry.test:{server.port}"
        (tmp_path / host).mkdir()
        (tmp_path / host / "ca.crt").write_bytes(made.authority.read_bytes())
        fact = ask(f"{host}/a:v1", certificates=str(tmp_path), names=("registry.test",))
    assert only(fact, Reason.UNREACHABLE).detail.startswith(
        f"{host}: its certificate is not trusted: Hostname mismatch"
    )


def test_no_tls_where_it_is_needed() -> None:
    with Scripted(lambda _: http(b"")) as server:
        host = f"registry.test:{server.port}"
        fact = ask(f"{host}/a:v1", names=("registry.test",))
    assert only(fact, Reason.UNREACHABLE).detail.startswith(f"{host}: ")
    assert server.requests == []


def _soon() -> float:
    import time

    return time.monotonic() + 10.0
