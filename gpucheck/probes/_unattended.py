"""What upgrades packages of this host by itself: unattended-upgrades, or dnf-automatic.

https://github.com/mvo5/unattended-upgrades (README.md),
https://dnf.readthedocs.io/en/latest/automatic.html,
https://dnf5.readthedocs.io/en/latest/dnf5_plugins/automatic.8.html
"""

import re
from collections.abc import Iterable
from configparser import ConfigParser, Error

from gpucheck.model.driver import UnattendedUpgrades
from gpucheck.model.fact import Absent, Fact, Known, Reason, Unavailable
from gpucheck.probes._apt_conf import FOLDER, Settings, apt_settings
from gpucheck.system.ports import Files

_APT_PROGRAM = "/usr/bin/unattended-upgrade"
_DNF_CONFIGS = ("/etc/dnf/automatic.conf", "/etc/dnf/dnf5-plugins/automatic.conf")
_DNF_LOCKS = ("/etc/dnf/plugins/versionlock.list", "/etc/dnf/versionlock.toml")
_DNF_CONFIG = "/etc/dnf/dnf.conf"
_TRUE = {"1", "yes", "true", "on"}
# a pattern of these characters means the same to Python's regular expressions as to a shell
_PLAIN = re.compile(r"\^?(?P<begin>[\w+-]*)(?P<any>\.\*)?(?P<end>\$)?")


def apt_upgrades(files: Files) -> Fact[UnattendedUpgrades]:
    """Return what unattended-upgrades is told; absent where it is not installed or switched off."""
    if not files.exists(_APT_PROGRAM):
        return Absent((_APT_PROGRAM,))
    settings = apt_settings(files)
    if not isinstance(settings, Known):
        return settings
    if not is_on(settings.value):
        return Absent((f"{settings.source}: APT::Periodic::Unattended-Upgrade",))
    return Known(apt_plan(settings.value), FOLDER)


def is_on(settings: Settings) -> bool:
    """Return whether apt's daily service runs unattended-upgrades: an interval in days, or always."""
    interval = _last(settings, "apt::periodic::unattended-upgrade", "0")
    return interval not in {"", "0"} and _last(settings, "apt::periodic::enable", "1") != "0"


def apt_plan(settings: Settings) -> UnattendedUpgrades:
    """Return the sources of packages that are upgraded, and those that are left alone."""
    listed = settings.get("unattended-upgrade::package-blacklist", [])
    origins = ("allowed-origins", "origins-pattern")
    kept = [glob(pattern) for pattern in listed]
    return UnattendedUpgrades(
        "unattended-upgrades",
        kept=tuple(pattern for pattern in kept if pattern),
        unclear=tuple(one for one, pattern in zip(listed, kept, strict=True) if not pattern),
        origins=tuple(one for key in origins for one in settings.get(f"unattended-upgrade::{key}", [])),
        reboots=_last(settings, "unattended-upgrade::automatic-reboot", "false").lower() in _TRUE,
    )


def glob(pattern: str) -> str:
    """Return the shell pattern for a regular expression that matches from the beginning of a name.

    Empty where it is more than literal text, ``.*`` and ``$``.
    """
    found = _PLAIN.fullmatch(pattern)
    if found is None:
        return ""
    return found["begin"] if found["end"] and not found["any"] else f"{found['begin']}*"


def _last(settings: Settings, name: str, default: str) -> str:
    return (settings.get(name) or [default])[-1]


def dnf_upgrades(files: Files) -> Fact[UnattendedUpgrades]:
    """Return what dnf-automatic is told; absent where it is not there or only downloads."""
    texts = [files.text(path) for path in _DNF_CONFIGS]
    refused = next((text for text in texts if isinstance(text, Unavailable)), None)
    known = next((text for text in texts if isinstance(text, Known)), None)
    if known is None:
        return refused or Absent(_DNF_CONFIGS)
    try:
        kind = parse_automatic(known.value)
    except ValueError as error:
        return Unavailable(Reason.MALFORMED, f"{known.source}: {error}")
    if not kind:
        return Absent((f"{known.source}: apply_updates",))
    kept = (*_locked(files), *_excluded(files.text(_DNF_CONFIG).get("")))
    return Known(UnattendedUpgrades("dnf-automatic", kept=kept, origins=(kind,)), known.source)


def parse_automatic(text: str) -> str:
    """Return the upgrade type (default, security) that is applied; '' where none is.

    Raises ValueError where it is no such file.
    """
    settings = ConfigParser(interpolation=None, strict=False)
    try:
        settings.read_string(text)
    except Error as error:
        raise ValueError(str(error).partition("\n")[0]) from None
    applied = settings.get("commands", "apply_updates", fallback="no").lower() in _TRUE
    return settings.get("commands", "upgrade_type", fallback="default") if applied else ""


def _locked(files: Files) -> Iterable[str]:
    yield from parse_versionlock(files.text(_DNF_LOCKS[0]).get(""))
    yield from re.findall(r'^\s*name\s*=\s*"([^"\n]+)"', files.text(_DNF_LOCKS[1]).get(""), re.MULTILINE)


def parse_versionlock(text: str) -> list[str]:
    """Return the names in lines NAME-EPOCH:VERSION-RELEASE.ARCH; a line with ! locks nothing."""
    lines = (line.strip() for line in text.splitlines())
    specs = [line for line in lines if line and line[0] not in "#!"]
    return [re.sub(r"-(\d+:)?[\d*][^-]*-[^-]+$", "", spec) for spec in specs]


def _excluded(text: str) -> list[str]:
    found = re.findall(r"^\s*exclude(?:pkgs)?\s*[=:]\s*(.+)$", text, re.MULTILINE)
    return [name for line in found for name in re.split(r"[\s,]+", line.strip()) if name]
