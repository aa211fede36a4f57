"""containers.conf and its drop-ins, as Podman merges them (containers.conf(5)).

Only keys gpucheck judges keep their values: env, annotations and registries' settings may be secret.
"""

from collections.abc import Iterator
from typing import Any

from gpucheck.model.engine import PodmanConfig
from gpucheck.model.fact import Absent, Fact, Known, Reason, Unavailable
from gpucheck.probes._toml import parse_toml
from gpucheck.probes._user import config_home
from gpucheck.system.ports import System

_SYSTEM = ("/usr/share/containers/containers.conf", "/etc/containers/containers.conf")
_JUDGED = {
    "engine": ("cdi_spec_dirs", "cgroup_manager", "hooks_dir", "runtime"),
    "containers": ("annotations", "devices", "label"),
}
_TEXTS = {"cgroup_manager", "runtime"}
_FLAGS = {"label"}  # the others are lists of texts
_LATER = {"cdi_spec_dirs"}  # a key of Podman 5.5 and later; others pass over it
# what crun is told by annotation; others may hold anything
_TELLING = "run.oci."


def podman_config(system: System) -> Fact[PodmanConfig]:
    """Return what the files of this user's Podman say together; absent if there is none."""
    paths = tuple(_paths(system))
    read: list[str] = []
    values: dict[str, dict[str, Any]] = {}
    for path in paths:
        text = system.files.text(path)
        if isinstance(text, Absent):
            continue
        if isinstance(text, Unavailable):
            return text
        try:
            _merge(values, parse_toml(text.value))
        except ValueError as error:
            return Unavailable(Reason.MALFORMED, f"{path}: {error}")
        read.append(path)
    return Known(PodmanConfig(tuple(read), values), " · ".join(read)) if read else Absent(paths)


def _paths(system: System) -> Iterator[str]:
    """Yield the files in the order they are read: a later one wins."""
    named = system.process.setting("CONTAINERS_CONF") if system.live else ""
    if named:
        yield named
    else:
        yield from _SYSTEM
        yield from _drop_ins(system, f"{_SYSTEM[-1]}.d")
        if system.live and system.process.uid and config_home(system):
            own = f"{config_home(system)}/containers/containers.conf"
            yield own
            yield from _drop_ins(system, f"{own}.d")
    override = system.process.setting("CONTAINERS_CONF_OVERRIDE") if system.live else ""
    if override:
        yield override


def _drop_ins(system: System, folder: str) -> Iterator[str]:
    names = system.files.entries(folder).get(())
    yield from (f"{folder}/{name}" for name in names if name.endswith(".conf"))


def _merge(values: dict[str, dict[str, Any]], data: dict[str, Any]) -> None:
    for table, keys in _JUDGED.items():
        found = data.get(table, {})
        if not isinstance(found, dict):
            raise ValueError(f"{table} is not a table")  # noqa: TRY004 - callers fold one kind
        _refuse_other_kinds(table, found)
        for key in keys:
            if key in found:
                into = values.setdefault(table, {})
                into[key] = _kept(key, found[key], into.get(key))


def _refuse_other_kinds(table: str, found: dict[str, Any]) -> None:
    """Raise ValueError for what makes every podman command stop: 'incompatible types'; seen with 4.3.1."""
    for key in (key for key in _JUDGED[table] if key in found and key not in _LATER):
        kind, words = _kind(key)
        if not isinstance(found[key], kind):
            raise ValueError(f"{table}.{key} is not {words}")  # noqa: TRY004 - callers fold one kind


def _kind(key: str) -> tuple[type, str]:
    if key in _FLAGS:
        return bool, "true or false"
    return (str, "a text") if key in _TEXTS else (list, "a list")


def _kept(key: str, value: Any, before: Any) -> Any:
    """Return a value as the engine has it; ``{append=true}`` in a list adds to what came before."""
    if not isinstance(value, list):
        return value if isinstance(value, (str, bool)) else str(value)
    texts = [item for item in value if isinstance(item, str)]
    if key == "annotations":
        texts = [text for text in texts if text.startswith(_TELLING)]
    adds = any(isinstance(item, dict) and item.get("append") is True for item in value)
    return [*before, *texts] if adds and isinstance(before, list) else texts
