"""What engines accept of a CDI spec beyond its syntax, and which later versions of CDI its fields belong to.

As in https://github.com/cncf-tags/container-device-interface: pkg/cdi/spec.go, device.go, container-edits.go,
pkg/parser/parser.go and specs-go/version.go.
"""

import re
from collections.abc import Iterator
from typing import Any

# the first sign must be a letter in kinds; the last one no punctuation
_KIND_PART = re.compile(r"[A-Za-z]([\w.-]*[A-Za-z0-9])?", re.ASCII)
_NAME = re.compile(r"[A-Za-z0-9]([\w.:-]*[A-Za-z0-9])?", re.ASCII)
_STAGES = frozenset(
    ("prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop")
)
# Go's decoder takes names of fields in any case
_FIELDS: dict[str, frozenset[str]] = {
    "spec": frozenset(("cdiversion", "kind", "annotations", "devices", "containeredits")),
    "device": frozenset(("name", "annotations", "containeredits")),
    "containerEdits": frozenset(
        ("env", "devicenodes", "netdevices", "hooks", "mounts", "intelrdt", "additionalgids")
    ),
    "deviceNodes": frozenset(
        ("path", "hostpath", "type", "major", "minor", "filemode", "permissions", "uid", "gid")
    ),
    "mounts": frozenset(("hostpath", "containerpath", "options", "type")),
    "hooks": frozenset(("hookname", "path", "args", "env", "timeout")),
}
_LISTS = ("deviceNodes", "mounts", "hooks")
_REQUIRED = {"deviceNodes": ("path",), "mounts": ("hostPath", "containerPath"), "hooks": ("path",)}


def faults(data: dict[str, Any]) -> Iterator[str]:
    """Yield what every engine refuses a spec for, whatever its version."""
    vendor, _, name = str(data.get("kind") or "").partition("/")
    if not _KIND_PART.fullmatch(vendor) or not _KIND_PART.fullmatch(name):
        yield f"kind '{data.get('kind')}' is not of the form vendor/class"
    yield from _edit_faults(data.get("containerEdits"), "containerEdits")
    seen: set[str] = set()
    for device in _objects(data.get("devices")):
        name = str(device.get("name"))
        if not _NAME.fullmatch(name):
            yield f"device name '{name[:40]}' is not allowed"
        if name in seen:
            yield f"device '{name[:40]}' is there twice"
        seen.add(name)
        edits = device.get("containerEdits")
        if not isinstance(edits, dict) or not any(edits.values()):
            yield f"device '{name[:40]}' has no containerEdits"
        yield from _edit_faults(edits, f"device '{name[:40]}'")


def _edit_faults(edits: Any, where: str) -> Iterator[str]:
    if edits is None:
        return
    if not isinstance(edits, dict):
        yield f"{where}: the edits are no object"
        return
    for group in _LISTS:
        entries = edits.get(group)
        if entries is not None and not isinstance(entries, list):
            yield f"{where}: {group} is no list"
            continue
        for entry in entries or []:
            yield from _entry_faults(group, entry, where)
    env = edits.get("env")
    if env is not None and not (isinstance(env, list) and all(_is_setting(item) for item in env)):
        yield f"{where}: env is no list of NAME=value"


def _entry_faults(group: str, entry: Any, where: str) -> Iterator[str]:
    if not isinstance(entry, dict):
        yield f"{where}: an entry of {group} is no object"
        return
    for field in _REQUIRED[group]:
        if not (isinstance(entry.get(field), str) and entry[field]):
            yield f"{where}: an entry of {group} has no {field}"
    if group == "hooks" and entry.get("hookName") not in _STAGES:
        yield f"{where}: hookName '{str(entry.get('hookName'))[:40]}' is no stage of a hook"


def _is_setting(item: Any) -> bool:
    return isinstance(item, str) and item.find("=") > 0


def unknown_fields(data: dict[str, Any]) -> tuple[str, ...]:
    """Return the fields that no known version of CDI has: engines refuse the whole spec for one."""
    return tuple(dict.fromkeys(_unknown(data)))


def _unknown(data: dict[str, Any]) -> Iterator[str]:
    yield from _others(data, "spec")
    for part in (data, *_objects(data.get("devices"))):
        if part is not data:
            yield from _others(part, "device")
        edits = part.get("containerEdits")
        if not isinstance(edits, dict):
            continue
        yield from _others(edits, "containerEdits")
        for group in _LISTS:
            for entry in _objects(edits.get(group)):
                yield from _others(entry, group)


def _others(record: dict[str, Any], kind: str) -> Iterator[str]:
    yield from (str(key)[:60] for key in record if str(key).lower() not in _FIELDS[kind])


def later_features(data: dict[str, Any]) -> tuple[str, ...]:
    """Return what the spec uses that came after the first CDI, named as in compat_data/features.json."""
    devices = _objects(data.get("devices"))
    every = [e for e in (part.get("containerEdits") for part in (data, *devices)) if isinstance(e, dict)]
    nodes = [node for edits in every for node in _objects(edits.get("deviceNodes"))]
    mounts = [mount for edits in every for mount in _objects(edits.get("mounts"))]
    used = {
        "mount_type": any(mount.get("type") for mount in mounts),
        "device_host_path": any(node.get("hostPath") for node in nodes),
        "device_name_with_digit_first": any(str(d.get("name"))[:1].isdigit() for d in devices),
        "annotations": any(part.get("annotations") for part in (data, *devices)),
        "dot_in_class": "." in str(data.get("kind") or "").partition("/")[2],
        "intel_rdt": any(_given(edits, "intelRdt") for edits in every),
        "additional_gids": any(_given(edits, "additionalGids") for edits in every),
        "net_devices": any(_given(edits, "netDevices") for edits in every),
    }
    return tuple(name for name, there in used.items() if there)


def _given(edits: dict[str, Any], field: str) -> bool:
    return any(str(key).lower() == field.lower() and value for key, value in edits.items())


def _objects(value: Any) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
