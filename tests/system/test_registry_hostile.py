"""Registries that lie, stall, flood and break off: each is told apart, in time and in little memory."""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from gpucheck.model.fact import Absent, Reason
from gpucheck.model.image_config import NotForPlatform
from tests.fakes import registry as images
from tests.fakes.certificates import certificate_for
from tests.fakes.registry import described, digest, encoded
from tests.fakes.web_server import Reply, Request, Scripted, http
from tests.system.image_server import CONFIG, ImageServer
from tests.system.registries import ask, known, logins, only

SOON = 0.6  # seconds; where the deadline is what ends it
MOST_READ = 12 << 20  # bytes a server may get rid of: the limit, and what sockets buffer
NAME = "/team/app:v1"


@pytest.mark.parametrize(
    ("answer", "reason", "words"),
    [
        (http(b"", "500 Oops"), Reason.FAILED, "{} answers 500"),
        (http(b"down", "503 Later", Retry_After="5"), Reason.FAILED, "{} answers 503"),
        (http(b"", "418 Teapot"), Reason.FAILED, "{} answers 418"),
        (http(b"", "302 Found"), Reason.FAILED, "{} answers 302"),
        (
            http({"errors": [{"code": "UNKNOWN", "message": "a\x1b[31m\nb\u202e"}]}, "500 Oops"),
            Reason.FAILED,
            "{} answers 500: UNKNOWN: a [31m b",
        ),
        (http({"errors": [7]}, "500 Oops"), Reason.FAILED, "{} answers 500"),
        (http({"errors": [{"code": 1}]}, "500 Oops"), Reason.FAILED, "{} answers 500"),
        (http(b"", "429 No"), Reason.RATE_LIMITED, "{}: 429, too many requests"),
        (http(b"", "429 No", Retry_After="60"), Reason.RATE_LIMITED, "{}: 429, too many requests; try again in 60 s"),
        (
            http(b"", "429 No", Retry_After="Wed, 21 Oct 2026 07:28:00 GMT"),
            Reason.RATE_LIMITED,
            "{}: 429, too many requests; try again after Wed, 21 Oct 2026 07:28:00 GMT",
        ),
        (
            http({"errors": [{"code": "TOOMANYREQUESTS"}]}, "403 No"),
            Reason.RATE_LIMITED,
            "{}: 403, too many requests",
        ),
        (
            http(b"", "403 Forbidden"),
            Reason.NOT_PERMITTED,
            "{0}: 403; no such repository, or one that needs another login (docker login {0})",
        ),
        (
            http(b"<html>", "404 Not Found", Content_Type="text/html; charset=utf-8"),
            Reason.MALFORMED,
            "{}: 404 with a web page; this is no registry",
        ),
        (http(b"<html>hello</html>"), Reason.MALFORMED, "{}: the answer is not that of a registry (not JSON)"),
        (http([]), Reason.MALFORMED, "{}: the answer is not that of a registry (not an object)"),
        (http({}), Reason.MALFORMED, "{}: the answer is not that of a registry (no version)"),
        (http(b"[" * 3_000_000), Reason.MALFORMED, "{}: the answer is not that of a registry (nested too deep)"),
        (http(b'{"a":' * 500_000), Reason.MALFORMED, "{}: the answer is not that of a registry (nested too deep)"),
        (
            http(b'{"schemaVersion":' + b"2" * 4_000_000 + b"}"),
            Reason.MALFORMED,
            "{}: the answer is not that of a registry (a number without end)",
        ),
        (http({"schemaVersion": 2}), Reason.MALFORMED, "{}: the answer is not that of a registry (neither an index nor a manifest, or both)"),
        (
            http({"schemaVersion": 2, "manifests": [], "config": {}, "layers": []}),
            Reason.MALFORMED,
            "{}: the answer is not that of a registry (neither an index nor a manifest, or both)",
        ),
        (http({"schemaVersion": 2, "manifests": 3}), Reason.MALFORMED, "{}: the answer is not that of a registry (not a list)"),
        (http({"schemaVersion": 2, "manifests": [3]}), Reason.MALFORMED, "{}: the answer is not that of a registry (not an object)"),
        (
            http({"schemaVersion": 1, "fsLayers": []}),
            Reason.UNSUPPORTED,
            "{0}: {0}/team/app:v1 is a manifest of schema 1, which engines no longer pull",
        ),
        (
            http({"schemaVersion": 2, "config": {"mediaType": "a\x1bb"}, "layers": []}),
            Reason.UNSUPPORTED,
            "{0}: {0}/team/app:v1 is no container image but a b",
        ),
        (
            http({"schemaVersion": 2, "config": {"mediaType": images.CONFIG, "digest": "sha256:../../x"}, "layers": []}),
            Reason.MALFORMED,
            "{}: the answer is not that of a registry (no digest)",
        ),
        (b"", Reason.UNREACHABLE, "{}: the connection broke before the answer was complete"),
        (http({"schemaVersion": 2})[:-3], Reason.UNREACHABLE, "{}: the connection broke before the answer was complete"),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
            Reason.UNREACHABLE,
            "{}: the connection broke before the answer was complete",
        ),
        (b"SSH-2.0-OpenSSH_9.2\r\n", Reason.MALFORMED, "{}: the answer is not HTTP"),
        (b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 1000 + b"\r\n", Reason.MALFORMED, "{}: the answer is not HTTP"),
        (b"HTTP/1.1 200 OK\r\nA: " + b"b" * 100_000, Reason.MALFORMED, "{}: the answer is not HTTP"),
        (
            b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n{",
            Reason.TOO_LARGE,
            "{}: the answer is larger than 4 MiB",
        ),
        (http(b"", "307 There", Location="ftp://127.0.0.1/x"), Reason.MALFORMED, "{}: redirects to no web address"),
        (http(b"", "307 There", Location="http://[::1/x"), Reason.MALFORMED, "{}: redirects to no web address"),
        (http(b"", "307 There", Location="/again"), Reason.FAILED, "{}: more than 5 redirects"),
        (
            http(b"", "307 There", Location="http://elsewhere.test/x"),
            Reason.FAILED,
            "{}: redirects to elsewhere.test without TLS; not followed",
        ),
    ],
)  # fmt: skip
def test_one_answer_that_is_none(answer: bytes, reason: Reason, words: str) -> None:
    with Scripted(lambda _: answer) as server:
        fact = only(ask(server.host + NAME), reason)
    assert fact.detail == words.format(server.host)
    assert len(fact.detail) < 300


