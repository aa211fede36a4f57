"""The configuration of the engine that serves a kubelet: runtimes of NVIDIA, CDI, and their set-up."""

from gpucheck.checks._optional import if_absent
from gpucheck.checks._remedy import remedy
from gpucheck.checks._toolkit import parsed
from gpucheck.checks.engine._docker import is_nvidia_runtime
from gpucheck.model.engine import Binary, CriConfig, CriRuntime
from gpucheck.model.finding import Remedy
from gpucheck.model.host import HostSnapshot
from gpucheck.tables import Tables

CONTAINERD, CRIO = "containerd", "CRI-O"
_SET_UP = {
    CRIO: "configure_crio_runtime",
    "MicroK8s": "enable_microk8s_nvidia",
    "k0s": "configure_k0s_runtime",
}


def config_of(engine: str, host: HostSnapshot) -> CriConfig | None:
    """Return what is configured for this engine; raises as ``require()`` does."""
    nothing: tuple[CriConfig, ...] = ()
    configs = if_absent(host.other_engines.cri_configs, nothing)
    return next((config for config in configs if config.engine == engine), None)


def runtimes_of_nvidia(config: CriConfig) -> tuple[CriRuntime, ...]:
    """Return the runtime handlers that are NVIDIA's, by their name or their program."""
    found = (entry for entry in config.runtimes if is_nvidia_runtime(entry.name, entry.program.configured))
    return tuple(found)


def has_cdi(config: CriConfig, host: HostSnapshot, tables: Tables) -> bool | None:
    """Return whether the engine injects CDI devices; None where that depends on an unknown release."""
    if config.engine == CRIO or config.cdi is not None:
        return config.cdi is not False
    binary: Binary | None = host.other_engines.containerd.get(None)
    if config.engine != CONTAINERD or binary is None:
        return None  # k3s, RKE2, MicroK8s and k0s bring a containerd of their own
    version = parsed(binary.version.get(""))
    return None if version is None else version >= tables.since(CONTAINERD, "cdi_default")


def set_up(engine: str, unit: str, host: HostSnapshot, tables: Tables) -> Remedy:
    """Return how this engine comes to NVIDIA's runtime."""
    if engine in {"k3s", "RKE2"}:
        return remedy("let_k3s_find_runtime", host, tables, engine=engine, unit=unit.removesuffix(".service"))
    return remedy(_SET_UP.get(engine, "configure_containerd_runtime"), host, tables)
