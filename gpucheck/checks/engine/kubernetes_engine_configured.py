"""Can pods get GPUs here? By NVIDIA's runtime or by CDI, as the engine that serves the kubelet reads it.

Each distribution's engine reads a file of its own; what is written to another one changes nothing.
"""

from collections.abc import Iterator

from gpucheck.checks._base import Check, NotApplicable
from gpucheck.checks._kubernetes import kubelet, require_toolkits_part
from gpucheck.checks._remedy import remedy
from gpucheck.checks._scope import require_gpu
from gpucheck.checks.engine._cri import CONTAINERD, CRIO, config_of, has_cdi, runtimes_of_nvidia, set_up
from gpucheck.checks.engine._docker import docker_present
from gpucheck.checks.engine._set_up_cdi import generate_cdi_spec
from gpucheck.model.engine import Binary, CdiSpec, CriConfig, CriRuntime, OciHook
from gpucheck.model.fact import Known
from gpucheck.model.finding import Category, Evidence, Finding, Remedy, Status
from gpucheck.model.host import HostSnapshot
from gpucheck.tables import Tables

CHECK = Check(
    id="GC525",
    slug="kubernetes_engine_configured",
    category=Category.ENGINE,
    title="the engine of the Kubernetes node can inject GPUs",
    meaning=(
        "Where a kubelet runs, reads the configuration of the engine that serves it. Pods get GPUs by a "
        "runtime of NVIDIA that is registered there, or by CDI; both must be in the file this engine reads."
    ),
    causes=(
        "k8s_wrong_engine_config",
        "k8s_wrong_runtime_binary",
        "runtime_binary_missing",
        "cdi_spec_not_found",
        "k8s_default_runtime_not_nvidia",
    ),
    because_of=("GC401", "GC410"),
    decides=False,
    url="https://docs.nvidia.com/datacenter/cloud-native/container-toolkit/latest/install-guide.html",
)


_GPUS = "nvidia.com/gpu"


@CHECK.judges_host
def judge(host: HostSnapshot, tables: Tables) -> Iterator[Finding]:
    """Judge the file as a whole, then NVIDIA's runtimes in it, then CDI."""
    require_gpu(host)
    found = kubelet(host.services.units.require())
    if found is None:
        raise NotApplicable("no kubelet runs here")
    require_toolkits_part(host)
    unit, engine = found
    config = config_of(engine, host)
    if config is None and engine not in {CONTAINERD, CRIO}:
        raise NotApplicable(f"{engine} has no configuration of its own containerd here")
    config = config or CriConfig(engine, "no configuration file")
    if not config.enabled and docker_present(host):
        raise NotApplicable("containerd serves Docker here, and Docker the kubelet (cri-dockerd)")
    yield _judged(config, unit, host, tables)


def _judged(config: CriConfig, unit: str, host: HostSnapshot, tables: Tables) -> Finding:
    if config.error:
        return _unreadable(config, host, tables)
    if not config.enabled:
        return _complaint(
            config, host,
            f"the CRI plugin of containerd is turned off in {config.path}, and a kubelet needs it",
            cause="k8s_wrong_engine_config", seen='"cri" in disabled_plugins', expected="not disabled",
            remedy=remedy("enable_cri_plugin", host, tables, path=config.path),
        )  # fmt: skip
    if lost := _default_without_entry(config):
        return _complaint(
            config, host, f"the default runtime of {config.engine} is {lost}, which has no entry",
            cause="k8s_wrong_engine_config", seen=_handlers(config), expected=f"{lost} among them",
            remedy=remedy("repair_cri_config", host, tables, path=config.path, engine=config.engine),
        )  # fmt: skip
    runtimes = runtimes_of_nvidia(config)
    if runtimes:
        return _with_runtimes(config, runtimes, host, tables)
    return _in_vain(config, unit, host, tables) or _by_cdi(config, unit, host, tables)


def _default_without_entry(config: CriConfig) -> str:
    """Return a default runtime that no table defines, at which the engine's CRI stops; '' where it does not.

    'no corresponding runtime configured in containerd.runtimes', 'no runtime entry was found'; runc and crun
    are there without: https://github.com/containerd/containerd/blob/main/internal/cri/config/config.go,
    https://github.com/cri-o/cri-o/blob/main/pkg/config/config.go
    """
    named = {entry.name for entry in config.runtimes}
    return "" if config.default_runtime in {"", "runc", "crun", *named} else config.default_runtime


def _unreadable(config: CriConfig, host: HostSnapshot, tables: Tables) -> Finding:
    if not config.readable:
        return CHECK.unknown(
            f"could not read the configuration of {config.engine}",
            detail=f"{config.error}. The engine may well read it.",
            evidence=[_evidence(config, host, config.error)],
        )
    return _complaint(
        config, host, f"{config.engine} cannot use its configuration: {config.error}",
        cause="k8s_wrong_engine_config", seen=config.error, expected="a file it can read",
        remedy=remedy("repair_cri_config", host, tables, path=config.path, engine=config.engine),
    )  # fmt: skip


