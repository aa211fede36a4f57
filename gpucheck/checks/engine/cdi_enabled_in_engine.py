"""Does Docker use the CDI specs of this host? In some releases CDI is off unless asked for."""

from collections.abc import Iterator

from gpucheck.checks._base import Check, NotApplicable
from gpucheck.checks._remedy import remedy
from gpucheck.checks._scope import require_gpu
from gpucheck.checks.engine._cdi_places import in_directories
from gpucheck.checks.engine._cdi_version import unread_specs
from gpucheck.checks.engine._docker import (
    daemon_settings,
    engine_info,
    engine_version,
    gpu_specs,
    nvidia_devices,
    require_packaged_docker,
    restart_docker,
)
from gpucheck.checks.engine._set_up_cdi import enable_cdi, spec_for_docker
from gpucheck.model.engine import CdiSpec
from gpucheck.model.finding import Category, Evidence, Finding
from gpucheck.model.host import HostSnapshot
from gpucheck.tables import Tables

CHECK = Check(
    id="GC516",
    slug="cdi_enabled_in_engine",
    category=Category.ENGINE,
    title="Docker uses the CDI specs of this host",
    meaning=(
        "The first releases with CDI use it only with features.cdi = true; later ones unless it is off. "
        "While it is off, --device nvidia.com/gpu=… is refused, whatever specs exist."
    ),
    causes=("cdi_not_enabled_in_engine", "docker_not_restarted", "cdi_engine_too_old", "cdi_spec_not_found"),
    because_of=("GC502", "GC503", "GC505"),
    decides=False,
    url="https://docs.nvidia.com/datacenter/cloud-native/container-toolkit/latest/cdi-support.html",
)


@CHECK.judges_host
def judge(host: HostSnapshot, tables: Tables) -> Iterator[Finding]:
    """Judge by the spec directories the running engine reports."""
    require_packaged_docker(host)
    require_gpu(host)
    specs = gpu_specs(host)
    if not specs:
        raise NotApplicable("there is no CDI spec of NVIDIA GPUs")
    version = engine_version(host)
    if version < tables.since("docker", "cdi_opt_in"):
        raise NotApplicable(f"Docker {version} has no CDI")
    directories = [entry for entry in engine_info(host).cdi_spec_dirs if entry]
    if directories:
        yield from _enabled(host, tables, specs, directories)
    elif _configured(host) is True and version < tables.since("docker", "cdi_default"):
        yield CHECK.warned(
            "daemon.json turns CDI on; the running Docker has it off",
            cause="docker_not_restarted",
            evidence=_evidence(host, specs),
            remedy=restart_docker(host, tables),
        )
    else:
        yield CHECK.warned(
            f"CDI is off in Docker {version}, and {specs[0].path} is not used",
            cause="cdi_not_enabled_in_engine",
            detail="docker run --device nvidia.com/gpu=all is refused; --gpus needs the legacy hook.",
            evidence=_evidence(host, specs),
            remedy=enable_cdi(host, tables),
        )


def _enabled(
    host: HostSnapshot, tables: Tables, specs: tuple[CdiSpec, ...], directories: list[str]
) -> Iterator[Finding]:
    version = engine_version(host)
    found = in_directories(specs, directories)
    if not found and not nvidia_devices(engine_info(host)):
        yield _elsewhere(host, tables, specs, directories)
        return
    unread = unread_specs("docker", version, found or specs, tables)
    if len(unread) < len(found or specs):
        yield CHECK.passed(f"Docker searches {', '.join(directories)} for CDI specs")
        return
    specs = found or specs
    since = str(tables.since("docker", unread[specs[0].path]))
    yield CHECK.warned(
        f"Docker {version} does not understand CDI specs of version {specs[0].cdi_version}",
        cause="cdi_engine_too_old",
        detail="docker run --device nvidia.com/gpu=all is refused as unresolvable.",
        evidence=_evidence(host, specs),
        remedy=remedy("upgrade_docker", host, tables, since=since),
    )


def _elsewhere(
    host: HostSnapshot, tables: Tables, specs: tuple[CdiSpec, ...], directories: list[str]
) -> Finding:
    return CHECK.warned(
        f"Docker searches {', '.join(directories)} for CDI specs; {specs[0].path} lies elsewhere",
        cause="cdi_spec_not_found",
        detail="docker run --device nvidia.com/gpu=all is refused as unresolvable.",
        evidence=_evidence(host, specs),
        remedy=spec_for_docker(host, tables),
    )


def _configured(host: HostSnapshot) -> object:
    features = daemon_settings(host).get("features")
    return features.get("cdi") if isinstance(features, dict) else None


def _evidence(host: HostSnapshot, specs: tuple[CdiSpec, ...]) -> list[Evidence]:
    info = engine_info(host)
    dirs = ", ".join(info.cdi_spec_dirs) or "none"
    shown = ", ".join(f"{spec.path} (version {spec.cdi_version})" for spec in specs)
    return [
        host.evidence(host.docker.info, f"Docker {info.server_version}, CDI spec directories: {dirs}"),
        host.evidence(host.cdi.specs, shown, "found by Docker"),
    ]
