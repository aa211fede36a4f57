"""What tests of the registry client share: a question, names that lead to loopback, stored logins."""

import json
import socket
from base64 import b64encode
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gpucheck.compat.reference import parse_reference
from gpucheck.model.fact import Fact, Known, Reason, Unavailable
from gpucheck.model.image_config import ImageConfig, NotForPlatform
from gpucheck.system.network import Resolver
from gpucheck.system.registry import RegistryClient

LONG = 30.0  # seconds; where a test is not about the deadline


def resolver(*names: str, **ports: int) -> Resolver:
    """Return a resolver that knows these names, all of this host, and addresses of this host.

    ``ports`` names hosts whose port, whatever it is, is another one here: dots are written as _.
    """
    moved = {name.replace("_", "."): port for name, port in ports.items()}

    def resolve(host: str, port: int) -> list[Any]:
        port = moved.get(host, port)
        if host in {*names, *moved, "localhost"}:
            host = "127.0.0.1"
        return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)

    return resolve


def ask(
    reference: str,
    architecture: str = "amd64",
    *,
    timeout: float = LONG,
    environment: Mapping[str, str] | None = None,
    certificates: str = "/nonexistent",
    names: tuple[str, ...] = (),
    ports: Mapping[str, int] | None = None,
    insecure: tuple[str, ...] = (),
    mirrors: tuple[str, ...] = (),
) -> Fact[ImageConfig | NotForPlatform]:
    client = RegistryClient(environment or {}, certificates, resolver(*names, **(ports or {})))
    return client.config_of(parse_reference(reference), architecture, timeout, insecure, mirrors)


def known(fact: Fact[ImageConfig | NotForPlatform]) -> ImageConfig:
    assert isinstance(fact, Known), fact
    assert isinstance(fact.value, ImageConfig), fact
    return fact.value


def only(fact: Fact[Any], reason: Reason) -> Unavailable:
    """Return the fact, which has to be unavailable for this reason, in one printable line."""
    assert isinstance(fact, Unavailable), fact
    assert fact.reason is reason, fact
    assert fact.detail.isprintable()
    return fact


def logins(folder: Path, key: str, user: str, password: str, /, **entry: str) -> dict[str, str]:
    """Store a login as ``docker login`` does; return the environment that leads to it."""
    auth = {"auth": b64encode(f"{user}:{password}".encode()).decode()} if user else {}
    (folder / "config.json").write_text(json.dumps({"auths": {key: {**auth, **entry}}}))
    return {"DOCKER_CONFIG": str(folder)}
