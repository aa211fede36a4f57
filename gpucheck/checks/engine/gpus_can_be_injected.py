"""Which way does ``docker run --gpus`` take on this host? By CDI, by the legacy hook, or none."""

from collections.abc import Iterator

from gpucheck.checks._base import Check, NotApplicable
from gpucheck.checks._path import explain_path
from gpucheck.checks._scope import require_gpu
from gpucheck.checks.engine._docker import (
    docker_present,
    engine_info,
    engine_version,
    is_desktop,
    is_snap,
    nvidia_runtimes,
    remote_endpoint,
    require_docker,
    runtimes_of_engine,
)
from gpucheck.checks.engine._injection import Injection, Way, injection
from gpucheck.checks.engine._no_injection import cause_of, cause_of_runtime, complaint
from gpucheck.checks.engine._snap import clashing_toolkit
from gpucheck.checks.engine._toolkit_config import refused_mode
from gpucheck.model.fact import Known
from gpucheck.model.finding import Category, Evidence, Finding
from gpucheck.model.host import HostSnapshot
from gpucheck.model.injection import Asked, PathExplanation
from gpucheck.model.target import Path
from gpucheck.tables import Tables

# what people must know of a path beforehand, in one line
_TOLD = ("requirement", "spec_freshness", "daemon_reload")
_NO_SPEC = "runtime_cdi_unresolved"  # the row of a runtime in mode cdi without a spec

CHECK = Check(
    id="GC513",
    slug="gpus_can_be_injected",
    category=Category.ENGINE,
    title="docker run --gpus has a way to inject GPUs",
    meaning=(
        "Decides as dockerd does: newer ones by CDI where nvidia-cdi-hook and discovered devices exist, "
        "else by nvidia-container-runtime-hook, if that was on dockerd's PATH when it started."
    ),
    causes=(
        "toolkit_not_installed",
        "docker_not_restarted",
        "cdi_only_setup_used_with_gpus",
        "cdi_spec_not_found",
        "cdi_not_enabled_in_engine",
        "runtime_binary_missing",
        "gpus_flag_unsupported_in_mode",
        "docker_desktop_linux",
        "snap_docker",
        "docker_runtime_not_configured",
        "toolkit_config_malformed",
    ),
    because_of=(
        "GC401", "GC405", "GC410", "GC418", "GC502", "GC503", "GC504", "GC506", "GC507", "GC509", "GC510",
        "GC511", "GC512",
    ),
    headline=True,
    url="https://docs.nvidia.com/datacenter/cloud-native/container-toolkit/latest/install-guide.html",
)  # fmt: skip


@CHECK.judges_host
def judge(host: HostSnapshot, tables: Tables) -> Iterator[Finding]:
    """Judge the engine's kind first: only a native, local dockerd decides as described."""
    require_gpu(host)
    if endpoint := remote_endpoint(host):
        yield from _remote(host, endpoint)
        return
    require_docker(host)
    info = engine_info(host)
    runtimes = nvidia_runtimes(runtimes_of_engine(info))
    if is_desktop(host):
        yield from _desktop(host, tables)
    elif is_snap(host):
        yield _in_snap(host, tables, runtimes)
    else:
        yield from _native(host, tables, runtimes)


def _remote(host: HostSnapshot, endpoint: str) -> Iterator[Finding]:
    """Without a look at the daemon of this host, nothing is known of it."""
    if docker_present(host) is False:
        yield CHECK.skipped("Docker is not installed")
        return
    yield CHECK.unknown(
        f"could not ask this host's Docker: the context leads to {endpoint}",
        evidence=[host.evidence(host.docker.context, endpoint, "the daemon of this host")],
    )


def _desktop(host: HostSnapshot, tables: Tables) -> Iterator[Finding]:
    if host.is_wsl:
        yield CHECK.passed("--gpus is served by Docker Desktop")
        return
    yield complaint(
        CHECK,
        host,
        tables,
        cause="docker_desktop_linux",
        title="--gpus cannot work: Docker Desktop's virtual machine has no GPU",
        evidence=[host.evidence(host.docker.info, "Docker Desktop", "a native engine")],
    )


def _in_snap(host: HostSnapshot, tables: Tables, runtimes: tuple[str, ...]) -> Finding:
    toolkit = clashing_toolkit(host, tables)
    if toolkit is None:
        title = "in the Docker snap, GPU containers start with --runtime nvidia --gpus all"
        return _by_runtime(host, tables, runtimes, cause="snap_docker", title=title)
    return complaint(
        CHECK,
        host,
        tables,
        cause="snap_docker",
        title="--gpus cannot work: the Docker snap conflicts with the host's toolkit",
        evidence=[host.evidence(toolkit, "installed", "none beside this snap")],
    )


