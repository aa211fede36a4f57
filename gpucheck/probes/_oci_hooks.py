"""The hooks that Podman and CRI-O run for containers: oci-hooks(5)."""

import json
from typing import Any

from gpucheck.model.engine import OciHook, PodmanConfig
from gpucheck.model.fact import Absent, Fact, Known, Unavailable
from gpucheck.system.ports import Files

_DEFAULT = ("/usr/share/containers/oci/hooks.d", "/etc/containers/oci/hooks.d")
_MAX_FILES = 100


def oci_hooks(files: Files, config: Fact[PodmanConfig]) -> Fact[tuple[OciHook, ...]]:
    """Return the hooks of every directory; a file hides one of its name in an earlier directory."""
    found: dict[str, OciHook] = {}
    folders = _folders(config)
    for folder in folders:
        names = files.entries(folder)
        if isinstance(names, Unavailable):
            return names
        for name in names.get(())[:_MAX_FILES]:
            if name.endswith(".json"):
                found[name] = _hook(files, f"{folder}/{name}")
    return Known(tuple(found.values()), " · ".join(folders)) if found else Absent(folders)


def _folders(config: Fact[PodmanConfig]) -> tuple[str, ...]:
    values = config.value.values if isinstance(config, Known) else {}
    named = values.get("engine", {}).get("hooks_dir", [])
    more = [folder for folder in named if isinstance(folder, str)] if isinstance(named, list) else []
    return tuple(dict.fromkeys((*_DEFAULT, *more)))


def _hook(files: Files, path: str) -> OciHook:
    text = files.text(path)
    if not isinstance(text, Known):
        return OciHook(path, "", exists=False, error=text.source)
    try:
        program = parse_hook(text.value)
    except ValueError as error:
        return OciHook(path, "", exists=False, error=f"{path}: {error}")
    return OciHook(path, program, exists=not isinstance(files.status(program), Absent))


def parse_hook(text: str) -> str:
    """Return the program of a hook; raises ValueError with what is wrong.

    Version 1.0.0 has an object of that name with a path, version 0.1.0 the path itself.
    """
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        raise ValueError(f"not JSON: {error.msg} at line {error.lineno} column {error.colno}") from None
    except RecursionError:
        raise ValueError("not JSON: nested too deep") from None
    hook: Any = data.get("hook") if isinstance(data, dict) else None
    program = hook.get("path") if isinstance(hook, dict) else hook
    if not isinstance(program, str) or not program:
        raise ValueError("it names no program")
    return program
