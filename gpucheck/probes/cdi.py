"""CDI specs in the directories container engines search, and whether what they name is there."""

from collections.abc import Iterator

from gpucheck.model.engine import CdiSpec
from gpucheck.model.fact import Absent, Fact, Known, Reason, Unavailable
from gpucheck.probes._base import Part, Probe
from gpucheck.probes._cdi_spec import parse_spec
from gpucheck.probes._daemon_json import daemon_json
from gpucheck.probes._docker_unit import unit_flags
from gpucheck.probes._dockerd import running_dockerd
from gpucheck.probes._dockerd_flags import flag_values
from gpucheck.probes._user import docker_context, endpoint_of
from gpucheck.system.ports import Files, System

# https://github.com/cncf-tags/container-device-interface/blob/main/pkg/cdi/spec-dirs.go
_DEFAULT = ("/etc/cdi", "/var/run/cdi")
_SUFFIXES = (".json", ".yaml")  # engines read no others; .yml is a mistake worth naming
_LIMIT = 4 << 20  # bytes; eight GPUs take 9 KiB
_MAX_MISSING = 20
_MADE_AT_BOOT = ("/dev/", "/run/", "/var/run/", "/proc/", "/sys/")


def _run(system: System) -> Iterator[Part]:
    directories = spec_directories(system)
    yield "directories", Known(directories, "defaults of CDI, XDG directories, Docker's configuration")
    yield "specs", specs(system, directories)


def spec_directories(system: System) -> tuple[str, ...]:
    """Return the directories searched, in order: a later one wins over an earlier one."""
    found = [*_DEFAULT, *_of_docker(system)]
    for setting in ("XDG_CONFIG_HOME", "XDG_RUNTIME_DIR"):
        base = system.process.setting(setting) if system.live else ""
        if base and system.files.exists(f"{base}/cdi"):
            found.append(f"{base}/cdi")
    return tuple(dict.fromkeys(found))


def _of_docker(system: System) -> Iterator[str]:
    endpoint = endpoint_of(docker_context(system))
    daemon = running_dockerd(system, endpoint)
    flags = daemon.value.arguments if isinstance(daemon, Known) else unit_flags(system.files).get(())
    config = daemon_json(system, endpoint, daemon, flags)
    named = config.value.values.get("cdi-spec-dirs") if isinstance(config, Known) else None
    for directory in (*flag_values(flags, "--cdi-spec-dir"), *(named if isinstance(named, list) else ())):
        if isinstance(directory, str) and directory.startswith("/"):  # "" turns CDI off
            yield directory.rstrip("/")


def specs(system: System, directories: tuple[str, ...]) -> Fact[tuple[CdiSpec, ...]]:
    """Return the spec files; absent if there are none, unavailable if a directory is closed to us."""
    paths: list[str] = []
    ignored: list[str] = []
    seen: set[str] = set()
    for directory in directories:
        names = system.files.entries(directory)
        real = system.files.resolve(directory).get(directory)
        if isinstance(names, Unavailable):
            return names
        if real in seen:
            continue
        seen.add(real)
        for name in names.get(()):
            path = f"{directory}/{name}"
            if name.endswith(_SUFFIXES) and not _is_directory(system.files, path):
                paths.append(path)
            elif name.endswith(".yml"):
                ignored.append(f"{path} (engines read .yaml and .json only)")
    if not paths:
        return Absent((*directories, *ignored))
    return Known(tuple(_spec(system, path) for path in paths), " · ".join(directories))


def _spec(system: System, path: str) -> CdiSpec:
    status = system.files.status(path)
    modified = status.value.modified_at if isinstance(status, Known) else 0
    mode = status.value.mode if isinstance(status, Known) else None
    text = system.files.text(path, _LIMIT)
    if isinstance(text, Unavailable):
        closed = text.reason is Reason.NOT_PERMITTED
        return _unusable(path, modified, mode, text.detail, readable=not closed)
    if isinstance(text, Absent):
        return _unusable(path, modified, mode, f"{path} leads nowhere")
    try:
        spec = parse_spec(text.value, is_json=path.endswith(".json"))
    except ValueError as error:
        return _unusable(path, modified, mode, f"{path}: {error}")
    others = tuple(place for place in spec.host_paths if place not in spec.hooks)
    return CdiSpec(
        path, spec.cdi_version, spec.kind, spec.devices, len(spec.host_paths),
        _missing(system, others), spec.driver_versions, modified,
        missing_hooks=_missing(system, spec.hooks), uses=spec.uses,
        unknown_fields=spec.unknown_fields, mode=mode, hook_names=spec.hook_names,
    )  # fmt: skip


def _unusable(path: str, modified: int, mode: int | None, error: str, *, readable: bool = True) -> CdiSpec:
    return CdiSpec(path, "", "", (), 0, (), (), modified, error, readable, mode=mode)


def _missing(system: System, paths: tuple[str, ...]) -> tuple[str, ...]:
    """Return the paths that are certainly not there: one we may not look at is not called missing."""
    checked = [path for path in paths if system.live or not path.startswith(_MADE_AT_BOOT)]
    return tuple(path for path in checked if isinstance(system.files.status(path), Absent))[:_MAX_MISSING]


def _is_directory(files: Files, path: str) -> bool:
    status = files.status(path)
    return isinstance(status, Known) and status.value.kind == "directory"


PROBE = Probe("cdi", _run)