@pytest.mark.parametrize("code", ["NAME_UNKNOWN", "MANIFEST_UNKNOWN"])
@pytest.mark.parametrize("status", ["404 Not Found", "400 Bad Request"])
def test_not_there_in_the_words_of_a_registry(code: str, status: str) -> None:
    with Scripted(lambda _: http({"errors": [{"code": code}]}, status)) as server:
        assert ask(server.host + NAME) == Absent((f"http://{server.host}/v2/team/app/manifests/v1",))


def test_a_bare_404_is_not_there_either() -> None:
    with Scripted(lambda _: http(b"", "404 Not Found")) as server:
        assert isinstance(ask(server.host + NAME), Absent)


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    fact = only(ask(f"127.0.0.1:{port}{NAME}"), Reason.UNREACHABLE)
    assert fact.detail == f"127.0.0.1:{port}: it refuses the connection"


@pytest.mark.parametrize("host", ["registry.test", "registry.test:5000", "h" * 70 + ".test"])
def test_names_nobody_knows(host: str) -> None:
    fact = only(ask(host + NAME, timeout=5.0), Reason.UNREACHABLE)
    assert fact.detail.startswith(host.partition(":5000")[0])


@pytest.mark.parametrize("host", ["registry.test:99999", "registry.test:" + "9" * 5000])
def test_ports_there_are_not(host: str) -> None:
    only(ask(host + NAME), Reason.MALFORMED)


def test_nobody_accepts() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        host = f"127.0.0.1:{listener.getsockname()[1]}"
        fact = only(ask(host + NAME, timeout=SOON), Reason.TIMEOUT)
    assert fact.detail == f"{host}: no answer within 0.6 s"


@pytest.mark.parametrize("begun", [b"", b"HTTP/1.1 200 OK\r\nContent-Le", http({"schemaVersion": 2})[:-3]])
def test_stalls_before_and_within_headers_and_body(begun: bytes) -> None:
    with Scripted(lambda _: begun, keep=True) as server:
        fact = only(ask(server.host + NAME, timeout=SOON), Reason.TIMEOUT)
    assert fact.detail == f"{server.host}: no answer within 0.6 s"


