"""How an engine comes to CDI: a spec, and CDI turned on."""

from gpucheck.checks._remedy import daemon_json_path, remedy
from gpucheck.checks.engine._docker import gpu_specs
from gpucheck.checks.toolkit._cdi import directory
from gpucheck.model.engine import EngineInfo
from gpucheck.model.finding import Remedy
from gpucheck.model.host import HostSnapshot
from gpucheck.tables import Tables


def enable_cdi(host: HostSnapshot, tables: Tables) -> Remedy:
    """Return the remedy, with this host's daemon.json."""
    since = str(tables.since("docker", "cdi_default"))
    return remedy("enable_cdi_in_docker", host, tables, path=daemon_json_path(host), since=since)


def spec_for_docker(host: HostSnapshot, tables: Tables) -> Remedy:
    """Return how a spec comes to a directory that the running Docker searches."""
    info: EngineInfo | None = host.docker.info.get(None)
    searched = [entry.rstrip("/") for entry in info.cdi_spec_dirs if entry] if info is not None else []
    if not searched or "/etc/cdi" in searched:
        return generate_cdi_spec(host, tables)
    named = ", ".join(sorted({directory(spec) for spec in gpu_specs(host)})) or "the spec's directory"
    return remedy("search_cdi_directory_in_docker", host, tables, folder=searched[0], place=named)


def generate_cdi_spec(host: HostSnapshot, tables: Tables) -> Remedy:
    """Return how a spec comes to the first directory that every engine searches."""
    return remedy("generate_cdi_spec", host, tables, format="yaml", path="/etc/cdi/nvidia.yaml")
