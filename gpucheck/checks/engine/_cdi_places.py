"""In which directories an engine looks for CDI specs, and which specs lie there."""

from collections.abc import Iterable

from gpucheck.checks.toolkit._cdi import canonical, directory
from gpucheck.model.engine import CdiSpec, PodmanConfig
from gpucheck.model.host import HostSnapshot
from gpucheck.model.versions import Version
from gpucheck.tables import Tables

# https://github.com/cncf-tags/container-device-interface/blob/main/pkg/cdi/spec-dirs.go
ETC, RUN = "/etc/cdi", "/var/run/cdi"


def in_directories(specs: Iterable[CdiSpec], directories: Iterable[str]) -> tuple[CdiSpec, ...]:
    """Return the specs that lie in one of ``directories``; /run and /var/run are one."""
    places = {canonical(f"{entry.rstrip('/')}/x").removesuffix("/x") for entry in directories if entry}
    return tuple(spec for spec in specs if directory(spec) in places)


def podmans_directories(host: HostSnapshot, version: Version, tables: Tables) -> tuple[str, ...]:
    """Return where this Podman looks: what containers.conf names, from the release that reads it on."""
    config: PodmanConfig | None = host.other_engines.podman_config.get(None)
    named = config.values.get("engine", {}).get("cdi_spec_dirs") if config else None
    if isinstance(named, list) and version >= tables.since("podman", "cdi_spec_dir_option"):
        return tuple(str(entry) for entry in named)
    since, until = tables.since("podman", "cdi_etc_only"), tables.since("podman", "cdi_etc_only_ended")
    return (ETC,) if since <= version < until else (ETC, RUN)