def _with_runtimes(
    config: CriConfig, runtimes: tuple[CriRuntime, ...], host: HostSnapshot, tables: Tables
) -> Finding:
    """Judge an engine with runtimes of NVIDIA: one that can be started is enough."""
    there = [entry for entry in runtimes if entry.program.exists]
    default = next((entry for entry in runtimes if entry.name == config.default_runtime), None)
    lost = default if default is not None and not default.program.exists else None
    if lost is None and there:
        chosen = default or there[0]
        how = "for every pod" if default else "for pods that name it by a RuntimeClass"
        return CHECK.passed(f"{config.engine} has the runtime {chosen.name}, {how}")
    lost = lost or runtimes[0]
    program = lost.program.configured
    nothing: Binary | None = None
    installed = host.toolkit.nvidia_container_runtime.get(nothing)
    elsewhere = installed.path if installed is not None and installed.path != program else ""
    return _complaint(
        config, host, f"the runtime {lost.name} of {config.engine} names {program}, which is not there",
        cause="k8s_wrong_runtime_binary" if elsewhere else "runtime_binary_missing",
        seen=f"{program} is missing", expected=elsewhere or "a program that is there",
        remedy=remedy(
            "repair_cri_runtime_path", host, tables, name=lost.name, engine=config.engine, path=program
        ),
    )  # fmt: skip


def _in_vain(config: CriConfig, unit: str, host: HostSnapshot, tables: Tables) -> Finding | None:
    """Complain of a runtime that was set up where this engine does not look; CDI may serve all the same."""
    sure = not (has_cdi(config, host, tables) and _specs(host))
    if config.passed_over:
        places = "; ".join(config.passed_over)
        return _complaint(
            config, host, f"{config.engine} does not read the nvidia runtime in {places}",
            cause="k8s_wrong_engine_config", seen=places, expected="where this engine reads it",
            remedy=remedy("move_runtime_to_read_section", host, tables, engine=config.engine),
            sure=sure,
        )  # fmt: skip
    other = None if config.engine in {CONTAINERD, CRIO} else config_of(CONTAINERD, host)
    if other is None or not runtimes_of_nvidia(other):
        return None
    return _complaint(
        config, host, f"the nvidia runtime is set up in {other.path}, which {config.engine} does not read",
        cause="k8s_wrong_engine_config", seen="no runtime of NVIDIA", expected=f"as in {other.path}",
        remedy=set_up(config.engine, unit, host, tables), sure=sure,
    )  # fmt: skip


def _by_cdi(config: CriConfig, unit: str, host: HostSnapshot, tables: Tables) -> Finding:
    """Judge an engine without a runtime of NVIDIA."""
    cdi, specs = has_cdi(config, host, tables), _specs(host)
    if cdi and specs:
        return CHECK.passed(f"{config.engine} injects the CDI devices of {specs[0].path}")
    if config.engine == CRIO and (hook := _hook(host)):
        return CHECK.passed(f"CRI-O runs NVIDIA's hook {hook.path}")
    if cdi:
        return CHECK.warned(
            f"{config.engine} has CDI and no spec of NVIDIA, nor a runtime of NVIDIA",
            cause="cdi_spec_not_found",
            detail="Pods get no GPU until the device plugin or nvidia-ctk writes a CDI spec.",
            evidence=[
                _evidence(config, host, _handlers(config), "a runtime of NVIDIA"),
                _no_spec(host),
            ],
            remedy=generate_cdi_spec(host, tables),
        )
    return _complaint(
        config, host, f"{config.engine} has no runtime of NVIDIA",
        cause="k8s_default_runtime_not_nvidia", seen=_handlers(config), expected="nvidia among them, or CDI",
        remedy=set_up(config.engine, unit, host, tables), sure=cdi is False,
    )  # fmt: skip


def _specs(host: HostSnapshot) -> tuple[CdiSpec, ...]:
    """Return the specs of GPUs; the device plugin's are of the kind k8s.device-plugin.nvidia.com/gpu."""
    specs: tuple[CdiSpec, ...] = host.cdi.specs.get(())
    return tuple(spec for spec in specs if spec.kind.endswith(_GPUS) and not spec.error)


def _no_spec(host: HostSnapshot) -> Evidence:
    seen = "none of NVIDIA" if isinstance(host.cdi.specs, Known) else None
    return host.evidence(host.cdi.specs, seen, "a spec of nvidia.com/gpu")


def _hook(host: HostSnapshot) -> OciHook | None:
    hooks: tuple[OciHook, ...] = host.other_engines.oci_hooks.get(())
    return next((hook for hook in hooks if hook.exists and "nvidia" in hook.program), None)


def _handlers(config: CriConfig) -> str:
    return f"runtimes {', '.join(entry.name for entry in config.runtimes) or 'none'}"


def _complaint(
    config: CriConfig,
    host: HostSnapshot,
    title: str,
    *,
    cause: str,
    seen: str,
    expected: str,
    remedy: Remedy,
    sure: bool = True,
) -> Finding:
    """Return a failure; a warning where another engine can serve GPU containers on this host too."""
    other_engine = docker_present(host) or isinstance(host.other_engines.podman, Known)
    return CHECK.finding(
        Status.WARN if other_engine or not sure else Status.FAIL,
        title,
        cause=cause,
        detail="Pods of this node get no GPU; the device plugin finds none.",
        evidence=[_evidence(config, host, seen, expected)],
        remedy=remedy,
    )


def _evidence(config: CriConfig, host: HostSnapshot, seen: str, expected: str = "") -> Evidence:
    return host.evidence(host.other_engines.cri_configs, seen, expected, source=config.path)
