"""On which hosts a fault of the toolkit shows: the words in ``where`` of toolkit_faults and toolkit_needs.

Asked only of releases that have the fault; raises FactUnavailable where the fact that decides is not known.
"""

from collections.abc import Callable

from gpucheck.checks._base import NotApplicable
from gpucheck.checks._optional import if_absent
from gpucheck.checks._toolkit import setting
from gpucheck.checks.engine._docker import engine_info, require_packaged_docker
from gpucheck.checks.engine._injection import Way, injection
from gpucheck.checks.toolkit._cdi import GPU_KIND
from gpucheck.model.engine import CdiSpec
from gpucheck.model.fact import Known
from gpucheck.model.host import HostSnapshot
from gpucheck.tables import Tables

_NESTING = {"docker", "podman", "lxc", "systemd-nspawn"}


def hold(words: tuple[str, ...], host: HostSnapshot, tables: Tables) -> bool:
    """Return whether all of these circumstances are this host's; the first that is not ends the asking."""
    return all(CIRCUMSTANCES[word](host, tables) for word in words)


def _hook(host: HostSnapshot, tables: Tables) -> bool:
    """Docker's --gpus calls the runtime hook."""
    try:
        require_packaged_docker(host)
        return injection(host, tables).way is Way.HOOK
    except NotApplicable:
        return False


def _rootless(host: HostSnapshot, _: Tables) -> bool:
    try:
        require_packaged_docker(host)
        return engine_info(host).rootless
    except NotApplicable:
        return False


def _cdi(host: HostSnapshot, _: Tables) -> bool:
    nothing: tuple[CdiSpec, ...] = ()
    return any(spec.kind == GPU_KIND for spec in if_absent(host.cdi.specs, nothing))


def _mig(host: HostSnapshot, _: Tables) -> bool:
    return any(gpu.mig_devices.get(()) for gpu in host.gpus())


def _debian(host: HostSnapshot, _: Tables) -> bool:
    return host.platform.os_release.require().id == "debian"


def _nested(host: HostSnapshot, _: Tables) -> bool:
    return host.platform.container.require() in _NESTING


def _no_cgroups(host: HostSnapshot, _: Tables) -> bool:
    return setting(host, "nvidia-container-cli", "no-cgroups", default=False) is True


def _driver_root(host: HostSnapshot, _: Tables) -> bool:
    root = host.toolkit.driver_root
    return isinstance(root, Known) and root.value.exists and root.value.path != "/"


CIRCUMSTANCES: dict[str, Callable[[HostSnapshot, Tables], bool]] = {
    "hook": _hook,
    "cdi": _cdi,
    "mig": _mig,
    "tegra": lambda host, _: host.is_tegra,
    "wsl": lambda host, _: host.is_wsl,
    "debian": _debian,
    "nested": _nested,
    "rootless": _rootless,
    "no_cgroups": _no_cgroups,
    "driver_root": _driver_root,
}
