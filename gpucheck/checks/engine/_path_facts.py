"""The facts of a host by the names that the injection tables give them.

A fact that could not be had, or that nobody can tell, is None: the rows that ask for it are left open.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from gpucheck.checks._base import NotApplicable
from gpucheck.checks._toolkit import parsed, release_or_none, setting, version_of
from gpucheck.checks.engine import _path_settings as settings
from gpucheck.checks.engine._cdi_places import ETC, RUN, in_directories, podmans_directories
from gpucheck.checks.engine._cdi_version import unread_specs
from gpucheck.checks.engine._docker import (
    engine_info,
    engine_version,
    gpu_specs,
    is_nvidia_runtime,
    nvidia_devices,
    runtimes_of_engine,
    version_fact,
)
from gpucheck.checks.engine._injection import Lookup, looked_up
from gpucheck.compat.asked import cdi_name
from gpucheck.compat.injection import Circumstances
from gpucheck.model.engine import Binary, CdiSpec
from gpucheck.model.fact import Absent, AnyFact, Fact, FactAbsent, FactUnavailable, Known
from gpucheck.model.finding import Evidence
from gpucheck.model.host import HostSnapshot
from gpucheck.model.injection import Asked, Engine
from gpucheck.model.versions import Version
from gpucheck.tables import Tables

_SIGNALS = (NotApplicable, FactAbsent, FactUnavailable)
# engines that are told by the files of this host alone
_BY_FILES = {Engine.PODMAN, Engine.NERDCTL, Engine.CONTAINERD}


@dataclass(frozen=True, slots=True)
class Seen:
    """A fact's value, and what it was read from."""

    value: str | None
    evidence: tuple[Evidence, ...] = ()


class PathFacts:
    """Facts by name, read when they are asked for."""

    def __init__(self, host: HostSnapshot, tables: Tables, asked: Asked) -> None:
        self.host, self.tables, self.asked = host, tables, asked
        self.version = self._version()
        self.toolkit = version_of(host.toolkit.nvidia_container_runtime) or release_or_none(host)
        self._seen: dict[str, Seen] = {}

    @property
    def at(self) -> Circumstances:
        """What the rows are asked with."""
        return Circumstances(self.version, self.toolkit, lambda name: self.see(name).value)

    def see(self, name: str) -> Seen:
        """Return a fact by name; not known where it could not be looked at."""
        if name not in self._seen:
            try:
                self._seen[name] = _FACTS[name](self)
            except _SIGNALS:
                self._seen[name] = Seen(None)
        return self._seen[name]

    def _version(self) -> Version | None:
        if self.asked.engine_version:
            return parsed(self.asked.engine_version)
        if self.asked.engine is Engine.DOCKER:
            try:
                return engine_version(self.host)
            except _SIGNALS:
                return None
        engines = self.host.other_engines
        return version_of({Engine.PODMAN: engines.podman, Engine.CONTAINERD: engines.containerd}.get(
            self.asked.engine, Absent(())))  # fmt: skip

    @property
    def names(self) -> tuple[str, ...] | None:
        """The CDI names that are asked for; None where it was not said which."""
        devices = self.asked.devices
        return None if devices is None else tuple(cdi_name(device) for device in devices)

    def have(self, names: Iterable[str]) -> str:
        """Return whether CDI devices of these names are all that is asked for."""
        there = set(names)
        wanted = self.names
        found = bool(there) if wanted is None else there.issuperset(wanted)
        return "found" if found else "none"

    def about(self, fact: AnyFact, observed: str | None = None) -> tuple[Evidence, ...]:
        """Return the evidence of one fact."""
        return (self.host.evidence(fact, observed),)


def _engine_version(facts: PathFacts) -> Seen:
    version, asked, engines = facts.version, facts.asked, facts.host.other_engines
    value = str(version) if version else None
    if asked.engine_version:
        return Seen(value, (Evidence("asked.engine_version", asked.engine_version, "", "as given"),))
    if asked.engine is Engine.DOCKER:
        text, fact = version_fact(facts.host)
        return Seen(value, facts.about(fact, f"Docker {text}"))
    binary = {Engine.PODMAN: engines.podman, Engine.CONTAINERD: engines.containerd}.get(asked.engine)
    if not isinstance(binary, Known):
        return Seen(None)
    return Seen(value, facts.about(binary.value.version, value))


def _toolkit(facts: PathFacts) -> Seen:
    toolkit = facts.host.toolkit
    for part in (toolkit.nvidia_container_runtime, toolkit.nvidia_ctk, toolkit.nvidia_container_cli):
        if isinstance(part, Known) and version_of(part) is not None:
            return Seen(str(facts.toolkit), facts.about(part.value.version))
    return Seen(None)


def _lookup(facts: PathFacts, helper: Fact[Binary]) -> Seen:
    found = looked_up(facts.host, helper)
    shown = f"{helper.value.path}: {found.value}" if isinstance(helper, Known) else "absent"
    return Seen(None if found is Lookup.UNSURE else found.value, facts.about(helper, shown))


def _cdi_devices(facts: PathFacts) -> Seen:
    devices = nvidia_devices(engine_info(facts.host))
    shown = f"CDI devices of NVIDIA: {_few(devices)}"
    return Seen(facts.have(devices), facts.about(facts.host.docker.info, shown))


def _spec_devices(facts: PathFacts) -> Seen:
    specs, version = in_directories(gpu_specs(facts.host), _directories(facts)), facts.version
    if version is not None:
        unread = unread_specs(facts.asked.engine.value, version, specs, facts.tables)
        specs = tuple(spec for spec in specs if spec.path not in unread)
    return _named_in(specs, facts)


