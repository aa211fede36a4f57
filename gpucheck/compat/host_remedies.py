"""Remedies fitted to the host that they are for: its distribution, WSL, a rootless Docker, a container."""

from collections.abc import Mapping
from dataclasses import replace

from gpucheck.compat.remedies import distribution, fitted
from gpucheck.model.docker_context import DockerContext
from gpucheck.model.engine import DaemonJson, EngineInfo
from gpucheck.model.finding import Remedy
from gpucheck.model.host import HostSnapshot
from gpucheck.model.rows import RemedyRow

# containers that are set up like a host, with packages, units and an engine of their own
OWN_MACHINES = frozenset({"lxc", "systemd-nspawn"})
_ONLY_HOST = "host"


def fitted_to(host: HostSnapshot, key: str, rows: Mapping[str, RemedyRow], values: dict[str, str]) -> Remedy:
    """Return the remedy ``key`` with the commands for a host; ``values`` fill its ``{name}`` places.

    What only the host can do has no commands inside a container.
    """
    row, inside = rows[key], host.in_container and host.meta.root == "/"
    if inside and row.in_container not in {"", _ONLY_HOST}:
        row = rows[row.in_container]
    names = distribution(host)
    found = fitted(row, names, values, wsl=host.is_wsl, rootless=_is_rootless(host))
    if not (inside and _only_the_host_can(row, host)):
        return found
    summary = f"On the host, not in this container: {found.summary[:1].lower()}{found.summary[1:]}"
    return replace(found, summary=summary, commands=(), undo=())


def _only_the_host_can(row: RemedyRow, host: HostSnapshot) -> bool:
    """Return whether the container cannot help itself: an image of an application cannot at all."""
    if row.in_container == _ONLY_HOST:
        return True
    return row.needs_root and host.platform.container.get("") not in OWN_MACHINES


def _is_rootless(host: HostSnapshot) -> bool:
    """Return whether the Docker that is meant is rootless; of one that does not answer the socket tells."""
    info: EngineInfo | None = host.docker.info.get(None)
    context: DockerContext | None = host.docker.context.get(None)
    if info is not None:
        return info.rootless
    return context is not None and context.endpoint.startswith("unix:///run/user/")


def daemon_json_path(host: HostSnapshot) -> str:
    """Return the daemon.json of the Docker that is meant, there or not."""
    file: DaemonJson | None = host.docker.daemon_json.get(None)
    if file is not None:
        return file.path
    return "~/.config/docker/daemon.json" if _is_rootless(host) else "/etc/docker/daemon.json"
