"""Logging in to a registry: the token of a token service, or a password.

The protocols: https://distribution.github.io/distribution/spec/auth/token/ (GET) and
https://distribution.github.io/distribution/spec/auth/oauth/ (POST, for identity tokens).
Secrets pass through here; none of them gets into a message, a note or a fact.
"""

import re
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from gpucheck.model.fact import Reason, Unavailable
from gpucheck.system.http_exchange import json_object
from gpucheck.system.no_answer import NoAnswerError, no_answer
from gpucheck.system.registry_challenge import Challenge, challenges, chosen
from gpucheck.system.registry_credentials import Login
from gpucheck.system.registry_refusal import is_ok, refusal
from gpucheck.system.web import Authorization, Reply, Web
from gpucheck.system.web_address import WebAddress, web_address

_MAX_TOKEN_ANSWER = 1 << 20
_TOKEN = re.compile(r"[\x21-\x7e]{1,65536}")
_LOGIN_REFUSED = {400, 401, 403, 404}


@dataclass(slots=True)
class Gate:
    """How one gets into one repository of a registry."""

    web: Web
    registry: str
    repository: str
    login: Callable[[], Login | None]  # looked up only where the registry asks for it
    notes: list[str] = field(default_factory=list)

    @property
    def hint(self) -> str:
        """How one would log in."""
        return "docker login" if self.registry == "docker.io" else f"docker login {self.registry}"

    def authorization(self, reply: Reply) -> Authorization:
        """Return what a 401 asks for; raises NoAnswerError where there is none."""
        challenge = chosen(challenges(reply.answer.headers))
        if challenge is None:
            raise NoAnswerError(refusal(reply, self.hint))
        login = self.login()
        if login is not None and not reply.is_private:
            self.notes.append(f"the login for {self.registry} is not sent over an open connection")
            login = None
        if challenge.scheme == "bearer":
            return self._bearer(challenge, login)
        if login is None or not login.user:
            raise NoAnswerError(refusal(reply, self.hint))
        return _basic(login)

    def _bearer(self, challenge: Challenge, login: Login | None) -> Authorization:
        if login is not None and login.registry_token:
            return Authorization(f"Bearer {login.registry_token}", is_secret=True)
        realm = self._realm(challenge)
        reply = self._asked(realm, challenge, login)
        if login is not None and reply.answer.status in _LOGIN_REFUSED:
            self.notes.append(f"{realm.authority} refuses the login; asked again without it")
            login = None
            reply = self._asked(realm, challenge, login)
        if is_ok(reply):
            return Authorization(f"Bearer {_token_in(reply)}", is_secret=login is not None)
        fact = refusal(reply, self.hint)
        if isinstance(fact, Unavailable) and fact.reason in {Reason.RATE_LIMITED, Reason.NOT_PERMITTED}:
            raise NoAnswerError(fact)
        raise no_answer(Reason.FAILED, f"the token service {realm.authority} answers {reply.answer.status}")

    def _realm(self, challenge: Challenge) -> WebAddress:
        try:
            realm = web_address(challenge.parameters["realm"])
        except ValueError:
            words = f"{self.registry}: its token service has no web address"
            raise no_answer(Reason.MALFORMED, words) from None
        if realm.scheme != "https" and not realm.is_loopback:
            words = f"{self.registry}: its token service {realm.authority} has no TLS; not asked"
            raise no_answer(Reason.FAILED, words)
        return realm

    def _asked(self, realm: WebAddress, challenge: Challenge, login: Login | None) -> Reply:
        # never more than the right to pull, whatever scope the challenge names
        query = {"scope": f"repository:{self.repository}:pull"}
        if service := challenge.parameters.get("service"):
            query["service"] = service
        if login is not None and login.identity_token:
            query |= {"grant_type": "refresh_token", "client_id": "gpucheck"}
            form = urlencode({**query, "refresh_token": login.identity_token}).encode()
            return self.web.post(realm, _MAX_TOKEN_ANSWER, form)
        joint = "&" if "?" in realm.target else "?"
        address = replace(realm, target=realm.target + joint + urlencode(query))
        secret = _basic(login) if login is not None and login.user else None
        return self.web.get(address, _MAX_TOKEN_ANSWER, authorization=secret)


def _basic(login: Login) -> Authorization:
    pair = f"{login.user}:{login.password}".encode("utf-8", "replace")
    return Authorization(f"Basic {b64encode(pair).decode()}", is_secret=True)


def _token_in(reply: Reply) -> str:
    try:
        answer = json_object(reply.answer.body)
    except (ValueError, TypeError):
        answer = {}
    token = answer.get("token") or answer.get("access_token")
    if not isinstance(token, str) or not _TOKEN.fullmatch(token):
        raise no_answer(Reason.MALFORMED, f"the token service {reply.address.authority} gives no token")
    return token
