"""Does Docker Desktop's virtual machine answer? On Linux that machine has no GPU."""

from collections.abc import Iterator

from gpucheck.checks._base import Check
from gpucheck.checks._remedy import remedy
from gpucheck.checks._scope import require_gpu
from gpucheck.checks.engine._docker import is_desktop, require_docker
from gpucheck.model.fact import Known
from gpucheck.model.finding import Category, Evidence, Finding
from gpucheck.model.host import HostSnapshot
from gpucheck.tables import Tables

CHECK = Check(
    id="GC507",
    slug="docker_not_desktop",
    category=Category.ENGINE,
    title="the native engine answers, not Docker Desktop's virtual machine",
    meaning=(
        "Docker Desktop for Linux runs its daemon in a virtual machine without GPU and makes itself the "
        "active context. Under WSL, Docker Desktop is the usual way and has the GPU."
    ),
    causes=("docker_desktop_linux",),
    url="https://docs.docker.com/desktop/features/gpu/",
)


@CHECK.judges_host
def judge(host: HostSnapshot, tables: Tables) -> Iterator[Finding]:
    """Judge by who answers; by the context where nobody does."""
    if not is_desktop(host):
        require_docker(host)
        yield CHECK.passed("Docker runs natively on this host")
        return
    if host.is_wsl:
        yield CHECK.passed("Docker Desktop serves this WSL distribution")
        return
    require_gpu(host)
    answers = isinstance(host.docker.info, Known)
    yield CHECK.failed(
        "Docker Desktop answers; its virtual machine has no GPU"
        if answers
        else "the docker context leads to Docker Desktop, which does not answer, and whose VM has no GPU",
        cause="docker_desktop_linux",
        detail="The driver, the toolkit and the configuration of this host are not seen inside.",
        evidence=_evidence(host),
        remedy=remedy("use_native_docker", host, tables),
    )


def _evidence(host: HostSnapshot) -> list[Evidence]:
    info, context = host.docker.info, host.docker.context
    found = []
    if isinstance(info, Known):
        found.append(host.evidence(info, info.value.operating_system, "this host's own system"))
    if isinstance(context, Known):
        found.append(host.evidence(context, f"{context.value.name} {context.value.endpoint}", "default"))
    return found