@pytest.mark.parametrize(
    "head", [b"HTTP/1.1 200 OK\r\nA: ", b"HTTP/1.1 200 OK\r\n\r\n", b"HTTP/1.1 100 Continue\r\n\r\n"]
)
def test_a_byte_now_and_then_does_not_put_off_the_deadline(head: bytes) -> None:
    pace = threading.Event()  # never set: it only paces

    def drip(_: Request) -> Iterator[bytes]:
        yield head
        while True:
            pace.wait(0.02)
            yield b"HTTP/1.1 100 Continue\r\n\r\n" if b"100" in head else b"x"

    with Scripted(drip) as server:
        only(ask(server.host + NAME, timeout=SOON), Reason.TIMEOUT)


def test_all_requests_share_one_deadline() -> None:
    pace = threading.Event()

    def late(_request: Request, reply: Reply) -> Reply:
        pace.wait(0.4)
        return reply

    with ImageServer(instead=late) as server:
        only(ask(server.host + NAME, timeout=SOON), Reason.TIMEOUT)
    assert len(server.web.requests) >= 1


def flood(head: bytes, piece: bytes) -> Callable[[Request], Iterator[bytes]]:
    def answer(_: Request) -> Iterator[bytes]:
        yield head
        for _number in range((1 << 30) // len(piece)):
            yield piece

    return answer


@pytest.mark.parametrize(
    ("head", "piece", "reason"),
    [
        (b"HTTP/1.1 200 OK\r\n\r\n", b"[1," * 20_000, Reason.TOO_LARGE),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
            b"10000\r\n" + b" " * 65_536 + b"\r\n",
            Reason.TOO_LARGE,
        ),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n" * 10_000, Reason.TOO_LARGE),
        (
            b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\nContent-Length: 99999999999\r\n\r\n",
            b" " * 65_536,
            Reason.MALFORMED,
        ),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 2_000, Reason.TOO_LARGE),
    ],
)
def test_a_gigabyte_is_not_read_to_its_end(head: bytes, piece: bytes, reason: Reason) -> None:
    with Scripted(flood(head, piece)) as server:
        fact = ask(server.host + NAME)
    assert server.sent < MOST_READ
    only(fact, reason)


def test_a_configuration_of_a_gigabyte() -> None:
    def answer(request: Request, reply: Reply) -> Reply:
        return (
            flood(b"HTTP/1.1 200 OK\r\n\r\n", b" " * 65_536)(request)
            if "/blobs/" in request.target
            else reply
        )

    with ImageServer(instead=answer) as server:
        fact = only(ask(server.host + NAME), Reason.TOO_LARGE)
    assert fact.detail == f"{server.host}: the answer is larger than 8 MiB"
    assert server.web.sent < 2 * MOST_READ


class TestDigests:
    """A document that was asked for by digest has to be the one."""

    def test_a_configuration_that_is_another(self) -> None:
        def answer(request: Request, reply: Reply) -> Reply:
            return http(encoded({**CONFIG, "os": "windows"})) if "/blobs/" in request.target else reply

        with ImageServer(instead=answer) as server:
            fact = only(ask(server.host + NAME), Reason.MALFORMED)
        expected = digest(encoded(CONFIG))
        assert fact.detail == f"{server.host}: what it gives for {expected} is something else"

    def test_a_manifest_that_is_another(self) -> None:
        with ImageServer() as server:
            wanted = digest(b"what was wanted")
            server.parts[f"manifests/{wanted}"] = server.manifest
            fact = only(ask(f"{server.host}/team/app:v1@{wanted}"), Reason.MALFORMED)
        assert fact.detail == f"{server.host}: what it gives for {wanted} is something else"

    def test_a_manifest_of_an_index_that_is_another(self) -> None:
        with ImageServer() as server:
            index = index_of(server, {"os": "linux", "architecture": "amd64"})
            server.parts["manifests/v1"] = index
            server.parts[f"manifests/{digest(server.manifest)}"] = server.manifest + b" "
            only(ask(server.host + NAME), Reason.MALFORMED)

    @pytest.mark.parametrize("algorithm", ["sha384", "sha512"])
    def test_longer_digests(self, algorithm: str) -> None:
        import hashlib

        with ImageServer() as server:
            wanted = f"{algorithm}:{hashlib.new(algorithm, server.manifest).hexdigest()}"
            server.parts[f"manifests/{wanted}"] = server.manifest
            assert known(ask(f"{server.host}/team/app@{wanted}")).digest == wanted


