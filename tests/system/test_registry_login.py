"""Logging in: a real registry behind a token service of the test's own, and services that misbehave."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from gpucheck.model.fact import Known, Reason
from tests.fakes.certificates import certificate_for
from tests.fakes.registry import RunningRegistry
from tests.fakes.token_service import ISSUER, SERVICE, TokenService
from tests.fakes.web_server import Reply, Request, Scripted, http
from tests.system.image_server import ImageServer
from tests.system.registries import ask, known, logins, only

USER, PASSWORD, IDENTITY = "ada", "pass:word", "identity-secret"
CONFIG = {"architecture": "amd64", "os": "linux", "config": {"Env": ["A=b"]}}


@dataclass
class Guarded:
    """A registry, the service that gives tokens for it, and who asked that service."""

    registry: RunningRegistry
    service: TokenService
    web: Scripted

    @property
    def host(self) -> str:
        return self.registry.host


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    folder = tmp_path_factory.mktemp("guarded")
    service = TokenService(folder, USER, PASSWORD, IDENTITY)
    with Scripted(service.answer) as web:
        settings = {
            "realm": f"http://{web.host}/token",
            "service": SERVICE,
            "issuer": ISSUER,
            "rootcertbundle": str(service.certificate),
        }
        with RunningRegistry(folder, {"auth": {"token": settings}}) as registry:
            for name in ("public/app", "team/app"):
                registry.authorization = f"Bearer {service.token('repository', name, ['pull', 'push'])}"
                registry.push_image(name, "v1", CONFIG)
            yield Guarded(registry, service, web)


@pytest.fixture
def guarded(running: Guarded) -> Guarded:
    running.web.requests.clear()
    return running


def test_anybody_gets_a_token_for_a_public_image(guarded: Guarded) -> None:
    assert known(ask(f"{guarded.host}/public/app:v1")).architecture == "amd64"
    (request,) = guarded.web.requests  # one token serves manifest and configuration
    query = parse_qs(urlsplit(request.target).query)
    assert query == {"service": [SERVICE], "scope": ["repository:public/app:pull"]}
    assert "authorization" not in request.headers


def test_a_private_image_with_the_stored_login(guarded: Guarded, tmp_path: Path) -> None:
    environment = logins(tmp_path, guarded.host, USER, PASSWORD)
    fact = ask(f"{guarded.host}/team/app:v1", environment=environment)
    assert known(fact).architecture == "amd64"
    assert known(fact).notes == ()
    assert PASSWORD not in repr(fact)


def test_a_private_image_without_a_login(guarded: Guarded) -> None:
    fact = only(ask(f"{guarded.host}/team/app:v1"), Reason.NOT_PERMITTED)
    assert fact.detail.startswith(f"{guarded.host}: 401: ")
    assert fact.detail.endswith(f"(docker login {guarded.host})")


def test_an_identity_token_is_exchanged(guarded: Guarded, tmp_path: Path) -> None:
    environment = logins(tmp_path, guarded.host, "ignored", "ignored", identitytoken=IDENTITY)
    fact = ask(f"{guarded.host}/team/app:v1", environment=environment)
    assert known(fact).architecture == "amd64"
    (request,) = guarded.web.requests
    assert (request.method, request.target) == ("POST", "/token")
    assert parse_qs(request.body.decode()) == {
        "grant_type": ["refresh_token"],
        "refresh_token": [IDENTITY],
        "client_id": ["gpucheck"],
        "service": [SERVICE],
        "scope": ["repository:team/app:pull"],
    }


def test_a_token_for_the_registry_itself(guarded: Guarded, tmp_path: Path) -> None:
    token = guarded.service.token("repository", "team/app", ["pull"])
    environment = logins(tmp_path, guarded.host, "", "", registrytoken=token)
    assert known(ask(f"{guarded.host}/team/app:v1", environment=environment)).architecture == "amd64"
    assert guarded.web.requests == []


@pytest.mark.parametrize("stale", [{"password": "stale-secret"}, {"identitytoken": "stale-secret"}])
def test_a_stale_login_does_not_keep_one_from_a_public_image(
    guarded: Guarded, tmp_path: Path, stale: dict[str, str]
) -> None:
    environment = logins(tmp_path, guarded.host, "", "", username=USER, **stale)
    fact = ask(f"{guarded.host}/public/app:v1", environment=environment)
    assert known(fact).notes == (f"{guarded.web.host} refuses the login; asked again without it",)
    fact = ask(f"{guarded.host}/team/app:v1", environment=environment)
    assert "refuses the login" in only(fact, Reason.NOT_PERMITTED).detail
    assert "stale" not in repr(fact)


def bearer(realm: str, **more: str) -> str:
    return ", ".join([f'Bearer realm="{realm}"', *(f'{name}="{value}"' for name, value in more.items())])


@pytest.mark.parametrize(
    ("answer", "reason", "words"),
    [
        (http(b"<html>hi</html>"), Reason.MALFORMED, "the token service {} gives no token"),
        (http({}), Reason.MALFORMED, "the token service {} gives no token"),
        (http([]), Reason.MALFORMED, "the token service {} gives no token"),
        (http({"token": 7}), Reason.MALFORMED, "the token service {} gives no token"),
        (http({"token": "a\r\nHost: b"}), Reason.MALFORMED, "the token service {} gives no token"),
        (http({"token": "é"}), Reason.MALFORMED, "the token service {} gives no token"),
        (http(b"[" * 900_000), Reason.MALFORMED, "the token service {} gives no token"),
        (http(b"x" * (2 << 20)), Reason.TOO_LARGE, "{}: the answer is larger than 1 MiB"),
        (http(b"", "404 Not Found"), Reason.FAILED, "the token service {} answers 404"),
        (http(b"", "500 Oops"), Reason.FAILED, "the token service {} answers 500"),
        (
            http(b"", "429 Slow", Retry_After="7"),
            Reason.RATE_LIMITED,
            "{}: 429, too many requests; try again in 7 s",
        ),
        (b"", Reason.UNREACHABLE, "{}: the connection broke before the answer was complete"),
    ],
)
def test_token_services_that_misbehave(answer: bytes, reason: Reason, words: str) -> None:
    with (
        Scripted(lambda _: answer) as service,
        ImageServer(challenge=bearer(f"http://{service.host}/token")) as images,
    ):
        fact = only(ask(f"{images.host}/team/app:v1"), reason)
    assert fact.detail == words.format(service.host)


def test_a_token_service_that_stalls() -> None:
    with (
        Scripted(lambda _: b"", keep=True) as service,
        ImageServer(challenge=bearer(f"http://{service.host}/token")) as images,
    ):
        fact = only(ask(f"{images.host}/team/app:v1", timeout=0.6), Reason.TIMEOUT)
    assert fact.detail == f"{service.host}: no answer within 0.6 s"


def test_a_token_by_its_other_name_and_a_service_address_with_a_query() -> None:
    with (
        Scripted(lambda _: http({"access_token": "let-me-in"})) as service,
        ImageServer(challenge=bearer(f"http://{service.host}/token?a=1"), token="let-me-in") as images,
    ):
        assert known(ask(f"{images.host}/team/app:v1")).architecture == "amd64"
    assert service.asked == ["GET /token?a=1&scope=repository%3Ateam%2Fapp%3Apull"]


def test_a_registry_that_is_never_content_is_asked_twice() -> None:
    with (
        Scripted(lambda _: http({"token": "t"})) as service,
        ImageServer(challenge=bearer(f"http://{service.host}/token"), token="another") as images,
    ):
        only(ask(f"{images.host}/team/app:v1"), Reason.NOT_PERMITTED)
    assert len(images.web.requests) == 2
    assert len(service.requests) == 1


@pytest.mark.parametrize(
    "challenge", [",", "Negotiate", "Bearer", 'Bearer service="x"', "Basic", "Digest realm=x, qop"]
)
def test_challenges_that_cannot_be_met(challenge: str) -> None:
    with ImageServer(challenge=challenge) as images:
        fact = only(ask(f"{images.host}/team/app:v1"), Reason.NOT_PERMITTED)
    assert len(images.web.requests) == 1
    assert fact.detail.startswith(f"{images.host}: 401")


@pytest.mark.parametrize(
    ("realm", "reason", "words"),
    [
        ("http://auth.test/token", Reason.FAILED, "{}: its token service auth.test has no TLS; not asked"),
        ("ftp://auth.test/token", Reason.MALFORMED, "{}: its token service has no web address"),
        ("/token", Reason.MALFORMED, "{}: its token service has no web address"),
        ("http://[::1/", Reason.MALFORMED, "{}: its token service has no web address"),
        ("https://auth.test:99999/", Reason.MALFORMED, "{}: its token service has no web address"),
        (
            "https://auth.test/",
            Reason.UNREACHABLE,
            "auth.test: no such host name (Name or service not known)",
        ),
    ],
)
def test_token_services_that_are_not_asked(realm: str, reason: Reason, words: str, tmp_path: Path) -> None:
    with ImageServer(challenge=bearer(realm)) as images:
        environment = logins(tmp_path, images.host, USER, PASSWORD)
        fact = only(ask(f"{images.host}/team/app:v1", environment=environment), reason)
    assert fact.detail == words.format(images.host)


def test_a_login_is_not_sent_over_an_open_connection(tmp_path: Path) -> None:
    with ImageServer(challenge='Basic realm="x"') as images:
        host = f"registry.test:{images.web.port}"
        environment = logins(tmp_path, host, USER, PASSWORD)
        fact = ask(f"{host}/team/app:v1", environment=environment, names=("registry.test",), insecure=(host,))
    detail = only(fact, Reason.NOT_PERMITTED).detail
    assert detail.endswith(f"(the login for {host} is not sent over an open connection)")
    assert all("authorization" not in request.headers for request in images.web.requests)


def test_nor_to_a_token_service_that_an_open_connection_named(tmp_path: Path) -> None:
    with (
        Scripted(lambda _: http({"token": "t"})) as service,
        ImageServer(challenge=bearer(f"http://{service.host}/token"), token="t") as images,
    ):
        host = f"registry.test:{images.web.port}"
        environment = logins(tmp_path, host, USER, PASSWORD)
        fact = ask(f"{host}/team/app:v1", environment=environment, names=("registry.test",), insecure=(host,))
    assert known(fact).notes == (f"the login for {host} is not sent over an open connection",)
    assert all("authorization" not in request.headers for request in service.requests)


@pytest.mark.parametrize("entry", [{}, {"identitytoken": IDENTITY}])
def test_nor_to_a_token_service_whose_certificate_nobody_vouches_for(
    tmp_path: Path, entry: dict[str, str]
) -> None:
    made = certificate_for(tmp_path, "auth.test")
    with (
        Scripted(lambda _: http({"token": "t"}), tls=made.server()) as service,
        ImageServer(challenge=bearer(f"https://auth.test:{service.port}/token"), token="t") as images,
    ):
        place = f"auth.test:{service.port}"
        environment = logins(tmp_path, images.host, USER, PASSWORD, **entry)
        options = {"names": ("auth.test",), "insecure": (place,)}
        fact = ask(f"{images.host}/team/app:v1", environment=environment, **options)  # type: ignore[arg-type]
        # without a login there is nothing to lose
        assert known(ask(f"{images.host}/team/app:v1", **options)).architecture == "amd64"  # type: ignore[arg-type]
    assert only(fact, Reason.NOT_PERMITTED).detail == f"{place}: a login is not sent over an open connection"
    assert [request.headers.get("authorization") for request in service.requests] == [None]


def test_a_challenge_of_another_host_is_not_answered(tmp_path: Path) -> None:
    def denied(_: Request) -> Reply:
        return http(b"", "401 Unauthorized", WWW_Authenticate='Basic realm="mine"')

    with (
        Scripted(denied) as other,
        Scripted(lambda _: http(b"", "307 There", Location=f"http://{other.host}/x")) as first,
    ):
        environment = logins(tmp_path, first.host, USER, PASSWORD)
        fact = ask(f"{first.host}/team/app:v1", environment=environment)
    only(fact, Reason.NOT_PERMITTED)
    assert [len(web.requests) for web in (first, other)] == [1, 1]
    assert "authorization" not in other.requests[0].headers


def test_the_answer_holds_no_secret(guarded: Guarded, tmp_path: Path) -> None:
    environment = logins(tmp_path, guarded.host, USER, PASSWORD)
    fact = ask(f"{guarded.host}/team/app:v1", environment=environment)
    assert isinstance(fact, Known)
    said = repr(fact)
    sent = [request.headers.get("authorization", "") for request in guarded.web.requests]
    assert sent
    assert not [secret for secret in (PASSWORD, *(word.partition(" ")[2] for word in sent)) if secret in said]
