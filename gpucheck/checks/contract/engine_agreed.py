"""GC909: the container engine is the one agreed on, of a release agreed on.

Docker is asked for its release; Podman's is that of its program.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from gpucheck.checks._base import Check, NotApplicable
from gpucheck.checks.contract._terms import NOT_MET, Terms
from gpucheck.checks.engine._docker import docker_present, podman_answers, remote_endpoint
from gpucheck.model.fact import Absent, AnyFact, Known
from gpucheck.model.finding import Category, Finding
from gpucheck.model.host import HostSnapshot
from gpucheck.tables import Tables

if TYPE_CHECKING:  # every report loads this check, few hosts have a contract
    from gpucheck.model.contract import Contract

CHECK = Check(
    id="GC909",
    slug="engine_agreed",
    category=Category.CONTRACT,
    title="the container engine is the one agreed on",
    meaning="Compares the engine that answers, and its release, with engine.name and engine.version of the "
    "contract.",
    causes=(NOT_MET,),
    because_of=("GC501", "GC502", "GC503", "GC507", "GC520"),
)


@CHECK.judges_contract
def judge(contract: "Contract", host: HostSnapshot, tables: Tables) -> Iterator[Finding]:
    """Compare the name, then the release of that engine."""
    terms = Terms(CHECK, contract, host, tables)
    asked = [contract.terms[key] for key in ("engine.name", "engine.version") if key in contract.terms]
    if not asked:
        raise NotApplicable("the contract says nothing of the engine")
    name = contract.terms["engine.name"].value if "engine.name" in contract.terms else _engine(host)
    fact, release = _release(name, host, terms)
    seen = f"{name.title()} {release}" if release else f"no {name.title()}"
    elsewhere = remote_endpoint(host)
    if name == "docker" and elsewhere:
        seen = f"{seen} here: the docker context leads to {elsewhere}, another machine"
    for term in asked:
        if term.key == "engine.name":
            yield terms.judged(term, seen, met=bool(release), fact=fact, wanted=term.value.title())
        else:
            yield terms.released(term, release, seen, fact=fact)


def _engine(host: HostSnapshot) -> str:
    """Return the engine that is meant where the contract names none: Podman where it is the only one."""
    only = docker_present(host) is False and isinstance(host.other_engines.podman, Known)
    return "podman" if podman_answers(host) or only else "docker"


def _release(name: str, host: HostSnapshot, terms: Terms) -> tuple["AnyFact", str]:
    """Return the fact that tells the release, and the release; '' where there is no such engine."""
    if name == "podman":
        program = host.other_engines.podman
        found = terms.there(program)
        return program, found.version.require() if found is not None else ""
    info, binary = host.docker.info, host.docker.daemon_binary
    if podman_answers(host) or remote_endpoint(host):
        return info, ""
    if docker_present(host) is False and isinstance(binary, Absent):
        return binary, ""
    answer = terms.there(info)
    return info, answer.server_version if answer is not None else ""
