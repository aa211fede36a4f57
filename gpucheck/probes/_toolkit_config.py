"""The toolkit's config.toml, and the two places on the host it names.

Keys and defaults: https://github.com/NVIDIA/nvidia-container-toolkit/tree/main/api/config/v1
"""

from collections.abc import Iterator
from typing import Any

from gpucheck.model.engine import PathExists, ToolkitConfig
from gpucheck.model.fact import Absent, Fact, Known, Reason, Unavailable
from gpucheck.probes._toml import kinds_of_keys, parse_toml
from gpucheck.probes._user import docker_context, endpoint_of, is_rootless
from gpucheck.system.ports import Files, System

_PATH = "nvidia-container-runtime/config.toml"
_KEPT: dict[str, Any] = {
    "accept-nvidia-visible-devices-as-volume-mounts": None,
    "accept-nvidia-visible-devices-envvar-when-unprivileged": None,
    "disable-require": None,
    "supported-driver-capabilities": None,
    "swarm-resource": None,
    # not "environment": its values may be secret
    "nvidia-container-cli": dict.fromkeys(
        ("debug", "ldcache", "ldconfig", "load-kmods", "no-cgroups", "path", "root", "user")
    ),
    "nvidia-container-runtime": {
        **dict.fromkeys(("debug", "log-level", "mode", "runtimes")),
        "modes": {
            "cdi": dict.fromkeys(("annotation-prefixes", "default-kind", "spec-dirs")),
            "csv": dict.fromkeys(("mount-spec-path",)),
            "jit-cdi": "*",
            "legacy": dict.fromkeys(("cuda-compat-mode",)),
        },
    },
    "nvidia-container-runtime-hook": dict.fromkeys(("path", "skip-mode-detection")),
    "nvidia-ctk": dict.fromkeys(("path",)),
    "features": "*",
}
_SCALARS = (bool, int, float, str)
_DEFAULT_RUNTIMES = ("runc", "crun")  # docker-runc instead of crun before 1.15: a name nobody uses any more
_LIBRARIES = ("libcuda.so.1", "libnvidia-ml.so.1")
# as the toolkit looks for libraries below a driver root: internal/lookup/library.go of the toolkit
_LIBRARY_DIRECTORIES = tuple(
    f"{base}{rest}"
    for base in ("/usr/lib", "/lib")
    for rest in ("64", "/x86_64-linux-gnu", "/aarch64-linux-gnu", "/x86_64-linux-gnu/nvidia/current",
                 "/aarch64-linux-gnu/nvidia/current", "")
)  # fmt: skip


def toolkit_config(system: System) -> Fact[ToolkitConfig]:
    """Return the config.toml in force for the engine this user talks to."""
    path = _config_path(system)
    text = system.files.text(path)
    if not isinstance(text, Known):
        return text
    status = system.files.status(path)
    try:
        data = parse_toml(text.value)
        values = judged_values(data)
    except ValueError as error:
        return Unavailable(Reason.MALFORMED, f"{path}: {error}")
    modified = status.value.modified_at if isinstance(status, Known) else 0
    return Known(ToolkitConfig(path, values, modified, Known(kinds_of_keys(data), path)), path)


def judged_values(data: dict[str, Any]) -> dict[str, Any]:
    """Return the values gpucheck judges; raises ValueError where a table is expected and none is there."""
    return _kept(data, _KEPT, "")


def _config_path(system: System) -> str:
    named = system.process.setting("NVIDIA_CTK_CONFIG_FILE_PATH") if system.live else ""
    if named:
        return named
    directory = system.process.setting("XDG_CONFIG_HOME")
    if system.live and directory and is_rootless(system, endpoint_of(docker_context(system))):
        # the runtime a rootless dockerd starts reads the user's file
        own = f"{directory}/{_PATH}"
        if system.files.exists(own):
            return own
    return f"/etc/{_PATH}"


def _kept(data: dict[str, Any], keys: dict[str, Any], where: str) -> dict[str, Any]:
    return {name: _value(data[name], kind, f"{where}{name}") for name, kind in keys.items() if name in data}


