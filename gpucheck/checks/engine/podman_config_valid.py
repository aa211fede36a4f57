"""Can Podman read its containers.conf? One misplaced quote, and no podman command works any more."""

from collections.abc import Iterator

from gpucheck.checks._base import Check, NotApplicable
from gpucheck.checks._remedy import remedy
from gpucheck.checks._scope import require_gpu
from gpucheck.checks._toolkit import version_of
from gpucheck.checks.engine._docker import docker_present, reason
from gpucheck.model.engine import PodmanConfig
from gpucheck.model.fact import Absent, Reason
from gpucheck.model.finding import Category, Finding, Status
from gpucheck.model.host import HostSnapshot
from gpucheck.tables import Tables

CHECK = Check(
    id="GC523",
    slug="podman_config_valid",
    category=Category.ENGINE,
    title="containers.conf is one that Podman accepts",
    meaning=(
        "Reads containers.conf and its drop-ins as Podman does: those of the system first, then this user's. "
        "Podman stops on a file that is not TOML, or has a value of the wrong kind, whatever it is asked."
    ),
    causes=("podman_config_malformed",),
    decides=False,
    url="https://github.com/containers/common/blob/main/docs/containers.conf.5.md",
)


@CHECK.judges_host
def judge(host: HostSnapshot, tables: Tables) -> Iterator[Finding]:
    """Judge the files together; where Docker serves the GPUs, a fault of Podman is only a warning."""
    if isinstance(host.other_engines.podman, Absent):
        raise NotApplicable("Podman is not installed")
    require_gpu(host)
    fact = host.other_engines.podman_config
    if isinstance(fact, Absent):
        yield CHECK.passed("no containers.conf; Podman uses its defaults")
        return
    if reason(fact) is Reason.MALFORMED:
        yield _refused(host, tables, fact.source, fact.source.partition(": ")[0])
        return
    config: PodmanConfig = fact.require()
    directories = config.values.get("engine", {}).get("cdi_spec_dirs", [])
    if not isinstance(directories, list) and _knows_directories(host, tables):
        files = ", ".join(config.files)
        yield _refused(host, tables, f"{files}: engine.cdi_spec_dirs is not a list", config.files[-1])
        return
    yield CHECK.passed(f"Podman reads {', '.join(config.files)}")


def _knows_directories(host: HostSnapshot, tables: Tables) -> bool:
    """Return whether this Podman has the key cdi_spec_dirs, as far as is known."""
    version = version_of(host.other_engines.podman)
    return version is not None and version >= tables.since("podman", "cdi_spec_dir_option")


def _refused(host: HostSnapshot, tables: Tables, why: str, path: str) -> Finding:
    fact = host.other_engines.podman_config
    return CHECK.finding(
        Status.WARN if docker_present(host) else Status.FAIL,
        f"Podman cannot read its configuration: {why}",
        cause="podman_config_malformed",
        detail="Every podman command stops with an error about its configuration.",
        evidence=[host.evidence(fact, why, "TOML, with values of the right kinds", source=path)],
        remedy=remedy("repair_containers_conf", host, tables, path=path),
    )
