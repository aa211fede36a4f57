"""Docker as installed, configured and running, from files and /proc; asks no engine."""

import re
from collections.abc import Iterator

from gpucheck.model.docker_context import DockerContext
from gpucheck.model.engine import EngineSocket
from gpucheck.model.fact import Absent, Fact, Known, Reason, Unavailable
from gpucheck.probes._base import Part, Probe
from gpucheck.probes._binaries import Wanted, binaries
from gpucheck.probes._daemon_json import daemon_json
from gpucheck.probes._docker_unit import unit_flags
from gpucheck.probes._dockerd import path_of_dockerd, running_dockerd
from gpucheck.probes._user import docker_context, endpoint_of
from gpucheck.system.ports import System

_UNIX = "unix://"
# "Docker version 20.10.24+dfsg1, build 5d6db84"
_VERSION = re.compile(r"^Docker version v?(\d[^\s,]*)", re.MULTILINE)
PROGRAMS = (
    Wanted("cli", "docker", _VERSION, ("/snap/bin",), "docker"),
    Wanted("daemon_binary", "dockerd", _VERSION, ("/snap/docker/current/bin",), "docker"),
)


def _run(system: System) -> Iterator[Part]:
    context = docker_context(system)
    yield "context", context
    socket = engine_socket(system, context)
    yield "socket", socket
    endpoint = endpoint_of(context)
    daemon = running_dockerd(system, endpoint)
    yield "daemon", daemon
    yield "daemon_path", path_of_dockerd(system.files, daemon)
    flags = unit_flags(system.files)
    yield "unit_flags", flags
    yield "daemon_json", daemon_json(system, endpoint, daemon, flags.get(()))
    answers = isinstance(daemon, Known) and isinstance(socket, Known) and socket.value.writable
    yield from binaries(system, PROGRAMS, ("daemon_binary",) if answers else ())


def engine_socket(system: System, context: Fact[DockerContext]) -> Fact[EngineSocket]:
    """Return the socket of the context's endpoint; absent too where that is no unix socket."""
    if not isinstance(context, Known):
        return context
    endpoint = context.value.endpoint
    if not endpoint.startswith(_UNIX):
        return Absent((f"{endpoint} (no unix socket)",))
    path = endpoint.removeprefix(_UNIX)
    status = system.files.status(path)
    if not isinstance(status, Known):
        return status
    found = status.value
    if found.kind != "socket":
        return Unavailable(Reason.UNREADABLE, f"{path} is no socket but: {found.kind}")
    writable = system.files.may(path, "w")
    return Known(EngineSocket(path, found.mode, found.uid, found.gid, writable), path)


PROBE = Probe("docker", _run)