def _directories(facts: PathFacts) -> tuple[str, ...]:
    """Return where the engine looks for CDI specs."""
    if facts.asked.engine is Engine.DOCKER:
        return engine_info(facts.host).cdi_spec_dirs
    if facts.asked.engine is Engine.PODMAN and facts.version is not None:
        return podmans_directories(facts.host, facts.version, facts.tables)
    return (ETC, RUN)


def _runtime_specs(facts: PathFacts) -> Seen:
    """Return what NVIDIA's OCI runtime finds: it has directories, and a library, of its own."""
    keys = ("nvidia-container-runtime", "modes", "cdi", "spec-dirs")
    named = setting(facts.host, *keys, default=None)
    directories = [str(entry) for entry in named] if isinstance(named, list) else [ETC, RUN]
    return _named_in(in_directories(gpu_specs(facts.host), directories), facts)


def _named_in(specs: tuple[CdiSpec, ...], facts: PathFacts) -> Seen:
    names = tuple(dict.fromkeys(cdi_name(device) for spec in specs for device in spec.devices))
    shown = ", ".join(spec.path for spec in specs) + f" with {_few(names)}" if specs else "none that is read"
    return Seen(facts.have(names), facts.about(facts.host.cdi.specs, shown))


def _cdi(facts: PathFacts) -> Seen:
    directories = [entry for entry in engine_info(facts.host).cdi_spec_dirs if entry]
    shown = f"CDI spec directories: {', '.join(directories) or 'none'}"
    return Seen("on" if directories else "off", facts.about(facts.host.docker.info, shown))


def runtime_name(facts: PathFacts) -> tuple[str, str]:
    """Return the OCI runtime that starts the container, and its program; '' where it is not known."""
    name = facts.asked.runtime
    if facts.asked.engine in _BY_FILES:
        return name, name
    info = engine_info(facts.host)
    name = name or info.default_runtime
    return name, runtimes_of_engine(info).get(name, "")


def _oci_runtime(facts: PathFacts) -> Seen:
    name, program = runtime_name(facts)
    if facts.asked.engine in _BY_FILES:
        kind = "nvidia" if is_nvidia_runtime(name, program) else "other"
        return Seen(kind, (Evidence("asked.runtime", name or "the default", "", "as given"),))
    shown = f"OCI runtime {name}"
    known = runtimes_of_engine(engine_info(facts.host))
    if name not in known and not name.startswith(("io.containerd.", "/")):
        kind, shown = "missing", f"runtimes {', '.join(known)}; asked for is {name}"
    else:
        kind = "nvidia" if is_nvidia_runtime(name, program) else "other"
    return Seen(kind, facts.about(facts.host.docker.info, shown))


def _runtime_file(facts: PathFacts) -> Seen:
    """Return absent only where that is known: nobody looks at the runtimes of other engines."""
    name, _ = runtime_name(facts)
    paths = facts.host.docker.runtime_paths
    found = paths.value.get(name) if isinstance(paths, Known) else None
    if facts.asked.engine in _BY_FILES or found is None or found.exists:
        return Seen("present")
    return Seen("absent", facts.about(paths, f"{found.path} is not there"))


def _mode(facts: PathFacts) -> Seen:
    name, program = runtime_name(facts)
    for mode in ("cdi", "legacy"):
        if program.endswith(f"nvidia-container-runtime.{mode}"):  # a program that knows one mode
            return Seen(mode, facts.about(facts.host.docker.info, f"OCI runtime {name} is {program}"))
    config = facts.host.toolkit.config
    text = str(setting(facts.host, "nvidia-container-runtime", "mode", default="") or "auto")
    known = text in {"auto", "legacy", "cdi", "jit-cdi", "csv"}
    shown = "absent: mode auto" if isinstance(config, Absent) else f"mode {text}"
    return Seen(text if known else "invalid", facts.about(config, shown))


def _there(facts: PathFacts, helper: Fact[Binary]) -> Seen:
    if isinstance(helper, Absent):
        return Seen("absent", facts.about(helper))
    return Seen("present", facts.about(helper, helper.require().path))


def _setting(reader: settings.Reader) -> Callable[[PathFacts], Seen]:
    return lambda facts: Seen(*reader(facts.host, facts.tables, facts.asked))


def _few(names: Iterable[str]) -> str:
    found = list(names)
    more = f" and {len(found) - 4} more" if len(found) > 4 else ""  # noqa: PLR2004
    return ", ".join(found[:4]) + more or "none"


_FACTS: dict[str, Callable[[PathFacts], Seen]] = {
    "engine_version": _engine_version,
    "toolkit": _toolkit,
    "hook": lambda facts: _lookup(facts, facts.host.toolkit.nvidia_container_runtime_hook),
    "cdi_hook": lambda facts: _lookup(facts, facts.host.toolkit.nvidia_cdi_hook),
    "cdi_devices": _cdi_devices,
    "spec_devices": _spec_devices,
    "runtime_specs": _runtime_specs,
    "cdi": _cdi,
    "oci_runtime": _oci_runtime,
    "runtime_file": _runtime_file,
    "mode": _mode,
    "hook_file": lambda facts: _there(facts, facts.host.toolkit.nvidia_container_runtime_hook),
    "cli": lambda facts: _there(facts, facts.host.toolkit.nvidia_container_cli),
    **{name: _setting(reader) for name, reader in settings.READERS.items()},
}
NAMES = frozenset(_FACTS)
