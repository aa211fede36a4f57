"""Pure parser of one CDI spec (https://github.com/cncf-tags/container-device-interface/blob/main/SPEC.md)."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from gpucheck.model.versions import Version
from gpucheck.probes._cdi_schema import faults, later_features, unknown_fields

_MAX_DEPTH = 64  # a spec has 6 levels; libyaml's composer overflows the C stack at some ten thousand
# not libnvidia-egl-*.so.1.1: numbers of driver releases begin with three digits
_Groups = tuple[tuple[str, tuple[str, ...]], ...]
_HOOKS: _Groups = (("hooks", ("path",)),)
_GROUPS: _Groups = (("deviceNodes", ("hostPath", "path")), ("mounts", ("hostPath",)), *_HOOKS)
_DRIVER_LIBRARY = re.compile(r"/lib(?:cuda|nvidia)[\w-]*\.so\.(\d{3,}\.\d+(?:\.\d+)*)$")


@dataclass(frozen=True, slots=True)
class ParsedSpec:
    """What a spec says; details are empty where its vendor is not NVIDIA."""

    cdi_version: str
    kind: str
    devices: tuple[str, ...]
    host_paths: tuple[str, ...] = ()  # those of hooks too
    driver_versions: tuple[str, ...] = ()
    hooks: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()
    unknown_fields: tuple[str, ...] = ()
    hook_names: tuple[str, ...] = ()


def parse_spec(text: str, *, is_json: bool) -> ParsedSpec:
    """Return what a spec says; raises ValueError with what is wrong, in one line."""
    data = _json(text) if is_json else _yaml(text)
    if not isinstance(data, dict):
        raise ValueError("the file holds no object")  # noqa: TRY004 - callers fold one kind
    version, kind = str(data.get("cdiVersion") or ""), str(data.get("kind") or "")
    if not version or "/" not in kind:
        raise ValueError("no cdiVersion" if not version else "no kind of the form vendor/class")
    devices = [device for device in _list(data.get("devices")) if isinstance(device, dict)]
    names = tuple(str(device["name"]) for device in devices if device.get("name") is not None)
    if not names:
        raise ValueError("no devices")
    wrong = next(faults(data), "")
    if wrong:
        raise ValueError(wrong)
    uses, unknown = later_features(data), unknown_fields(data)
    vendor = kind.partition("/")[0]
    if vendor != "nvidia.com" and not vendor.endswith(".nvidia.com"):
        return ParsedSpec(version, kind, names, uses=uses, unknown_fields=unknown)
    parts = (*devices, data)
    paths = tuple(dict.fromkeys(path for part in parts for path in _host_paths(part, _GROUPS)))
    found = {match.group(1) for match in map(_DRIVER_LIBRARY.search, paths) if match}
    return ParsedSpec(
        version, kind, names, paths, tuple(sorted(found, key=Version)),
        tuple(dict.fromkeys(path for part in parts for path in _host_paths(part, _HOOKS))), uses, unknown,
        tuple(dict.fromkeys(name for part in parts for name in _hook_names(part))),
    )  # fmt: skip


def _host_paths(part: dict[str, Any], groups: _Groups) -> Iterator[str]:
    """Yield what one set of edits takes from the host: nodes, mounts, and the hooks it runs."""
    edits = part.get("containerEdits")
    if not isinstance(edits, dict):
        return
    for group, keys in groups:
        for entry in _list(edits.get(group)):
            if isinstance(entry, dict):
                path = next((entry[key] for key in keys if entry.get(key)), None)
                if isinstance(path, str) and path.startswith("/"):
                    yield path


def _hook_names(part: dict[str, Any]) -> Iterator[str]:
    """Yield what the hooks of one set of edits do: nvidia-cdi-hook NAME, or of old nvidia-ctk hook NAME."""
    edits = part.get("containerEdits")
    for hook in _list(edits.get("hooks")) if isinstance(edits, dict) else ():
        words = _list(hook.get("args"))[1:3] if isinstance(hook, dict) else []
        yield from (w for w in words if isinstance(w, str) and w != "hook" and not w.startswith("-"))


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise ValueError(f"not JSON: {error.msg} at line {error.lineno} column {error.colno}") from None
    except RecursionError:
        raise ValueError("not JSON: nested too deep") from None


def _yaml(text: str) -> Any:
    import yaml  # 15 ms that hosts without specs need not spend

    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # six times as fast, where it was built
    depth = 0
    try:
        for event in yaml.parse(text, loader):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > _MAX_DEPTH:
                raise ValueError("not a spec: nested too deep")
        return yaml.load(text, loader)  # noqa: S506 - a safe loader
    except yaml.MarkedYAMLError as error:
        if "maximum nesting depth" in str(error.problem):  # libyaml's own limit, since PyYAML 6.0.4
            raise ValueError("not a spec: nested too deep") from None
        mark = error.problem_mark
        place = f" at line {mark.line + 1} column {mark.column + 1}" if mark else ""
        raise ValueError(f"not YAML: {error.problem}{place}") from None
    except yaml.YAMLError as error:
        raise ValueError(f"not YAML: {' '.join(str(error).split())[:120]}") from None
