"""The NVIDIA nodes under /dev: what they are, who may open them, and the majors behind them."""

import re
from collections.abc import Iterator

from gpucheck.model.driver import DeviceNode
from gpucheck.model.fact import Fact, Known, Unavailable
from gpucheck.probes._base import Part, Probe
from gpucheck.probes._read import is_running, parsed, running_text
from gpucheck.system.ports import System, not_live

_DEV = "/dev"
# folder -> how many of its nodes are listed; a multi-node NVLink host has 2,048 IMEX channels
_FOLDERS = {"nvidia-caps": 1_024, "nvidia-caps-imex-channels": 16}
_MOST_NODES = 1_024
_CHARACTER = re.compile(r"Character devices:\n(.*?)(?:\n\n|\Z)", re.DOTALL)
_MAJOR = re.compile(r"^\s*(\d+) (nvidia\S*)$", re.MULTILINE)


def run(system: System) -> Iterator[Part]:
    """Yield the facts of the section."""
    yield "majors", parsed(running_text(system, "/proc/devices"), parse_majors)
    yield "nodes", _nodes(system)


PROBE = Probe(section="device_nodes", run=run)


def _nodes(system: System) -> Fact[tuple[DeviceNode, ...]]:
    if not is_running(system, _DEV):
        return not_live()
    names = system.files.entries(_DEV)
    if not isinstance(names, Known):
        return names
    paths = [f"{_DEV}/{name}" for name in names.value if _is_node(name)][:_MOST_NODES]
    for folder, most in _FOLDERS.items():
        inside = system.files.entries(f"{_DEV}/{folder}")
        if isinstance(inside, Unavailable):
            return inside
        paths += [f"{_DEV}/{folder}/{name}" for name in inside.get(())[:most]]
    nodes = (_node(system, path) for path in paths)
    return Known(tuple(node for node in nodes if node is not None), _DEV)


def _is_node(name: str) -> bool:
    return name == "dxg" or (name.startswith("nvidia") and name not in _FOLDERS)


def _node(system: System, path: str) -> DeviceNode | None:
    """Return the node; None if it went away meanwhile."""
    files = system.files
    found = files.status(path)
    if not isinstance(found, Known):
        return None
    status = found.value
    is_char = status.kind == "char"
    return DeviceNode(
        path=path,
        kind="char" if is_char else "other",
        mode=status.mode,
        uid=status.uid,
        gid=status.gid,
        major=status.major,
        minor=status.minor,
        readable=files.may(path, "r"),
        writable=files.may(path, "w"),
        char_link=is_char and files.resolve(f"{_DEV}/char/{status.major}:{status.minor}").get("") == path,
        selinux_type=_type(files.label(path).get("")),
    )


def _type(label: str) -> str:
    """Return the third field of user:role:type:level; '' where there is no label."""
    return "".join(label.split(":")[2:3])


def parse_majors(text: str) -> dict[str, int]:
    """Return the majors of NVIDIA's character devices in /proc/devices."""
    section = _CHARACTER.search(text)
    if section is None:
        raise ValueError("no character devices")
    return {name: int(major) for major, name in _MAJOR.findall(section[1])}
