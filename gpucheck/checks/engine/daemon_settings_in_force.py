"""Does the running dockerd do what daemon.json says of CDI and cgroups? It reads that file when it starts."""

from collections.abc import Iterator
from typing import Any

from gpucheck.checks._base import Check, NotApplicable
from gpucheck.checks._scope import require_gpu
from gpucheck.checks.engine._docker import (
    daemon_settings,
    engine_info,
    engine_version,
    require_packaged_docker,
    restart_docker,
)
from gpucheck.checks.engine._dockerd_flags import flag_value, running_flags
from gpucheck.checks.toolkit._cdi import canonical
from gpucheck.model.engine import DaemonJson, EngineInfo
from gpucheck.model.finding import Category, Evidence, Finding
from gpucheck.model.host import HostSnapshot
from gpucheck.tables import Tables

CHECK = Check(
    id="GC521",
    slug="daemon_settings_in_force",
    category=Category.ENGINE,
    title="the running Docker has the settings of daemon.json",
    meaning=(
        "Compares features.cdi, cdi-spec-dirs and the cgroup driver of daemon.json with what the running "
        "engine reports. dockerd takes them when it starts: its next start changes how GPUs come in."
    ),
    causes=("docker_not_restarted",),
    because_of=("GC502", "GC503", "GC505"),
    decides=False,
    url="https://docs.docker.com/reference/cli/dockerd/",
)

_CGROUP_DRIVER = "native.cgroupdriver="
_DRIVERS = {"cgroupfs", "systemd"}  # rootless engines without cgroups report none


@CHECK.judges_host
def judge(host: HostSnapshot, tables: Tables) -> Iterator[Finding]:
    """Compare setting by setting; runtimes are GC510's, CDI that is still off is GC516's."""
    require_packaged_docker(host)
    require_gpu(host)
    settings, info = daemon_settings(host), engine_info(host)
    file: DaemonJson | None = host.docker.daemon_json.get(None)
    if file is None or not settings:
        raise NotApplicable("daemon.json makes no setting")
    other = flag_value(running_flags(host), "config-file")
    if other and other != file.path:
        raise NotApplicable(f"dockerd reads {other}, not {file.path}")
    has_cdi = engine_version(host) >= tables.since("docker", "cdi_opt_in")
    found = [*(_cdi(settings, info) if has_cdi else []), *_cgroups(settings, info)]
    if not found:
        yield CHECK.passed(f"the running Docker has the settings of {file.path}")
        return
    evidence: list[Evidence] = []
    for said, observed in found:
        evidence.append(host.evidence(host.docker.daemon_json, said, observed, source=file.path))
        evidence.append(host.evidence(host.docker.info, observed, said))
    names = ", ".join(said.partition(" = ")[0] for said, _ in found)
    yield CHECK.warned(
        f"daemon.json says otherwise than the running Docker does: {names}",
        cause="docker_not_restarted",
        detail="The file was changed after dockerd had read it; the next start of Docker applies it.",
        evidence=evidence,
        remedy=restart_docker(host, tables),
    )


def _cdi(settings: dict[str, Any], info: EngineInfo) -> Iterator[tuple[str, str]]:
    """Yield what the file says of CDI, and what is in force instead."""
    running = [entry for entry in info.cdi_spec_dirs if entry]
    shown = f"CDI spec directories {', '.join(running)}"
    features = settings.get("features")
    if isinstance(features, dict) and features.get("cdi") is False:
        if running:
            yield "features.cdi = false", shown
        return
    named = settings.get("cdi-spec-dirs")
    if not isinstance(named, list) or not running:
        return
    wanted = [entry for entry in named if isinstance(entry, str) and entry]
    if {_plain(entry) for entry in wanted} != {_plain(entry) for entry in running}:
        yield f"cdi-spec-dirs = {', '.join(wanted) or 'none'}", shown


def _plain(folder: str) -> str:
    return canonical(f"{folder.rstrip('/')}/x")


def _cgroups(settings: dict[str, Any], info: EngineInfo) -> Iterator[tuple[str, str]]:
    options = settings.get("exec-opts")
    texts = [text for text in options if isinstance(text, str)] if isinstance(options, list) else []
    drivers = [text.removeprefix(_CGROUP_DRIVER) for text in texts if text.startswith(_CGROUP_DRIVER)]
    wanted = drivers[-1] if drivers else ""
    if wanted in _DRIVERS and info.cgroup_driver in _DRIVERS and wanted != info.cgroup_driver:
        yield f"exec-opts = {_CGROUP_DRIVER}{wanted}", f"cgroup driver {info.cgroup_driver}"