def _value(value: Any, kind: Any, where: str) -> Any:
    if kind is None:
        return _plain(value)
    if not isinstance(value, dict):
        raise ValueError(f"'{where}' is not a table")  # noqa: TRY004 - callers fold one kind
    if kind == "*":
        return {name: item for name, item in value.items() if isinstance(item, bool)}
    return _kept(value, kind, f"{where}.")


def _plain(value: Any) -> Any:
    """Return ``value`` as JSON has it; dates and tables in a scalar's place become text."""
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value if isinstance(value, _SCALARS) else str(value)


def ldconfig(files: Files, config: Fact[ToolkitConfig]) -> Fact[PathExists]:
    """Return the ldconfig of the host that the toolkit runs in containers.

    It prefers PATH.real where that exists and falls back to PATH where it does not (internal/config/cli.go);
    the default is "@/sbin/ldconfig". Without the @ it is a path in the container.
    """
    if isinstance(config, Unavailable):
        return config
    configured = _setting(config, "ldconfig") or "@/sbin/ldconfig"
    if not configured.startswith("@"):
        return Unavailable(Reason.UNSUPPORTED, f"{configured} is a path in containers (no leading @)")
    path = configured.removeprefix("@").removesuffix(".real")
    for candidate in (f"{path}.real", path):
        status = files.status(candidate)
        if isinstance(status, Unavailable):
            return status
        if isinstance(status, Known):
            return Known(PathExists(configured, candidate, exists=True), candidate)
    return Known(PathExists(configured, path, exists=False), path)


def driver_root(files: Files, config: Fact[ToolkitConfig]) -> Fact[PathExists]:
    """Return the root the toolkit looks for the driver in; it exists if it has a driver's library."""
    if isinstance(config, Unavailable):
        return config
    root = _setting(config, "root") or "/"
    if root == "/":
        return Known(PathExists(root, root, exists=True), config.source)
    hidden: Unavailable | None = None
    for path in _library_paths(root.rstrip("/")):
        status = files.status(path)
        if isinstance(status, Known):
            return Known(PathExists(root, root, exists=True), path)
        hidden = status if isinstance(status, Unavailable) else hidden
    return hidden or Known(PathExists(root, root, exists=False), root)


def _library_paths(root: str) -> Iterator[str]:
    for directory in _LIBRARY_DIRECTORIES:
        for name in _LIBRARIES:
            yield f"{root}{directory}/{name}"


def low_level_runtime(files: Files, config: Fact[ToolkitConfig], search: tuple[str, ...]) -> Fact[PathExists]:
    """Return the first of nvidia-container-runtime.runtimes that is there, as the NVIDIA runtime looks.

    Names are looked for in ``search``, the PATH of who starts it (internal/oci/runtime_low_level.go).
    """
    if isinstance(config, Unavailable):
        return config
    names = _runtimes(config)
    configured = ", ".join(names)
    hidden: Unavailable | None = None
    for name in names:
        for path in [name] if "/" in name else [f"{folder}/{name}" for folder in search]:
            status = files.status(path)
            if isinstance(status, Known) and status.value.kind == "file":
                return Known(PathExists(configured, path, exists=True), path)
            hidden = status if isinstance(status, Unavailable) else hidden
    return hidden or Known(PathExists(configured, configured, exists=False), " · ".join(search))


def _runtimes(config: Known[ToolkitConfig] | Absent) -> list[str]:
    """Return the names that are configured, where the key is a list; else the toolkit's default.

    An empty list is one: 'at least one runtime candidate must be specified'.
    """
    values = config.value.values if isinstance(config, Known) else {}
    named = values.get("nvidia-container-runtime", {}).get("runtimes")
    if not isinstance(named, list):
        return list(_DEFAULT_RUNTIMES)
    return [name for name in named if isinstance(name, str)]


def _setting(config: Known[ToolkitConfig] | Absent, name: str) -> str:
    if isinstance(config, Absent):
        return ""
    value = config.value.values.get("nvidia-container-cli", {}).get(name)
    return value if isinstance(value, str) else ""
