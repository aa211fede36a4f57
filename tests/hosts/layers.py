"""The layers of which a host is made: a base, what a kind of fault changes on it, and the scenario itself.

A layer is a folder with ``layer.toml`` (or ``scenario.toml``) and, beside it, ``root/``: files as they lie
on the host. The TOML holds what a folder in git cannot: device nodes, sockets, binaries, times, and what
programs, NVML and engines answer.

    base = ["ubuntu_2404_docker"]  layers below this one, in tests/hosts/base
    words = {driver = "580.95.05"} what ${driver} stands for, here and in the layers below
    remove = ["/proc/driver/nvidia"]  what the layers below have and this host has not
    directories, closed            empty folders; paths this user may not read
    user = {uid, groups, settings} who looks (settings: variables of the environment)
    gpus = "t4"                    what NVML and CUDA answer: a preset of tests/fakes/scenarios.py
    nvml, dmesg                    lines that change that; lines of the kernel's log
    library, loader_cache          where the loader finds libcuda, if not first in its cache; false: it has none
    secure_boot                    what the firmware says of it
    now, patience                  seconds after boot at which gpucheck looks; how long a probe may take
    files = {PATH = text}          short files, instead of root/
    links = {PATH = target}        symbolic links
    programs = {PATH = text}       what each prints for its version
    commands = {"PATH words" = text}  what a program prints when called so
    units = {NAME = {active, enabled, load, result}}  of systemd
    times = {PATH = seconds after boot}  when a file was written, negative: before
    sockets, nodes, modules, libraries, pci, processes, cdi, engines  see tests/hosts/entries.py

A later layer wins, entry by entry.
"""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_NAME = re.compile(r"\$\{(\w+)\}")
HERE = Path(__file__).parent
_OWN = {"title", "case", "cause", "verdict", "warns", "says"}  # of the scenario, not of its host


@dataclass(frozen=True)
class Layer:
    """One layer: its folder of files, and its declarations."""

    folder: Path
    says: dict[str, Any]
    words: dict[str, str] = field(default_factory=dict)


def read_toml(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def layers_of(folder: Path) -> list[Layer]:
    """Return the layers of a host, the lowest first."""
    found = list(_stacked(folder))
    words = {name: text for layer in found for name, text in layer.says.pop("words", {}).items()}
    return [Layer(layer.folder, expanded(layer.says, words), words) for layer in found]


def _stacked(folder: Path) -> Iterator[Layer]:
    (file,) = [path for name in ("layer.toml", "scenario.toml") if (path := folder / name).is_file()]
    says = read_toml(file)
    for name in says.pop("base", []):
        yield from _stacked(HERE / "base" / name)
    yield Layer(folder, {key: says[key] for key in says.keys() - _OWN})


def expanded(value: Any, words: dict[str, str]) -> Any:
    """Return a value with the words in place of their names, in keys as well."""
    if isinstance(value, str):
        return _NAME.sub(lambda found: words.get(found[1], found[0]), value)
    if isinstance(value, list):
        return [expanded(item, words) for item in value]
    if isinstance(value, dict):
        return {expanded(key, words): expanded(item, words) for key, item in value.items()}
    return value