def _by_runtime(
    host: HostSnapshot, tables: Tables, runtimes: tuple[str, ...], *, cause: str, title: str
) -> Finding:
    """Judge an engine whose GPU containers need NVIDIA's runtime."""
    info = host.docker.info
    if runtimes:
        return CHECK.passed(title, evidence=[host.evidence(info, f"runtime {runtimes[0]}")])
    names = ", ".join(runtimes_of_engine(engine_info(host)))
    return complaint(
        CHECK,
        host,
        tables,
        cause=cause,
        title="GPU containers need the nvidia runtime here, and Docker has none",
        evidence=[host.evidence(info, f"runtimes {names}", "nvidia among them")],
    )


def _native(host: HostSnapshot, tables: Tables, runtimes: tuple[str, ...]) -> Iterator[Finding]:
    if engine_version(host) < tables.since("docker", "gpus_flag"):
        raise NotApplicable("this Docker has no --gpus (GC504)")
    found = injection(host, tables)
    explained = explain_path(host, tables, Asked())
    if found.way is Way.CDI:
        detail = _brief(explained)
        yield CHECK.passed("--gpus injects through CDI", detail=detail, evidence=_seen(host, found))
    elif host.is_tegra:
        # csv mode refuses the hook: https://github.com/dusty-nv/jetson-containers/issues/1703
        title = "on Jetson, GPU containers start with --runtime=nvidia"
        yield _by_runtime(host, tables, runtimes, cause="docker_runtime_not_configured", title=title)
    elif found.way is Way.HOOK:
        yield _by_hook(host, tables, found, explained)
    elif found.way is Way.UNSURE:
        yield CHECK.unknown(
            "could not tell whether dockerd finds the toolkit's hook",
            detail="The hook is in an unusual place, and only root may read dockerd's PATH.",
            evidence=_seen(host, found),
        )
    else:
        cause, title = cause_of(host, tables, found)
        yield complaint(CHECK, host, tables, cause=cause, title=title, evidence=_seen(host, found))


def _by_hook(host: HostSnapshot, tables: Tables, found: Injection, explained: PathExplanation) -> Finding:
    mode, info = refused_mode(host), engine_info(host)
    detail = _why_no_cdi(found) + _how_sure(host) + _brief(explained)
    by_runtime = info.default_runtime in nvidia_runtimes(runtimes_of_engine(info))
    if by_runtime and _NO_SPEC in explained.rows and explained.known:
        title = f"--gpus needs a CDI spec: the default runtime {info.default_runtime} is in mode {mode}"
        seen = [host.evidence(host.cdi.specs, "no NVIDIA device", "the devices"), *_seen(host, found)]
        return complaint(CHECK, host, tables, cause="cdi_spec_not_found", title=title, evidence=seen)
    if by_runtime and explained.known and explained.path is None:
        cause = cause_of_runtime(explained)
        title = f"--gpus cannot work: the default runtime {info.default_runtime} starts no container"
        seen = [*explained.evidence, *_seen(host, found)]
        detail = explained.reason
        return complaint(CHECK, host, tables, cause=cause, title=title, evidence=seen, detail=detail)
    if by_runtime and (mode or explained.path is not Path.LEGACY):
        mode = explained.path.value if explained.path else mode or "not known"
        title = f"--gpus injects through the default runtime {info.default_runtime} (mode {mode})"
        return CHECK.passed(title, detail=detail, evidence=_seen(host, found))
    if not mode:
        title = "--gpus injects through the legacy hook (nvidia-container-runtime-hook)"
        return CHECK.passed(title, detail=detail, evidence=_seen(host, found))
    refusal = host.evidence(host.toolkit.config, f"mode {mode}", "auto or legacy")
    return complaint(
        CHECK,
        host,
        tables,
        cause="gpus_flag_unsupported_in_mode",
        title=f"--gpus calls the hook, which refuses the configured mode {mode}",
        evidence=[refusal, *_seen(host, found)],
    )


def _why_no_cdi(found: Injection) -> str:
    if not found.cdi_first:
        return ""
    lacking = "nvidia-cdi-hook" if found.devices else "a CDI device of NVIDIA"
    return f"CDI comes first in this Docker, but it has not found {lacking}. "


def _how_sure(host: HostSnapshot) -> str:
    if isinstance(host.docker.daemon_path, Known):
        return ""
    return "dockerd's PATH could not be read; the hook is in one of the usual places. "


def _brief(explained: PathExplanation) -> str:
    """Return what follows from the path, in one sentence; '' where the path is not known."""
    found = [follows.brief for topic in _TOLD if (follows := explained.of(topic))]
    text = "; ".join(found)
    return f"{text[:1].upper()}{text[1:]}." if text else ""


def _seen(host: HostSnapshot, found: Injection) -> list[Evidence]:
    info = engine_info(host)
    devices = ", ".join(found.devices[:4]) or "none"
    helpers = (host.toolkit.nvidia_container_runtime_hook, host.toolkit.nvidia_cdi_hook)
    return [
        host.evidence(host.docker.info, f"Docker {info.server_version}, CDI devices of NVIDIA: {devices}"),
        *(host.evidence(fact, fact.value.path if isinstance(fact, Known) else None) for fact in helpers),
    ]