def index_of(server: ImageServer, *platforms: dict[str, Any] | None) -> bytes:
    """Return an index that names the server's one manifest for each platform."""
    entries = []
    for platform in platforms:
        entry = described(images.MANIFEST, server.manifest)
        entries.append(entry if platform is None else {**entry, "platform": platform})
    server.parts[f"manifests/{digest(server.manifest)}"] = server.manifest
    return encoded({"schemaVersion": 2, "manifests": entries})


def test_what_the_registry_itself_names_and_does_not_have() -> None:
    with ImageServer() as server:
        missing = server.parts.popitem()[0].partition("/")[2]
        fact = only(ask(server.host + NAME), Reason.FAILED)
    assert fact.detail == f"{server.host} does not have {missing}, which its own manifest names"


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (http(b"", "500 Oops"), Reason.FAILED),
        (http(b"", "403 No"), Reason.NOT_PERMITTED),
        (b"", Reason.UNREACHABLE),
    ],
)
def test_a_registry_that_gives_the_manifest_and_then_no_more(answer: bytes, reason: Reason) -> None:
    with ImageServer(
        instead=lambda request, reply: answer if "/blobs/" in request.target else reply
    ) as server:
        only(ask(server.host + NAME), reason)


def test_an_index_in_an_index_and_no_deeper() -> None:
    with ImageServer() as server:
        inner = index_of(server, {"os": "linux", "architecture": "amd64"})
        for _ in range(2):
            name = digest(inner)
            server.parts[f"manifests/{name}"] = inner
            server.parts["manifests/v1"] = inner
            outer = encoded({"schemaVersion": 2, "manifests": [{"digest": name, "mediaType": images.INDEX}]})
            inner = outer
        assert known(ask(server.host + NAME)).architecture == "amd64"
        server.parts[f"manifests/{digest(inner)}"] = inner
        deepest = encoded({"schemaVersion": 2, "manifests": [{"digest": digest(inner)}]})
        server.parts["manifests/v1"] = deepest
        only(ask(server.host + NAME), Reason.MALFORMED)


def test_an_index_of_nothing_one_can_run() -> None:
    with ImageServer() as server:
        server.parts["manifests/v1"] = index_of(server, {"os": "unknown", "architecture": "unknown"})
        fact = ask(server.host + NAME)
    assert isinstance(fact.get(None), NotForPlatform)


@pytest.mark.parametrize(
    "sizes",
    [[-1], ["1"], [1.5], [True], [None], [1 << 45], [1 << 43] * 3, [{}]],
    ids=lambda sizes: str(sizes)[:20],
)
def test_sizes_that_cannot_be_are_not_believed(sizes: list[Any]) -> None:
    layers = [{**described(images.LAYER, b"layer"), "size": size} for size in sizes]
    with ImageServer(layers=layers) as server:
        found = known(ask(server.host + NAME))
    assert found.size_bytes is None
    assert found.notes == ("the registry states sizes that cannot be; none is given",)


@pytest.mark.parametrize(
    "config",
    [
        b"hi",
        b"[]",
        b"[" * 3_000_000,
        encoded({"config": []}),
        encoded({"config": {"Env": "A=b"}}),
        encoded({"config": {"Env": [1]}}),
        encoded({"config": {"Labels": {"a": 1}}}),
        encoded({"config": {"Labels": []}}),
        encoded({"history": [1]}),
        encoded({"architecture": 7}),
        b'{"architecture": NaN}',
        b'\xff\xfe{"config": {}}',
    ],
    ids=lambda config: repr(config[:30]),
)
def test_configurations_that_make_no_sense(config: bytes) -> None:
    with ImageServer(config=config) as server:
        only(ask(server.host + NAME), Reason.MALFORMED)


