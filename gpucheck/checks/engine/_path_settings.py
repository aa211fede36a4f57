"""Facts of the injection tables that need no engine: settings of the toolkit, kinds of hosts, what is asked.

Each reader returns the value and its evidence, or raises where the fact it needs could not be had.
"""

from collections.abc import Callable

from gpucheck.checks._toolkit import setting
from gpucheck.checks.engine._char_links import given_nodes
from gpucheck.checks.engine._docker import engine_info, gpu_specs
from gpucheck.checks.engine._toolkit_config import refused_mode, toolkit_setting
from gpucheck.checks.toolkit import cdi_spec_fresh
from gpucheck.compat.gpu_devices import mig_devices
from gpucheck.model.finding import Evidence, Status
from gpucheck.model.host import HostSnapshot
from gpucheck.model.injection import AskBy, Asked, Engine
from gpucheck.tables import Tables

Read = tuple[str | None, tuple[Evidence, ...]]
Reader = Callable[[HostSnapshot, Tables, Asked], Read]


def _hook_mode(host: HostSnapshot, _: Tables, asked: Asked) -> Read:
    """Return whether the hook works when dockerd calls it: in legacy mode, or where it does not look."""
    mode = refused_mode(host)
    skips = toolkit_setting(host, "nvidia-container-runtime-hook", "skip-mode-detection") is True
    chosen = toolkit_setting(host, "nvidia-container-runtime", "mode") == "legacy" or skips
    if not mode and not chosen and host.is_tegra:
        mode = "auto, which is csv on a Jetson"
    elif not mode and not chosen and _qualified(asked):
        mode = "auto, which is cdi for CDI names"
    shown = f"mode {mode}" if mode else "legacy mode"
    return "refused" if mode else "legacy", (host.evidence(host.toolkit.config, shown),)


def _qualified(asked: Asked) -> bool:
    return bool(asked.devices) and all("=" in device for device in asked.devices or ())


def _names(_host: HostSnapshot, _tables: Tables, asked: Asked) -> Read:
    return "qualified" if _qualified(asked) else "plain", ()


def _platform(host: HostSnapshot, _tables: Tables, _asked: Asked) -> Read:
    if host.is_tegra:
        return "tegra", (host.evidence(host.platform.tegra_release),)
    return "other", ()


def _cri_cdi(host: HostSnapshot, _tables: Tables, _asked: Asked) -> Read:
    configs = host.other_engines.cri_configs.require()
    config = next((c for c in configs if c.engine == "containerd" and not c.error), None)
    if config is None:
        return None, ()
    value = {True: "on", False: "off", None: "unset"}[config.cdi]
    return value, (host.evidence(host.other_engines.cri_configs, f"{config.path}: enable_cdi {value}"),)


def _count(_host: HostSnapshot, _tables: Tables, asked: Asked) -> Read:
    devices = asked.devices
    return "zero" if devices is not None and (not any(devices) or "void" in devices) else "some", ()


def _visible(_host: HostSnapshot, _tables: Tables, asked: Asked) -> Read:
    """Return whether NVIDIA_VISIBLE_DEVICES, as NVIDIA's programs find it, asks for a GPU."""
    value = None if asked.devices is None else ",".join(asked.devices)
    if asked.by is not AskBy.RUNTIME:
        if asked.devices != ():
            return "some", ()
        value = asked.image_devices
        if value is None:
            return None, ()
    return "zero" if value is not None and {"", "void"} & set(value.split(",")) else "some", ()


def _number(_host: HostSnapshot, _tables: Tables, asked: Asked) -> Read:
    return "asked" if any(device.isdigit() for device in asked.devices or ()) else "none", ()


def _cgroup_driver(host: HostSnapshot, _: Tables, asked: Asked) -> Read:
    if asked.engine is not Engine.DOCKER:
        return None, ()
    driver = engine_info(host).cgroup_driver
    return driver, (host.evidence(host.docker.info, f"cgroup driver {driver}"),)


def _char_links(host: HostSnapshot, _tables: Tables, _asked: Asked) -> Read:
    nodes = given_nodes(host)
    if not nodes:
        return None, ()
    bare = [node.path for node in nodes if not node.char_link]
    shown = f"no /dev/char link to {', '.join(bare)}" if bare else "/dev/char links to all"
    return "missing" if bare else "all", (host.evidence(host.device_nodes.nodes, shown),)


def _rootless(host: HostSnapshot, _: Tables, asked: Asked) -> Read:
    if asked.engine is not Engine.DOCKER:
        return None, ()
    rootless = engine_info(host).rootless
    return "yes" if rootless else "no", (
        host.evidence(host.docker.info, "rootless" if rootless else "rootful"),
    )


def _no_cgroups(host: HostSnapshot, _tables: Tables, _asked: Asked) -> Read:
    on = setting(host, "nvidia-container-cli", "no-cgroups", default=False) is True
    return "true" if on else "false", (
        host.evidence(host.toolkit.config, f"no-cgroups {'true' if on else 'not set'}"),
    )


def _require_disabled(host: HostSnapshot, _tables: Tables, _asked: Asked) -> Read:
    off = setting(host, "disable-require", default=False) is True
    return "true" if off else "false", (host.evidence(host.toolkit.config, "disable-require"),)


def _spec(host: HostSnapshot, tables: Tables, _: Asked) -> Read:
    """Return stale where GC411 says so of a spec that serves devices."""
    findings = list(cdi_spec_fresh.judge(host, tables))
    stale = [found for found in findings if found.status in {Status.FAIL, Status.WARN}]
    return "stale" if stale else "fresh", tuple(e for found in stale for e in found.evidence)


def _mig(host: HostSnapshot, _tables: Tables, _asked: Asked) -> Read:
    """Return whether every MIG device has a name in a CDI spec."""
    named = {name for spec in gpu_specs(host) for name in spec.devices}
    lacking = []
    devices = 0
    for gpu in host.gpus():
        found = mig_devices(gpu)
        if isinstance(found, str):
            return None, ()
        devices += len(found)
        names = [(f"{gpu.index}:{device.index}", device.uuid) for device in found]
        lacking += [uuid for name, uuid in names if not {name, uuid} & named]
    if not lacking:
        return "in_spec" if devices else "none", ()
    shown = f"the CDI specs lack {', '.join(lacking[:3])}"
    return "not_in_spec", (host.evidence(host.cdi.specs, shown, "all MIG devices"),)


def _wsl(host: HostSnapshot, _tables: Tables, _asked: Asked) -> Read:
    return "yes" if host.is_wsl else "no", ()


READERS: dict[str, Reader] = {
    "hook_mode": _hook_mode,
    "names": _names,
    "platform": _platform,
    "cri_cdi": _cri_cdi,
    "count": _count,
    "visible": _visible,
    "number": _number,
    "cgroup_driver": _cgroup_driver,
    "char_links": _char_links,
    "rootless": _rootless,
    "no_cgroups": _no_cgroups,
    "require_disabled": _require_disabled,
    "spec": _spec,
    "mig": _mig,
    "wsl": _wsl,
}
