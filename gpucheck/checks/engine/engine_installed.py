"""Is there a container engine? Docker's daemon, Podman, or the containerd of a Kubernetes node."""

from collections.abc import Iterator

from gpucheck.checks._base import Check, NotApplicable
from gpucheck.checks._remedy import OWN_MACHINES, remedy
from gpucheck.checks.engine._docker import docker_present, is_desktop, reason, version_fact
from gpucheck.model.engine import Binary
from gpucheck.model.fact import Fact, FactAbsent, FactUnavailable, Known, Reason, Unavailable
from gpucheck.model.finding import Category, Finding
from gpucheck.model.host import HostSnapshot
from gpucheck.tables import Tables

CHECK = Check(
    id="GC501",
    slug="engine_installed",
    category=Category.ENGINE,
    title="a container engine is installed",
    meaning=(
        "Looks for Docker's daemon (dockerd), Podman and containerd. Without an engine no container "
        "starts; the docker command alone is only a client and needs a daemon to talk to."
    ),
    causes=("docker_not_installed",),
    headline=True,
    url="https://docs.docker.com/engine/install/",
)

# engines that bring or replace containerd, by the units that run them
_UNITS = {
    "crio.service": "CRI-O", "k3s.service": "k3s", "k3s-agent.service": "k3s",
    "rke2-server.service": "RKE2", "rke2-agent.service": "RKE2",
    "k0scontroller.service": "k0s", "k0sworker.service": "k0s",
    "snap.microk8s.daemon-containerd.service": "MicroK8s",
}  # fmt: skip


@CHECK.judges_host
def judge(host: HostSnapshot, tables: Tables) -> Iterator[Finding]:
    """Judge what is there; Docker's daemon counts, its command alone does not."""
    # with Podman, the docker command may be Podman's own (podman-docker)
    podman = isinstance(host.other_engines.podman, Known)
    docker = docker_present(host) or is_desktop(host)
    cli_only = isinstance(host.docker.cli, Known) and not docker and not podman
    engines = _engines(host)
    if engines and not cli_only:
        yield CHECK.passed(", ".join(engines) + ("" if docker else "; no Docker"))
        return
    _require_all_looked_at(host)
    evidence = [
        host.evidence(host.docker.daemon_binary, expected="dockerd"),
        *([host.evidence(host.docker.cli, _path(host.docker.cli))] if cli_only else []),
        host.evidence(host.other_engines.podman, _path(host.other_engines.podman)),
        host.evidence(host.other_engines.containerd, _path(host.other_engines.containerd)),
    ]
    install = remedy("install_docker", host, tables)
    if engines:
        yield CHECK.warned(
            f"the docker command is here, its daemon is not; {', '.join(engines)} is",
            cause="docker_not_installed",
            detail="Kubernetes can run containers here; docker run cannot.",
            evidence=evidence,
            remedy=install,
        )
        return
    _require_host(host)
    yield CHECK.failed(
        "only the docker command is installed, no engine" if cli_only else "no container engine is installed",
        cause="docker_not_installed",
        detail="Looked for Docker, Podman and containerd.",
        evidence=evidence,
        remedy=install,
    )


def _engines(host: HostSnapshot) -> list[str]:
    found = []
    if docker_present(host):
        found.append(f"Docker {_docker_version(host)}".rstrip())
    elif is_desktop(host):
        found.append("Docker Desktop")  # in a virtual machine, whether that runs or not
    if isinstance(host.other_engines.podman, Known):
        found.append(_named("Podman", host.other_engines.podman.value))
    if found:
        return found  # containerd is part of Docker
    if isinstance(host.other_engines.containerd, Known):
        found.append(_named("containerd", host.other_engines.containerd.value))
    units = {unit.name for unit in host.services.units.get(()) if unit.load_state == "loaded"}
    return found + sorted({engine for name, engine in _UNITS.items() if name in units})


def _docker_version(host: HostSnapshot) -> str:
    try:
        return version_fact(host)[0]
    except (FactAbsent, FactUnavailable):
        return ""  # it is there; its version is GC504's


def _named(name: str, binary: Binary) -> str:
    return f"{name} {binary.version.get('')}".rstrip()


def _path(fact: Fact[Binary]) -> str | None:
    return fact.value.path if isinstance(fact, Known) else None


def _require_all_looked_at(host: HostSnapshot) -> None:
    others = host.other_engines
    for fact in (host.docker.daemon_binary, host.docker.daemon, others.podman, others.containerd):
        # a tree of files has no processes; what is on disk decides
        if isinstance(fact, Unavailable) and reason(fact) is not Reason.NOT_LIVE:
            fact.require()


def _require_host(host: HostSnapshot) -> None:
    if host.in_container and host.meta.root == "/" and host.platform.container.get("") not in OWN_MACHINES:
        raise NotApplicable("gpucheck runs inside a container; its engine is outside")