def test_a_configuration_with_nothing_in_it_and_one_with_odd_text() -> None:
    with ImageServer(config=b"{}") as server:
        empty = known(ask(server.host + NAME))
    assert (empty.environment, empty.labels, empty.architectures) == ((), {}, ())
    odd = b'{"config": {"Env": ["A=\\ud800", "=x", "B", null], "Labels": null}, "history": null}'
    with ImageServer(config=odd) as server:
        found = known(ask(server.host + NAME))
    assert found.environment == (("A", "?"), ("B", ""))
    json.dumps(found.environment).encode()


def test_redirects_are_followed_without_the_login(tmp_path: Path) -> None:
    token = "let-me-in"
    with ImageServer() as store, ImageServer(challenge="Bearer", token=token) as front:

        def answer(request: Request, reply: Reply) -> Reply:
            if "/blobs/" not in request.target or (isinstance(reply, bytes) and b" 401 " in reply[:20]):
                return reply
            return http(b"", "307 There", Location=f"http://{store.host}{request.target}?signature=s3cret")

        front.challenge = f'Bearer realm="http://{front.host}/token"'
        front.instead = answer
        environment = logins(tmp_path, front.host, "", "", registrytoken=token)
        found = known(ask(front.host + NAME, environment=environment))
    assert found.architecture == "amd64"
    assert "s3cret" not in repr(found)
    (request,) = store.web.requests
    assert "authorization" not in request.headers
    assert [r.headers.get("authorization") for r in front.web.requests] == [
        None,
        f"Bearer {token}",
        f"Bearer {token}",
    ]


def test_the_login_does_not_come_back_after_a_detour(tmp_path: Path) -> None:
    """There and back again: a third host must not be able to make use of the login."""
    with Scripted(lambda _: http(b"", "307 There", Location=f"http://{front.host}/other")) as other:
        front = ImageServer(challenge="?", token="t")
        front.challenge = 'Bearer realm="http://127.0.0.1:1/"'
        with front:

            def answer(request: Request, reply: Reply) -> Reply:
                asked_with = request.headers.get("authorization")
                return http(b"", "307 There", Location=f"http://{other.host}/x") if asked_with else reply

            front.instead = answer
            environment = logins(tmp_path, front.host, "", "", registrytoken="t")
            only(ask(front.host + NAME, environment=environment), Reason.NOT_PERMITTED)
            last = front.web.requests[-1]
    assert last.target == "/other"
    assert "authorization" not in last.headers


@pytest.mark.parametrize(("hop", "reason"), [(5, None), (6, Reason.FAILED)])
def test_five_redirects_and_no_more(hop: int, reason: Reason | None) -> None:
    def answer(request: Request, reply: Reply) -> Reply:
        if "/blobs/" in request.target:
            return reply
        count = int(request.target.partition("?hop=")[2] or "0")
        return (
            reply
            if count == hop
            else http(b"", "302 There", Location=f"/v2/team/app/manifests/v1?hop={count + 1}")
        )

    with ImageServer(instead=answer) as server:
        fact = ask(server.host + NAME)
    if reason is None:
        assert known(fact).source == f"http://{server.host}/v2/team/app/manifests/v1"
    else:
        only(fact, reason)


def test_from_tls_no_redirect_leads_to_plain_http_but_on_this_host(tmp_path: Path) -> None:
    made = certificate_for(tmp_path, "registry.test")
    with ImageServer() as store:
        plain = f"cdn.test:{store.web.port}"

        def answer(request: Request) -> Reply:
            place = store.host if "/local/" in request.target else plain
            return http(
                b"", "307 There", Location=f"http://{place}{request.target.replace('/local', '/team')}"
            )

        with Scripted(answer, tls=made.server()) as front:
            host = f"registry.test:{front.port}"
            folder = tmp_path / host
            folder.mkdir()
            (folder / "house.crt").write_bytes(made.authority.read_bytes())
            names = ("registry.test", "cdn.test")
            fact = ask(f"{host}/team/app:v1", certificates=str(tmp_path), names=names, insecure=(plain,))
            assert (
                only(fact, Reason.FAILED).detail == f"{host}: redirects to {plain} without TLS; not followed"
            )
            assert store.web.requests == []
            local = ask(f"{host}/local/app:v1", certificates=str(tmp_path), names=names)
            assert known(local).architecture == "amd64"
