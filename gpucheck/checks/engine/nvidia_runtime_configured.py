"""Is NVIDIA's OCI runtime registered with Docker? Compose files and --runtime=nvidia name it."""

from collections.abc import Iterator

from gpucheck.checks._base import Check
from gpucheck.checks._remedy import daemon_json_path, remedy
from gpucheck.checks._scope import require_gpu
from gpucheck.checks.engine._docker import (
    daemon_settings,
    engine_info,
    nvidia_runtimes,
    require_packaged_docker,
    runtimes_in_file,
    runtimes_of_engine,
)
from gpucheck.checks.engine._dockerd_flags import next_flags, runtimes_in_flags
from gpucheck.checks.engine._injection import Way, injection
from gpucheck.model.fact import Known
from gpucheck.model.finding import Category, Finding
from gpucheck.model.host import HostSnapshot
from gpucheck.tables import Tables

CHECK = Check(
    id="GC509",
    slug="nvidia_runtime_configured",
    category=Category.ENGINE,
    title="the NVIDIA runtime is registered with Docker",
    meaning=(
        "Looks for NVIDIA's OCI runtime in daemon.json, in dockerd's flags and in the running engine. "
        "--gpus works without it; --runtime=nvidia, many Compose files and Jetson do not."
    ),
    causes=("docker_runtime_not_configured",),
    because_of=("GC401", "GC502", "GC503", "GC505"),
    url="https://docs.nvidia.com/datacenter/cloud-native/container-toolkit/latest/install-guide.html",
)


@CHECK.judges_host
def judge(host: HostSnapshot, tables: Tables) -> Iterator[Finding]:
    """Judge where it is registered; without it, whether anything needs it."""
    require_packaged_docker(host)
    require_gpu(host)
    info = host.docker.info
    running = nvidia_runtimes(runtimes_of_engine(info.value)) if isinstance(info, Known) else ()
    flagged = nvidia_runtimes(runtimes_in_flags(next_flags(host)))
    if running or flagged:
        name, place = (flagged[0], "dockerd's flags") if flagged and not running else (running[0], "Docker")
        yield CHECK.passed(f"the runtime {name} is registered in {place}")
        return
    in_file = nvidia_runtimes(runtimes_in_file(host))
    if in_file:
        yield CHECK.passed(f"the runtime {in_file[0]} is registered in {daemon_json_path(host)}")
        return
    answer = engine_info(host)
    if injection(host, tables).way is Way.CDI:
        yield CHECK.passed("no nvidia runtime is registered; --gpus and --device use CDI and need none")
        return
    complain = CHECK.failed if host.is_tegra else CHECK.warned
    yield complain(
        "no nvidia runtime is registered with Docker",
        cause="docker_runtime_not_configured",
        detail=(
            "On Jetson, GPU containers start with --runtime=nvidia."
            if host.is_tegra
            else "--gpus does not need it; --runtime=nvidia and Compose files that name the runtime fail."
        ),
        evidence=[
            host.evidence(info, ", ".join(runtimes_of_engine(answer)), "nvidia among the runtimes"),
            host.evidence(host.docker.daemon_json, _settings_shown(host), "runtimes.nvidia"),
        ],
        remedy=remedy("configure_nvidia_runtime", host, tables),
    )


def _settings_shown(host: HostSnapshot) -> str | None:
    settings = daemon_settings(host)
    return f"keys {', '.join(sorted(settings))}" if settings else None
