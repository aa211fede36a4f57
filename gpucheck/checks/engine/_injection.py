"""Which way dockerd serves ``docker run --gpus`` on this host: CDI, the legacy hook, or none.

dockerd looks for its helpers on its own PATH once, when it starts. Which of them serves, and in what order,
are rows of injection_paths.json. What the hook or the OCI runtime then makes of it is ``checks._path``.
"""

from dataclasses import dataclass
from enum import Enum

from gpucheck.checks.engine._docker import (
    engine_info,
    engine_version,
    nvidia_devices,
    nvidia_runtimes,
    runtimes_of_engine,
)
from gpucheck.compat.injection import Circumstances, decide, within
from gpucheck.model.engine import Binary
from gpucheck.model.fact import Absent, Fact, Known
from gpucheck.model.host import HostSnapshot
from gpucheck.model.injection_rows import InjectionPathRow
from gpucheck.tables import Tables

# PATH of a systemd service: systemd.exec(5), environment variables in spawned processes
_SERVICE_PATH = ("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin", "/snap/bin")
_MERGED = {"/bin": "/usr/bin", "/sbin": "/usr/sbin"}
_HOOK_PACKAGES = {
    "nvidia-container-toolkit",
    "nvidia-container-toolkit-base",
    "nvidia-container-runtime-hook",
}


class Lookup(Enum):
    """What dockerd got when it looked for a helper at its start."""

    FOUND = "found"
    ABSENT = "absent"  # not on this host
    OFF_PATH = "off_path"  # on this host, in no directory of dockerd's PATH
    TOO_NEW = "too_new"  # it came after dockerd had started
    UNSURE = "unsure"  # dockerd's PATH could not be read, and it is in no usual place


class Way(Enum):
    """How ``--gpus`` gets the GPUs into a container."""

    CDI = "cdi"
    HOOK = "hook"
    NONE = "none"
    UNSURE = "unsure"


_WAYS = {"cdi": Way.CDI, "legacy": Way.HOOK, "none": Way.NONE}


@dataclass(frozen=True, slots=True)
class Injection:
    """The way, and what was found on the way there."""

    way: Way
    hook: Lookup
    cdi_hook: Lookup
    cdi_first: bool  # this dockerd tries CDI before the hook
    devices: tuple[str, ...]  # CDI devices of NVIDIA GPUs the engine has discovered


def injection(host: HostSnapshot, tables: Tables) -> Injection:
    """Decide the way of ``--gpus``; raises as the facts it requires do."""
    devices, version = nvidia_devices(engine_info(host)), engine_version(host)
    rows = gpus_rows(tables)
    cdi_first = any(row.path == "cdi" and within(version, row.since, row.below) for row in rows)
    hook = looked_up(host, host.toolkit.nvidia_container_runtime_hook)
    # an older dockerd does not look for it
    cdi_hook = looked_up(host, host.toolkit.nvidia_cdi_hook) if cdi_first else Lookup.ABSENT
    facts = {
        "cdi_devices": "found" if devices else "none",
        "cdi_hook": None if cdi_hook is Lookup.UNSURE else cdi_hook.value,
        "hook": None if hook is Lookup.UNSURE else hook.value,
        # what dockerd itself does, whoever starts the container and whatever the hook says then
        "oci_runtime": "other",
        "hook_mode": "legacy",
        "count": "some",
    }
    decided = decide(rows, Circumstances(version, None, facts.get)).row
    # where a helper is in an unusual place; with the hook there is a way in any case
    unsure = Way.HOOK if hook is Lookup.FOUND else Way.UNSURE
    way = unsure if decided is None else _WAYS[decided.path]
    return Injection(way, hook, cdi_hook, cdi_first, devices)


def gpus_rows(tables: Tables) -> tuple[InjectionPathRow, ...]:
    """Return the rows of ``docker run --gpus``, in the order in which they are tried."""
    return tuple(row for row in tables.injection_paths if (row.engine, row.way) == ("docker", "gpus"))


def looked_up(host: HostSnapshot, helper: Fact[Binary]) -> Lookup:
    """Return what dockerd got when it looked for ``helper``; raises if that could not be looked at."""
    if isinstance(helper, Absent):
        return Lookup.ABSENT
    binary = helper.require()
    where = _on_path(host, binary.path)
    if where is not Lookup.FOUND:
        return where
    return Lookup.TOO_NEW if came_after_start(host, binary) else Lookup.FOUND


def _on_path(host: HostSnapshot, path: str) -> Lookup:
    folder = _merged(path.rpartition("/")[0])
    known = host.docker.daemon_path
    if isinstance(known, Known):
        return Lookup.FOUND if folder in {_merged(entry) for entry in known.value} else Lookup.OFF_PATH
    # only root may read another process's environment: judge by the PATH that services get
    return Lookup.FOUND if folder in _SERVICE_PATH else Lookup.UNSURE


def _merged(folder: str) -> str:
    return _MERGED.get(folder.rstrip("/"), folder.rstrip("/"))


def came_after_start(host: HostSnapshot, binary: Binary) -> bool:
    """Return whether ``binary`` first came to this host after dockerd had started.

    The change time alone does not tell: an upgrade under a running dockerd, which has found the former
    file, renews it too. The package log does; without it, a running nvidia runtime shows that dockerd
    has read a configuration made after the toolkit was installed. False where times are not known.
    Only dpkg's log tells the first installation from a later one: rpm and pacman say "install" of both.
    """
    daemon, installed = host.docker.daemon.get(None), binary.installed_at.get(None)
    if daemon is None or not daemon.started_at or installed is None or installed <= daemon.started_at:
        return False
    # no log, or none that can be read: both leave the other evidence
    changes = sorted(host.packages.changes.get(()), key=lambda change: change.time)
    later = [c for c in changes if c.name in _HOOK_PACKAGES and c.time > daemon.started_at]
    if later and later[0].action != "install":
        return False
    if later and host.packages.manager.get("") == "dpkg":
        return True
    info = host.docker.info.get(None)
    return info is None or not nvidia_runtimes(runtimes_of_engine(info))
