"""Does Docker's daemon run and answer? Without it no container starts, and its settings are unknown."""

from collections.abc import Iterator

from gpucheck.checks._base import Check
from gpucheck.checks._remedy import remedy
from gpucheck.checks.engine._docker import has_systemd, is_desktop, is_snap, reason, require_docker
from gpucheck.model.docker_context import DockerContext
from gpucheck.model.engine import DaemonProcess
from gpucheck.model.fact import Absent, Known, Reason, Unavailable
from gpucheck.model.finding import Category, Evidence, Finding, Remedy
from gpucheck.model.host import HostSnapshot
from gpucheck.tables import Tables

CHECK = Check(
    id="GC502",
    slug="docker_running",
    category=Category.ENGINE,
    title="the Docker daemon runs and answers",
    meaning=(
        "Asks the endpoint of this user's docker context for its version, and looks for a dockerd "
        "process. While no daemon answers, no container starts."
    ),
    causes=("docker_not_running",),
    because_of=("GC505", "GC507", "GC515"),
    headline=True,
    url="https://docs.docker.com/engine/daemon/troubleshoot/",
)

_STARTING = 60  # seconds in which a dockerd with many containers may not answer yet
_NOBODY_ANSWERS = {Reason.UNREACHABLE}


@CHECK.judges_host
def judge(host: HostSnapshot, tables: Tables) -> Iterator[Finding]:
    """Judge by the answer first, then by the process."""
    require_docker(host)
    info, daemon = host.docker.info, host.docker.daemon
    if isinstance(info, Known):
        yield CHECK.passed(f"Docker {info.value.server_version} answers on {_endpoint(host)}")
    elif reason(info) is Reason.NOT_PERMITTED:
        yield from _behind_closed_door(host, tables)
    elif reason(info) is Reason.TIMEOUT:
        who = _process(daemon.value) if isinstance(daemon, Known) else "the Docker endpoint"
        title = f"{who} did not answer in time"
        yield CHECK.unknown(title, detail=info.source, evidence=[_evidence_of_info(host)])
    elif isinstance(info, Absent) or reason(info) in _NOBODY_ANSWERS:
        yield from _silent(host, tables)
    else:
        info.require()


def _behind_closed_door(host: HostSnapshot, tables: Tables) -> Iterator[Finding]:
    """Judge where this user may not connect (GC503): by the process and systemd's units."""
    daemon = host.docker.daemon
    if isinstance(daemon, Known):
        yield CHECK.passed(f"{_process(daemon.value)} runs; this user may not talk to it")
        return
    states = _unit_states(host)
    if "active" in states.values():
        unit = next(name for name, state in states.items() if state == "active")
        yield CHECK.passed(f"{unit} is active; this user may not talk to it")
    elif states and isinstance(daemon, Absent):
        yield _down(host, tables)
    else:
        host.docker.info.require()


def _silent(host: HostSnapshot, tables: Tables) -> Iterator[Finding]:
    """Judge where nobody answers at the endpoint."""
    daemon = host.docker.daemon
    if not isinstance(daemon, Known):
        if isinstance(daemon, Unavailable):
            daemon.require()
        yield _down(host, tables)
        return
    age = host.meta.taken_at - daemon.value.started_at
    evidence = [_evidence_of_info(host), host.evidence(daemon, f"pid {daemon.value.pid}, for {age} s")]
    if age < _STARTING:
        yield CHECK.unknown(
            f"{_process(daemon.value)} started {age} s ago and does not answer yet", evidence=evidence
        )
        return
    yield CHECK.failed(
        f"{_process(daemon.value)} runs, and nobody answers on {_endpoint(host)}",
        cause="docker_not_running",
        detail="It listens elsewhere (-H), belongs to another user (rootless), or its socket was removed.",
        evidence=evidence,
        remedy=remedy("find_docker_socket", host, tables),
    )


def _down(host: HostSnapshot, tables: Tables) -> Finding:
    units = [
        host.evidence(host.services.units, f"{name} {state}", "active")
        for name, state in _unit_states(host).items()
    ]
    return CHECK.failed(
        "Docker is installed and not running",
        cause="docker_not_running",
        evidence=[host.evidence(host.docker.daemon, expected="dockerd"), _evidence_of_info(host), *units],
        remedy=_start(host, tables),
    )


def _start(host: HostSnapshot, tables: Tables) -> Remedy:
    if is_desktop(host):
        return remedy("start_docker_desktop", host, tables)
    if is_snap(host):
        return remedy("start_docker_snap", host, tables)
    return remedy("start_docker" if has_systemd(host) else "start_docker_service", host, tables)


def _unit_states(host: HostSnapshot) -> dict[str, str]:
    """Return the states of Docker's loaded units; none without systemd, or where it was not asked."""
    names = {"docker.service", "docker.socket"}
    units = host.services.units.get(())
    return {u.name: u.active_state for u in units if u.name in names and u.load_state == "loaded"}


def _process(daemon: DaemonProcess) -> str:
    return f"dockerd (pid {daemon.pid})"


def _endpoint(host: HostSnapshot) -> str:
    context: DockerContext | None = host.docker.context.get(None)
    return context.endpoint if context is not None else "its socket"


def _evidence_of_info(host: HostSnapshot) -> Evidence:
    info = host.docker.info
    return host.evidence(info, expected="an answer", source=info.source or _endpoint(host))
