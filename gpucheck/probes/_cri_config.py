"""Configurations of the engines that serve a kubelet: containerd wherever it lies, and CRI-O.

Imports and merging: cmd/containerd/server/config/config.go of containerd; crio.conf.d(5).
Only what decides about GPUs is kept: registries' settings may be secret.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from gpucheck.model.engine import CriConfig, CriRuntime, PathExists
from gpucheck.model.fact import Absent, Fact, Known, Reason, Unavailable
from gpucheck.probes._runtime_paths import USUAL_PATH
from gpucheck.probes._toml import parse_toml
from gpucheck.system.ports import Files, System

_CONTAINERD = "/etc/containerd/config.toml"
_PLACES = (
    ("containerd", _CONTAINERD),
    # written by the engine itself at each start, from a template beside it
    ("k3s", "/var/lib/rancher/k3s/agent/etc/containerd/config.toml"),
    ("RKE2", "/var/lib/rancher/rke2/agent/etc/containerd/config.toml"),
    ("MicroK8s", "/var/snap/microk8s/current/args/containerd.toml"),
    ("k0s", "/etc/k0s/containerd.toml"),
)
_DROP_INS = "/etc/containerd/conf.d"  # where nvidia-ctk runtime configure writes its drop-in
_CRIO, _CRIO_DROP_INS = "/etc/crio/crio.conf", "/etc/crio/crio.conf.d"
# the CRI plugin's name by the file's version; each later version keeps the last
_PLUGINS = {1: "cri", 2: "io.containerd.grpc.v1.cri", 3: "io.containerd.cri.v1.runtime"}
_MAX_FILES = 50
_NOT_READ = {Reason.NOT_PERMITTED, Reason.TOO_LARGE}  # by gpucheck; the engine may
_NVIDIA = "nvidia"


def cri_configs(system: System) -> Fact[tuple[CriConfig, ...]]:
    """Return the configurations that are there, one an engine."""
    found = [_containerd(system.files, engine, path) for engine, path in _PLACES]
    found.append(_crio(system.files))
    there = tuple(config for config in found if config is not None)
    places = (*(path for _, path in _PLACES), _CRIO, _CRIO_DROP_INS)
    return Known(there, " · ".join(config.path for config in there)) if there else Absent(places)


@dataclass(slots=True)
class _Merged:
    """What the files of one engine say together."""

    files: list[str] = field(default_factory=list)
    version: int = 0
    plugin: dict[str, Any] = field(default_factory=dict)
    disabled: set[str] = field(default_factory=set)
    passed_over: list[str] = field(default_factory=list)


def _containerd(files: Files, engine: str, path: str) -> CriConfig | None:
    merged = _Merged()
    pending = [path]
    while pending and len(merged.files) < _MAX_FILES:
        place = pending.pop(0)
        if place in merged.files:
            continue
        data = _read(files, place)
        if isinstance(data, Absent):
            if place == path:
                return None
            # containerd does not start then; a pattern without a match is fine
            return CriConfig(engine, path, tuple(merged.files), error=f"{place}, an import, is not there")
        if isinstance(data, Unavailable):
            closed = data.reason in _NOT_READ
            return CriConfig(engine, path, tuple(merged.files), error=data.detail, readable=not closed)
        merged.files.append(place)
        _take(merged, place, data.value)
        pending += _imports(files, place, data.value.get("imports"))
    if engine == "containerd":
        merged.passed_over += _unread_drop_ins(files, merged.files)
    return _config_of(files, engine, path, merged)


def _read(files: Files, path: str) -> Fact[dict[str, Any]]:
    text = files.text(path)
    if not isinstance(text, Known):
        return text
    try:
        return Known(parse_toml(text.value), path)
    except ValueError as error:
        return Unavailable(Reason.MALFORMED, f"{path}: {error}")


def _take(merged: _Merged, path: str, data: dict[str, Any]) -> None:
    """Add one file: of the CRI plugin only what stands under the name of the file's version counts."""
    version = data.get("version")
    number = version if isinstance(version, int) and not isinstance(version, bool) and version > 0 else 1
    merged.version = merged.version or number
    name = _PLUGINS[min(number, max(_PLUGINS))]
    plugins = _table(data.get("plugins"))
    _deepen(merged.plugin, _table(plugins.get(name)))
    merged.disabled |= set(_texts(data.get("disabled_plugins")))
    for since, other in _PLUGINS.items():
        if since < min(number, max(_PLUGINS)) and _NVIDIA in _runtime_tables(plugins, other):
            merged.passed_over.append(f'{path}: plugins."{other}" in a file of version {number}')


