"""What loads NVIDIA's modules at boot, beside modprobe.d: modules-load.d, udev, initramfs, units.

https://man7.org/linux/man-pages/man5/modules-load.d.5.html, udev(7), initramfs-tools(7),
mkinitcpio.conf(5), dracut.conf(5)
"""

import re
from collections.abc import Iterator

from gpucheck.model.driver import LoadRule
from gpucheck.model.fact import Fact, Known, Unavailable
from gpucheck.system.ports import Files

_FILES = ("/etc/modules", "/etc/initramfs-tools/modules", "/etc/mkinitcpio.conf", "/etc/rc.local")
_NAMED = re.compile(r"nvidia|cuda|gpu", re.IGNORECASE)
_ANY = re.compile("")
# folders, the end of the names that count, and which names: the distribution's own are many
_FOLDERS = (
    ("/etc/modules-load.d", ".conf", _ANY),
    ("/run/modules-load.d", ".conf", _ANY),
    ("/usr/local/lib/modules-load.d", ".conf", _ANY),
    ("/usr/lib/modules-load.d", ".conf", _ANY),
    ("/lib/modules-load.d", ".conf", _ANY),
    ("/etc/mkinitcpio.conf.d", ".conf", _ANY),
    ("/etc/dracut.conf.d", ".conf", _ANY),
    ("/usr/lib/dracut/dracut.conf.d", ".conf", _NAMED),
    ("/etc/udev/rules.d", ".rules", _ANY),
    ("/run/udev/rules.d", ".rules", _ANY),
    ("/usr/lib/udev/rules.d", ".rules", _NAMED),
    ("/lib/udev/rules.d", ".rules", _NAMED),
    ("/etc/systemd/system", ".service", _ANY),
    ("/usr/lib/systemd/system", ".service", _NAMED),
    ("/lib/systemd/system", ".service", _NAMED),
)
# only these parts of a line are kept: the rest is none of our business
_TELLING = re.compile(
    r"nvidia-modprobe(?: +-[-\w=]+| +\d+)*|modprobe (?:-\S+ +)*nvidia[-\w]*|nvidia[-_](?:uvm|modeset|drm)\b"
    r"|nvidia-ctk system create[-\w]*(?: +-[-\w=]+)*"
)
_MOST_FILES = 400
_MOST_RULES = 100
_MOST_PARTS = 10


def load_rules(files: Files) -> Fact[tuple[LoadRule, ...]]:
    """Return the telling lines; unavailable where one of the places could not be read."""
    found: dict[str, LoadRule] = {}
    for path in _paths(files):
        if isinstance(path, Unavailable):
            return path
        text = files.text(path)
        if isinstance(text, Unavailable):
            return text
        for rule in parse_load_rules(text.get(""), path):
            # /lib is a link to /usr/lib on most hosts: the same line is kept once
            found.setdefault(f"{path.removeprefix('/usr')}:{rule.line}", rule)
    return Known(tuple(found.values())[:_MOST_RULES], "modules-load.d · udev · initramfs · systemd")


def _paths(files: Files) -> Iterator[str | Unavailable]:
    yield from (path for path in _FILES if _is_file(files, path))
    for folder, ending, wanted in _FOLDERS:
        names = files.entries(folder)
        if isinstance(names, Unavailable):
            yield names
        chosen = [name for name in names.get(()) if name.endswith(ending) and wanted.search(name)]
        for name in chosen[:_MOST_FILES]:
            if _is_file(files, f"{folder}/{name}"):
                yield f"{folder}/{name}"


def _is_file(files: Files, path: str) -> bool:
    """Return whether it is a file; a masked unit is a link to /dev/null."""
    status = files.status(path)
    return isinstance(status, Known) and status.value.kind == "file"


def parse_load_rules(text: str, path: str) -> list[LoadRule]:
    """Return the lines that load a module of NVIDIA's or run what does."""
    lines = ((number, line.partition("#")[0]) for number, line in enumerate(text.splitlines(), 1))
    told = ((number, _TELLING.findall(line)[:_MOST_PARTS]) for number, line in lines)
    return [LoadRule(path, number, ", ".join(parts)) for number, parts in told if parts]
