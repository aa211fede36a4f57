"""What the user who runs gpucheck has configured: the home directory, the docker context."""

import hashlib
import json
import re
from typing import Any

from gpucheck.model.docker_context import DockerContext
from gpucheck.model.fact import Fact, Known, Reason, Unavailable
from gpucheck.system.ports import System, not_live

DEFAULT_ENDPOINT = "unix:///var/run/docker.sock"
# up to the last @, should a password hold a slash; paths of unix sockets may hold an @ themselves
_USERINFO = re.compile(r"(?<!unix)://\S*@")
_ROOTLESS = re.compile(r"unix:///run/user/\d+/")


def without_credentials(text: str) -> str:
    """Return a URL without user, password, query and fragment."""
    bare = _USERINFO.sub("://", text)
    return re.split(r"[?#]", bare, maxsplit=1)[0] if "://" in bare else bare


def home(system: System) -> str:
    """Return the user's home directory, or ''; services have no HOME, so passwd is asked then."""
    by_setting = system.process.setting("HOME")
    if by_setting:
        return by_setting
    for line in system.files.text("/etc/passwd").get("").splitlines():
        parts = line.split(":")
        if len(parts) > 5 and parts[2] == str(system.process.uid):  # noqa: PLR2004 - the sixth of seven
            return parts[5]
    return ""


def config_home(system: System) -> str:
    """Return $XDG_CONFIG_HOME or its default, or ''."""
    base = home(system)
    return system.process.setting("XDG_CONFIG_HOME") or (f"{base}/.config" if base else "")


def is_rootless(system: System, endpoint: str) -> bool:
    """Return whether an endpoint is that of a rootless engine: below the user's runtime directory."""
    runtime = system.process.setting("XDG_RUNTIME_DIR")
    own = bool(runtime) and endpoint.startswith(f"unix://{runtime}/")
    return own or _ROOTLESS.match(endpoint) is not None


def docker_context(system: System) -> Fact[DockerContext]:
    """Return the context this user's docker command would use, and its endpoint.

    DOCKER_HOST wins over DOCKER_CONTEXT, which wins over ``docker context use``
    (https://docs.docker.com/engine/manage-resources/contexts/).
    """
    if not system.live:
        return not_live()
    host = system.process.setting("DOCKER_HOST")
    if host:
        endpoint = host if "://" in host else f"tcp://{host}"
        return Known(DockerContext("default", without_credentials(endpoint)), "DOCKER_HOST")
    directory = system.process.setting("DOCKER_CONFIG") or f"{home(system)}/.docker"
    name, source = system.process.setting("DOCKER_CONTEXT"), "DOCKER_CONTEXT"
    if not name:
        source = f"{directory}/config.json"
        # the docker command, too, goes on with its defaults when it cannot read this file
        name = _text_at(_object(system.files.text(source)), "currentContext")
    if name in {"", "default"}:
        return Known(DockerContext("default", DEFAULT_ENDPOINT), "docker's default")
    return _named(system, directory, name, source)


def endpoint_of(context: Fact[DockerContext]) -> str:
    """Return the context's endpoint, docker's default where there is no context to be had."""
    return context.value.endpoint if isinstance(context, Known) else DEFAULT_ENDPOINT


def _named(system: System, directory: str, name: str, source: str) -> Fact[DockerContext]:
    digest = hashlib.sha256(name.encode()).hexdigest()
    path = f"{directory}/contexts/meta/{digest}/meta.json"
    endpoint = _text_at(_object(system.files.text(path)), "Endpoints", "docker", "Host")
    if endpoint:
        return Known(DockerContext(name, without_credentials(endpoint)), path)
    return Unavailable(
        Reason.FAILED, f"{source} names the context '{name}', and {path} has no endpoint for it"
    )


def _object(text: Fact[str]) -> Any:
    try:
        return json.loads(text.get("{}"))
    except (ValueError, RecursionError):
        return {}


def _text_at(data: Any, *keys: str) -> str:
    for key in keys:
        data = data.get(key) if isinstance(data, dict) else None
    return data if isinstance(data, str) else ""
