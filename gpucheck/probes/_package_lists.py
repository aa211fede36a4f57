"""What package managers write down: installed packages of ours, and when they changed."""

import re
from collections.abc import Callable, Iterator

from gpucheck.model.driver import Package, PackageChange

# packages of the driver, the toolkit and the engines, as Debian, Ubuntu, Fedora, SUSE and Arch name them
PATTERNS = (
    "nvidia*",
    "libnvidia*",
    "libcuda*",
    "cuda-drivers*",
    "cuda-compat*",
    "linux-modules-nvidia*",
    "linux-objects-nvidia*",
    "linux-signatures-nvidia*",
    "xserver-xorg-video-nvidia*",
    "xorg-x11-drv-nvidia*",
    "kmod-nvidia*",
    "akmod-nvidia*",
    "docker*",
    "moby*",
    "containerd*",
    "podman*",
)
_STARTS = tuple(pattern.rstrip("*") for pattern in PATTERNS)
MOST_CHANGES = 200
_PARAGRAPH = re.compile(
    rb"^Package: ((?:" + b"|".join(re.escape(s).encode() for s in _STARTS) + rb")\S*)\n(.*?)(?:\n\n|\Z)",
    re.MULTILINE | re.DOTALL,
)
# what dpkg(1) calls a package that is neither whole nor gone
_BROKEN = {"half-installed", "half-configured", "unpacked"}
_WHOLE = {"installed", "triggers-awaited", "triggers-pending"}
_DPKG_LOG = re.compile(
    r"^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) (install|upgrade|remove|purge) ([^\s:]+)\S* (\S+) (\S+)", re.MULTILINE
)
_PACMAN_LOG = re.compile(
    r"^\[(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d{4})\] \[ALPM\] "
    r"(installed|upgraded|downgraded|reinstalled|removed) (\S+) \((?:\S+ -> )?(\S+)\)",
    re.MULTILINE,
)
_PACMAN_ACTIONS = {"installed": "install", "reinstalled": "install", "removed": "remove"}
_RPM_FIELDS = 4
_NOTHING = "(none)"  # as rpm prints a tag that is not there


def is_ours(name: str) -> bool:
    """Return whether a package belongs to the driver, the toolkit or an engine."""
    return name.startswith(_STARTS)


def parse_dpkg_status(data: bytes) -> tuple[Package, ...]:
    """Return our packages of /var/lib/dpkg/status; a foreign architecture is part of the name."""
    return tuple(_dpkg_packages(data))


def _dpkg_packages(data: bytes) -> Iterator[Package]:
    for name, body in _PARAGRAPH.findall(data):
        fields = _fields(body.decode("utf-8", "replace"))
        state = _dpkg_state(fields.get("Status", ""))
        if state:
            foreign = ":i386" if fields.get("Architecture") == "i386" else ""
            source = fields.get("Source", "").partition(" ")[0]  # a version may follow it
            yield Package(name.decode() + foreign, fields.get("Version", ""), state, source)


def _fields(text: str) -> dict[str, str]:
    pairs = (line.partition(":") for line in text.splitlines() if not line.startswith(" "))
    return {name: value.strip() for name, _, value in pairs}


def _dpkg_state(status: str) -> str:
    """Return our word for dpkg's three: what is wanted, error flag, state; '' if it is not there."""
    words = status.split()
    wanted, state = (words[0], words[-1]) if words else ("", "")
    if state in _WHOLE:
        return "held" if wanted == "hold" else "installed"
    if state in _BROKEN:
        return "half-configured"
    return "config-files" if state == "config-files" else ""


def parse_dpkg_log(text: str, epoch: Callable[[str], int]) -> tuple[PackageChange, ...]:
    """Return our changes of dpkg.log, oldest first; ``epoch`` turns its local time into seconds."""
    return tuple(
        PackageChange(
            time=epoch(when),
            action="remove" if action == "purge" else action,
            name=name,
            version=old if action in {"remove", "purge"} else new,
        )
        for when, action, name, old, new in _DPKG_LOG.findall(text)
        if is_ours(name)
    )


def parse_rpm(text: str) -> list[tuple[Package, PackageChange]]:
    """Return package and installation of each line.

    It is ``NAME<tab>VERSION-RELEASE<tab>INSTALLTIME<tab>VENDOR``.
    """
    found = []
    for line in sorted(text.splitlines()):
        parts = line.split("\t")
        if len(parts) == _RPM_FIELDS and parts[2].isdecimal() and is_ours(parts[0]):
            change = PackageChange(int(parts[2]), "install", parts[0], parts[1])
            vendor = "" if parts[3] == _NOTHING else parts[3]
            found.append((Package(parts[0], parts[1], "installed", vendor=vendor), change))
    return found


def parse_pacman_folders(names: tuple[str, ...]) -> tuple[Package, ...]:
    """Return our packages of the folder names NAME-VERSION-RELEASE in /var/lib/pacman/local."""
    split = (name.rsplit("-", 2) for name in names if is_ours(name) and name.count("-") > 1)
    return tuple(Package(name, f"{version}-{release}", "installed") for name, version, release in split)


def parse_pacman_log(text: str, epoch: Callable[[str], int]) -> tuple[PackageChange, ...]:
    """Return our changes of pacman.log, oldest first."""
    return tuple(
        PackageChange(epoch(when), _PACMAN_ACTIONS.get(action, "upgrade"), name, version)
        for when, action, name, version in _PACMAN_LOG.findall(text)
        if is_ours(name)
    )


def parse_apk_installed(text: str) -> tuple[Package, ...]:
    """Return our packages of apk's database: P: and V: lines, a blank line between packages."""
    blocks = (_fields(block) for block in text.split("\n\n"))
    return tuple(Package(b["P"], b.get("V", ""), "installed") for b in blocks if is_ours(b.get("P", "")))
