"""Do running containers keep their GPUs when systemd reloads its units? Those of the legacy hook may not."""

from collections.abc import Iterator

from gpucheck.checks._base import Check, NotApplicable
from gpucheck.checks._path import explain_path
from gpucheck.checks._remedy import remedy
from gpucheck.checks._scope import require_linux_driver
from gpucheck.checks.engine._char_links import given_nodes
from gpucheck.checks.engine._docker import (
    engine_info,
    nvidia_runtimes,
    require_packaged_docker,
    runtimes_of_engine,
)
from gpucheck.checks.engine._injection import Way, injection
from gpucheck.checks.engine._toolkit_config import toolkit_setting
from gpucheck.model.engine import EngineInfo
from gpucheck.model.finding import Category, Finding
from gpucheck.model.host import HostSnapshot
from gpucheck.model.injection import Asked
from gpucheck.model.target import Path
from gpucheck.model.versions import Version
from gpucheck.tables import Tables

CHECK = Check(
    id="GC514",
    slug="devices_survive_daemon_reload",
    category=Category.ENGINE,
    title="running containers keep their GPUs over systemctl daemon-reload",
    meaning=(
        "The legacy hook changes a container's device rules behind runc's back. With the systemd cgroup "
        "driver and without /dev/char links, a daemon-reload then takes the GPUs from running containers."
    ),
    causes=("systemd_reload_drops_devices",),
    because_of=("GC502", "GC503", "GC513"),
    decides=False,
    url="https://docs.nvidia.com/datacenter/cloud-native/container-toolkit/latest/troubleshooting.html",
)


@CHECK.judges_host
def judge(host: HostSnapshot, tables: Tables) -> Iterator[Finding]:
    """Judge by cgroup driver, way of injection and links, in this order."""
    require_linux_driver(host)
    require_packaged_docker(host)
    info = engine_info(host)
    if info.cgroup_driver != "systemd":
        yield CHECK.passed(
            f"Docker's cgroup driver is {info.cgroup_driver}, which a daemon-reload does not touch"
        )
        return
    way = injection(host, tables).way
    ways = _unsafe_ways(host, tables, info, way)
    if not ways and way is Way.NONE:
        raise NotApplicable("nothing injects GPUs (GC513)")
    if not ways:
        yield CHECK.passed("GPUs are injected through CDI, so that runc knows them")
        return
    nodes = given_nodes(host)
    if not nodes:
        raise NotApplicable("there are no /dev/nvidia nodes")
    bare = [node for node in nodes if not node.char_link]
    if not bare:
        yield CHECK.passed(
            "/dev/char has links to all NVIDIA nodes",
            detail="docker update can still take the GPUs from a running container; CDI does not have this.",
        )
        return
    yield CHECK.warned(
        "systemctl daemon-reload takes the GPUs from running containers",
        cause="systemd_reload_drops_devices",
        detail="New ones work, so tests pass; those say 'Failed to initialize NVML: Unknown Error'.",
        evidence=[
            host.evidence(host.docker.info, f"cgroup driver systemd, {ways}", "cgroupfs, or CDI"),
            host.evidence(
                host.device_nodes.nodes, f"no /dev/char link to {', '.join(n.path for n in bare)}", "links"
            ),
        ],
        remedy=remedy("keep_devices_over_reload", host, tables),
    )


def _unsafe_ways(host: HostSnapshot, tables: Tables, info: EngineInfo, way: Way) -> str:
    """Return the ways GPUs come into containers here that runc is not told of, or ''."""
    ways = []
    # a default runtime of NVIDIA may take the hook out again
    path = explain_path(host, tables, Asked()).path
    if way in {Way.HOOK, Way.UNSURE} and path in {None, Path.LEGACY}:
        ways.append("--gpus by the legacy hook")
    if nvidia_runtimes(runtimes_of_engine(info)) and _runtime_is_legacy(host, tables):
        ways.append("the nvidia runtime in legacy mode")
    return " and ".join(ways)


def _runtime_is_legacy(host: HostSnapshot, tables: Tables) -> bool:
    mode = toolkit_setting(host, "nvidia-container-runtime", "mode")
    if mode not in {None, "", "auto"}:
        return bool(mode == "legacy")
    runtime = host.toolkit.nvidia_container_runtime.get(None)
    version = runtime.version.get("") if runtime is not None else ""
    try:
        return Version(version) < tables.since("toolkit", "jit_cdi_default")
    except ValueError:
        return False  # its release is not known; the hook was judged already