def _imports(files: Files, path: str, named: Any) -> Iterator[str]:
    for entry in _texts(named):
        place = entry if entry.startswith("/") else f"{path.rpartition('/')[0]}/{entry}"
        folder, _, pattern = place.rpartition("/")
        if "*" not in pattern:
            yield place
            continue
        wanted = re.compile("[^/]*".join(map(re.escape, pattern.split("*"))))
        names = files.entries(folder).get(())
        yield from (f"{folder}/{name}" for name in names if wanted.fullmatch(name))


def _unread_drop_ins(files: Files, read: list[str]) -> Iterator[str]:
    """Yield drop-ins with NVIDIA's runtime that no imports line leads to."""
    for name in files.entries(_DROP_INS).get(()):
        path = f"{_DROP_INS}/{name}"
        if path in read or not name.endswith(".toml"):
            continue
        data = _read(files, path)
        if isinstance(data, Known) and _names_nvidia(data.value):
            yield f"{path}, which no imports line names"


def _names_nvidia(data: dict[str, Any]) -> bool:
    plugins = _table(data.get("plugins"))
    return any(_NVIDIA in _runtime_tables(plugins, name) for name in _PLUGINS.values())


def _runtime_tables(plugins: dict[str, Any], name: str) -> dict[str, Any]:
    return _table(_table(_table(plugins.get(name)).get("containerd")).get("runtimes"))


def _config_of(files: Files, engine: str, path: str, merged: _Merged) -> CriConfig:
    inner, cdi = _table(merged.plugin.get("containerd")), merged.plugin.get("enable_cdi")
    runtimes = {
        name: _text(_table(_table(entry).get("options")).get("BinaryName"))
        for name, entry in _table(inner.get("runtimes")).items()
    }
    off = {"cri", *_PLUGINS.values()} & merged.disabled
    return CriConfig(
        engine, path, tuple(merged.files), merged.version, not off,
        _text(inner.get("default_runtime_name")), _runtimes(files, runtimes),
        cdi if isinstance(cdi, bool) else None, tuple(_texts(merged.plugin.get("cdi_spec_dirs"))),
        tuple(merged.passed_over),
    )  # fmt: skip


def _crio(files: Files) -> CriConfig | None:
    paths = [_CRIO, *(f"{_CRIO_DROP_INS}/{name}" for name in files.entries(_CRIO_DROP_INS).get(()))]
    read: list[str] = []
    settings: dict[str, Any] = {}
    for path in paths[:_MAX_FILES]:
        data = _read(files, path)
        if isinstance(data, Absent):
            continue
        if isinstance(data, Unavailable):
            closed = data.reason in _NOT_READ
            return CriConfig("CRI-O", path, tuple(read), error=data.detail, readable=not closed)
        read.append(path)
        _deepen(settings, _table(_table(data.value.get("crio")).get("runtime")))
    if not read:
        return None
    named = {
        name: _text(_table(entry).get("runtime_path"))
        for name, entry in _table(settings.get("runtimes")).items()
    }
    return CriConfig(
        "CRI-O", read[0], tuple(read), default_runtime=_text(settings.get("default_runtime")),
        runtimes=_runtimes(files, named), cdi_spec_dirs=tuple(_texts(settings.get("cdi_spec_dirs"))),
    )  # fmt: skip


def _runtimes(files: Files, named: dict[str, str]) -> tuple[CriRuntime, ...]:
    return tuple(CriRuntime(name, _program(files, path)) for name, path in sorted(named.items()))


def _program(files: Files, configured: str) -> PathExists:
    """Return where a runtime's program is; what this user may not see is taken to be there."""
    if not configured:
        return PathExists("", "", exists=True)
    paths = [configured] if "/" in configured else [f"{folder}/{configured}" for folder in USUAL_PATH]
    there = next((path for path in paths if not isinstance(files.status(path), Absent)), "")
    return PathExists(configured, there or configured, exists=bool(there))


def _deepen(into: dict[str, Any], new: dict[str, Any]) -> None:
    """Merge tables key by key; everything else is replaced."""
    for key, value in new.items():
        if isinstance(value, dict) and isinstance(into.get(key), dict):
            _deepen(into[key], value)
        else:
            into[key] = value


def _table(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _texts(value: Any) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []
