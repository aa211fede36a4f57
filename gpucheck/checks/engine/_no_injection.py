"""Why ``docker run --gpus`` has no way on this host, and what opens one."""

from collections.abc import Iterable

from gpucheck.checks._base import Check
from gpucheck.checks._remedy import remedy
from gpucheck.checks.engine._cdi_places import in_directories
from gpucheck.checks.engine._docker import (
    engine_info,
    engine_version,
    gpu_specs,
    restart_docker,
    runtimes_of_engine,
)
from gpucheck.checks.engine._injection import Injection, Lookup
from gpucheck.checks.engine._set_up_cdi import enable_cdi, spec_for_docker
from gpucheck.model.fact import Known
from gpucheck.model.finding import Evidence, Finding, Remedy
from gpucheck.model.host import HostSnapshot
from gpucheck.model.injection import PathExplanation
from gpucheck.tables import Tables

_NO_PROGRAM = "runtime_program_missing"  # a row of injection_paths.json
_MODE = "nvidia-container-runtime.mode"
_NO_HOOK = "nvidia-container-runtime-hook is not installed"

_KEYS = {
    "cdi_only_setup_used_with_gpus": "request_cdi_device",
    "docker_desktop_linux": "use_native_docker",
    "docker_runtime_not_configured": "configure_nvidia_runtime",
    "gpus_flag_unsupported_in_mode": "request_nvidia_runtime",
    "snap_docker": "leave_docker_snap",
    "toolkit_not_installed": "install_toolkit",
}


def cause_of(host: HostSnapshot, tables: Tables, found: Injection) -> tuple[str, str]:
    """Return the cause, and the title of the finding, where neither CDI nor the hook can serve."""
    lookups = {found.hook, *([found.cdi_hook] if found.devices else [])}
    if Lookup.TOO_NEW in lookups:
        return "docker_not_restarted", "--gpus has no way: dockerd started before the toolkit was installed"
    if Lookup.OFF_PATH in lookups:
        return "runtime_binary_missing", "--gpus has no way: the toolkit's hook is not on dockerd's PATH"
    if found.cdi_first and found.cdi_hook is Lookup.FOUND:
        specs = gpu_specs(host)
        if specs and not in_directories(specs, engine_info(host).cdi_spec_dirs):
            title = f"--gpus has no way: Docker does not search the directory of {specs[0].path}"
            return "cdi_spec_not_found", title
        if specs:
            return (
                "cdi_not_enabled_in_engine",
                "--gpus has no way: Docker finds no CDI device, though a spec exists",
            )
        return "cdi_spec_not_found", "--gpus has no way: there is no CDI spec of NVIDIA, and no legacy hook"
    if not found.cdi_first and (found.devices or _has_cdi_hooks(host)):
        return _only_cdi(host, tables, found)
    return "toolkit_not_installed", f"--gpus has no way: {_NO_HOOK}"


def cause_of_runtime(explained: PathExplanation) -> str:
    """Return why NVIDIA's runtime, which starts the container, ends it: its mode, or its program is gone."""
    return "runtime_binary_missing" if _NO_PROGRAM in explained.rows else "toolkit_config_malformed"


def _has_cdi_hooks(host: HostSnapshot) -> bool:
    """Return whether the toolkit is there without its legacy hook: nvidia-container-toolkit-base."""
    toolkit = host.toolkit
    return any(isinstance(part, Known) for part in (toolkit.nvidia_ctk, toolkit.nvidia_cdi_hook))


def _only_cdi(host: HostSnapshot, tables: Tables, found: Injection) -> tuple[str, str]:
    """Tell what a toolkit without the hook lacks: CDI does for --device in every Docker that has it."""
    version = engine_version(host)
    if not found.devices and not gpu_specs(host):
        return "toolkit_not_installed", f"--gpus has no way: {_NO_HOOK}, and there is no CDI spec"
    if version < tables.since("docker", "cdi_opt_in"):
        return "toolkit_not_installed", f"--gpus has no way: {_NO_HOOK}, and Docker {version} has no CDI"
    if not found.devices and not any(engine_info(host).cdi_spec_dirs):
        title = f"--gpus has no way: {_NO_HOOK}, and CDI is off in Docker {version}"
        return "cdi_not_enabled_in_engine", title
    title = "--gpus needs the legacy hook in this Docker; only CDI is set up"
    return "cdi_only_setup_used_with_gpus", title


def complaint(
    check: Check,
    host: HostSnapshot,
    tables: Tables,
    *,
    cause: str,
    title: str,
    evidence: Iterable[Evidence],
    detail: str = "docker run --gpus all does not start a container with the GPUs.",
) -> Finding:
    """Return the failure, with the remedy that fits its cause."""
    return check.failed(
        title,
        cause=cause,
        detail=detail,
        evidence=evidence,
        remedy=_remedy_for(cause, host, tables),
    )


def _remedy_for(cause: str, host: HostSnapshot, tables: Tables) -> Remedy:
    if cause == "docker_not_restarted":
        return restart_docker(host, tables)
    if cause == "cdi_spec_not_found":
        return spec_for_docker(host, tables)
    if cause == "cdi_not_enabled_in_engine":
        return enable_cdi(host, tables)
    if cause == "toolkit_config_malformed":
        return remedy(
            "set_toolkit_mode", host, tables, setting=_MODE, choices="auto, legacy, cdi", value="auto"
        )
    if cause == "runtime_binary_missing" and _program_is_missing(host):
        info = engine_info(host)
        program = runtimes_of_engine(info).get(info.default_runtime, "")
        return remedy("repair_runtime_path", host, tables, name=info.default_runtime, path=program)
    if cause == "runtime_binary_missing":
        hook = host.toolkit.nvidia_container_runtime_hook
        folder = hook.value.path.rpartition("/")[0] if isinstance(hook, Known) else "of nvidia-cdi-hook"
        return remedy("put_hook_on_daemon_path", host, tables, folder=folder)
    return remedy(_KEYS[cause], host, tables)


def _program_is_missing(host: HostSnapshot) -> bool:
    """Return whether the program of the default runtime is known not to be there."""
    paths = host.docker.runtime_paths.get({})
    found = paths.get(engine_info(host).default_runtime)
    return found is not None and not found.exists
