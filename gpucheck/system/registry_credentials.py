"""The logins that ``docker login`` and ``podman login`` stored, found as they find them.

Docker: https://docs.docker.com/reference/cli/docker/login/#credential-stores (auths, credHelpers,
credsStore); Podman: containers-auth.json(5), where a key may name a part of a registry. Nothing here is
shown: a file or program that is no use is named in a note, and what it holds is not.
"""

import binascii
import time
from base64 import b64decode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from gpucheck.model.fact import Absent, Known
from gpucheck.system.credential_helper import ask_helper
from gpucheck.system.files import HostFiles
from gpucheck.system.http_exchange import json_object

_HUB = "docker.io"
_HUB_KEY = "https://index.docker.io/v1/"
_HUB_HOSTS = {"docker.io", "index.docker.io", "registry-1.docker.io"}
_IDENTITY = "<token>"  # in place of a user's name: the secret is an identity token
_MAX_FILE = 1 << 20
_HELPER_SECONDS = 5.0


@dataclass(frozen=True, slots=True, repr=False)
class Login:
    """Who one is to a registry."""

    user: str = ""
    password: str = ""
    identity_token: str = ""  # exchanged for a token at the token service
    registry_token: str = ""  # a token for the registry itself


@dataclass(slots=True)
class Credentials:
    """Looks for a login each time it is asked; ``notes`` tells what could not be used."""

    environment: Mapping[str, str]
    notes: list[str] = field(default_factory=list)

    def login(self, registry: str, repository: str, deadline: float) -> Login | None:
        """Return the login stored for a repository, Docker's before Podman's; None: there is none."""
        for path in self._docker_files():
            server = _HUB_KEY if registry == _HUB else registry
            if found := self._in_file(path, [server], registry, deadline):
                return found
        for path in self._podman_files():
            if found := self._in_file(path, _namespaces(registry, repository), registry, deadline):
                return found
        return None

    def _docker_files(self) -> Iterator[str]:
        if folder := self.environment.get("DOCKER_CONFIG"):
            yield f"{folder}/config.json"
        elif home := self.environment.get("HOME"):
            yield f"{home}/.docker/config.json"

    def _podman_files(self) -> Iterator[str]:
        if path := self.environment.get("REGISTRY_AUTH_FILE"):
            yield path
        elif folder := self.environment.get("XDG_RUNTIME_DIR"):
            yield f"{folder}/containers/auth.json"

    def _in_file(self, path: str, keys: list[str], registry: str, deadline: float) -> Login | None:
        content = self._content(path)
        helpers = _table(content, "credHelpers")
        for key in keys:
            helper = helpers.get(key)
            if isinstance(helper, str) and helper:
                return self._of_helper(helper, key, deadline)
        store = content.get("credsStore")
        if isinstance(store, str) and store:
            return self._of_helper(store, keys[-1], deadline)
        entry = _entry(_table(content, "auths"), keys, registry)
        try:
            return _login(entry)
        except ValueError:
            self.notes.append(f"{path}: the login for {registry} cannot be read; went on without it")
            return None

    def _content(self, path: str) -> dict[str, Any]:
        found = HostFiles("/").data(path, _MAX_FILE)
        if isinstance(found, Absent):
            return {}
        try:
            if isinstance(found, Known):
                return json_object(found.value)
            words = found.detail
        except (ValueError, TypeError):
            words = f"{path} is not the JSON of logins"
        self.notes.append(f"{words}; went on without it")
        return {}

    def _of_helper(self, name: str, server: str, deadline: float) -> Login | None:
        timeout = min(_HELPER_SECONDS, (deadline - time.monotonic()) / 2)
        fact = ask_helper(name, server, self.environment, max(timeout, 0.0))
        if isinstance(fact, Absent):
            return None
        if isinstance(fact, Known):
            user, secret = fact.value.get("Username"), fact.value.get("Secret")
            if isinstance(user, str) and isinstance(secret, str):
                return Login(identity_token=secret) if user == _IDENTITY else Login(user, secret)
        words = f"{fact.source} prints no login" if isinstance(fact, Known) else fact.detail
        self.notes.append(f"{words}; went on without it")
        return None


def _namespaces(registry: str, repository: str) -> list[str]:
    """Return what Podman looks for, from the repository's own name up to the registry."""
    parts = [registry, *repository.split("/")]
    return ["/".join(parts[:count]) for count in range(len(parts), 0, -1)]


def _entry(auths: dict[str, Any], keys: list[str], registry: str) -> dict[str, Any]:
    hosts = _HUB_HOSTS if registry == _HUB else {registry}
    exact = (auths[key] for key in keys if key in auths)
    namespaced = len(keys) > 1  # then a key with a path means that path, else it is a URL of old
    similar = (
        entry
        for key, entry in auths.items()
        if _hostname(key) in hosts and (not namespaced or "://" in key or "/" not in key)
    )
    found = next(exact, None) or next(similar, None)
    return found if isinstance(found, dict) else {}


def _hostname(key: str) -> str:
    """Return the host of a key of old: https://registry.example/v1/."""
    return key.rpartition("://")[2].partition("/")[0]


def _login(entry: dict[str, Any]) -> Login | None:
    """Return the login in an entry of auths; raises ValueError where it makes no sense."""
    user, password = _text(entry, "username"), _text(entry, "password")
    if auth := _text(entry, "auth"):
        try:
            user, colon, password = b64decode(auth, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            raise ValueError("not base64") from None
        if not colon or not user:
            raise ValueError("not user:password")
        password = password.strip("\0")
    login = Login(user, password, _text(entry, "identitytoken"), _text(entry, "registrytoken"))
    if not (login.registry_token.isascii() and login.registry_token.isprintable()):
        raise ValueError("no token that a header could hold")
    return login if user or login.identity_token or login.registry_token else None


def _text(entry: dict[str, Any], key: str) -> str:
    value = entry.get(key, "")
    if not isinstance(value, str):
        raise ValueError(f"{key} is not text")  # noqa: TRY004 - one kind of error for all nonsense
    return value


def _table(content: dict[str, Any], key: str) -> dict[str, Any]:
    value = content.get(key)
    return value if isinstance(value, dict) else {}
