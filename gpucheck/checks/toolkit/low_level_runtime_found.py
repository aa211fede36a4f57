"""Does NVIDIA's runtime find the runtime below it? It looks for runc or crun on the PATH of who starts it."""

from collections.abc import Iterator

from gpucheck.checks._base import Check, NotApplicable
from gpucheck.checks._kubernetes import kubelet
from gpucheck.checks._remedy import remedy
from gpucheck.checks._toolkit import require_toolkit
from gpucheck.checks.engine._docker import nvidia_runtimes, require_packaged_docker, runtimes_of_engine
from gpucheck.model.engine import EngineInfo
from gpucheck.model.fact import Absent, FactUnavailable
from gpucheck.model.finding import Category, Finding
from gpucheck.model.host import HostSnapshot
from gpucheck.tables import Tables

CHECK = Check(
    id="GC419",
    slug="low_level_runtime_found",
    category=Category.TOOLKIT,
    title="the runtime below that of NVIDIA is there",
    meaning=(
        "Looks for the first of nvidia-container-runtime.runtimes (runc, crun) that is there. NVIDIA's "
        "runtime changes a container's specification and hands it on; without one below it, it stops with "
        "'no runtime binary found from candidate list'."
    ),
    causes=("runtime_binary_missing",),
    because_of=("GC401", "GC405"),
    decides=False,
    url="https://github.com/NVIDIA/nvidia-container-toolkit/blob/main/internal/oci/runtime_low_level.go",
)


@CHECK.judges_host
def judge(host: HostSnapshot, tables: Tables) -> Iterator[Finding]:
    """Fail where Docker starts NVIDIA's runtime; engines that bring a runc of their own are left out."""
    require_toolkit(host)
    if isinstance(host.toolkit.nvidia_container_runtime, Absent):
        raise NotApplicable("nvidia-container-runtime is not installed")
    runtime = host.toolkit.low_level_runtime.require()
    if runtime.exists:
        yield CHECK.passed(f"NVIDIA's runtime uses {runtime.path}")
        return
    used = _docker_uses_it(host)
    if not used and kubelet(host.services.units.get(())):
        raise NotApplicable("the engine of this Kubernetes node brings a runtime of its own")
    report = CHECK.failed if used else CHECK.warned
    listed = runtime.configured or "the list is empty"
    yield report(
        f"none of the runtimes NVIDIA's runtime may use is there: {listed}",
        cause="runtime_binary_missing",
        detail="Containers of the runtime nvidia do not start; the legacy hook of --gpus does without it.",
        evidence=[host.evidence(host.toolkit.low_level_runtime, f"none of {listed}", "one of them")],
        remedy=remedy("install_low_level_runtime", host, tables),
    )


def _docker_uses_it(host: HostSnapshot) -> bool:
    try:
        require_packaged_docker(host)
    except (NotApplicable, FactUnavailable):
        return False
    info: EngineInfo | None = host.docker.info.get(None)
    return info is not None and bool(nvidia_runtimes(runtimes_of_engine(info)))
