"""A token service of the test's own, whose signed tokens a real registry takes.

What a registry checks in them: https://distribution.github.io/distribution/spec/auth/jwt/
"""

import json
import ssl
import subprocess
import time
from base64 import b64decode, b64encode, urlsafe_b64encode
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from tests.fakes.requirement import program
from tests.fakes.web_server import Reply, Request, http

ISSUER = "gpucheck-test"
SERVICE = "registry.test"


@dataclass
class TokenService:
    """Answers as a token service; pulls from ``public`` need no login."""

    folder: Path
    user: str
    password: str
    identity_token: str
    public: str = "public/app"

    def __post_init__(self) -> None:
        self._openssl = program("openssl")
        self.certificate, self.key = self.folder / "token.crt", self.folder / "token.key"
        argv = [
            self._openssl,
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-days",
            "2",
            "-subj",
            "/CN=tokens",
        ]
        argv += ["-keyout", str(self.key), "-out", str(self.certificate)]
        subprocess.run(argv, check=True, capture_output=True, timeout=60)

    def answer(self, request: Request) -> Reply:
        query = parse_qs(
            request.body.decode() if request.method == "POST" else urlsplit(request.target).query
        )
        kind, name, actions = query["scope"][0].split(":")
        if not self._may_ask(request, query):
            return http({"details": "who is it?"}, "401 Unauthorized")
        allowed = actions.split(",") if self._is_known(request, query) or name == self.public else []
        return http({"token": self.token(kind, name, allowed)})

    def token(self, kind: str, name: str, actions: list[str]) -> str:
        now = int(time.time())
        der = ssl.PEM_cert_to_DER_cert(self.certificate.read_text())
        header = {"typ": "JWT", "alg": "RS256", "x5c": [b64encode(der).decode()]}
        claims = {
            "iss": ISSUER, "aud": SERVICE, "sub": "", "exp": now + 300, "nbf": now - 10, "iat": now, "jti": "1",
            "access": [{"type": kind, "name": name, "actions": actions}],
        }  # fmt: skip
        signed = f"{_coded(json.dumps(header).encode())}.{_coded(json.dumps(claims).encode())}"
        argv = [self._openssl, "dgst", "-sha256", "-sign", str(self.key)]
        done = subprocess.run(argv, input=signed.encode(), capture_output=True, check=True, timeout=60)
        return f"{signed}.{_coded(done.stdout)}"

    def _may_ask(self, request: Request, query: dict[str, list[str]]) -> bool:
        """Anybody may ask, but for one with a wrong login."""
        has_login = "authorization" in request.headers or request.method == "POST"
        return not has_login or self._is_known(request, query)

    def _is_known(self, request: Request, query: dict[str, list[str]]) -> bool:
        if request.method == "POST":
            return query.get("refresh_token") == [self.identity_token]
        scheme, _, secret = request.headers.get("authorization", "").partition(" ")
        return scheme == "Basic" and b64decode(secret).decode() == f"{self.user}:{self.password}"


def _coded(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")
