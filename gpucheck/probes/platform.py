"""Operating system, kernel, firmware, confinement, and who is looking."""

import re
from collections.abc import Iterator

from gpucheck.model.fact import Absent, Fact, Known, Reason, Unavailable
from gpucheck.model.platform import OsRelease
from gpucheck.probes._architecture import architecture
from gpucheck.probes._base import Part, Probe
from gpucheck.probes._kernel_config import cgroup_bpf
from gpucheck.probes._read import is_running, parsed, running, running_text, whole_number
from gpucheck.probes._virtualization import container, virtualization
from gpucheck.system.ports import System, not_live

_OS_RELEASE = ("/etc/os-release", "/usr/lib/os-release")
_WSL_LIBRARIES = "/usr/lib/wsl/lib"
_TEGRA = "/etc/nv_tegra_release"
_DEVICE_TREE = "/proc/device-tree/compatible"
_EFI = "/sys/firmware/efi"
# GUIDs: EFI_GLOBAL_VARIABLE of the UEFI specification; shim's own
_SECURE_BOOT = f"{_EFI}/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c"
_SHIM_STATE = f"{_EFI}/efivars/MokSBStateRT-605dab50-e046-4300-abb6-3dd810dd8b23"
# keys that mokutil --import left for the next boot; both are gone when that has dealt with them
_NEW_KEYS = {f"{name}-605dab50-e046-4300-abb6-3dd810dd8b23" for name in ("MokNew", "MokAuth")}
_BOOLEANS = "/sys/fs/selinux/booleans"
# of container-selinux; the second is of later releases and covers NVIDIA's nodes alone
_FOR_DEVICES = ("container_use_devices", "container_use_xserver_devices")
_STAT_LIMIT = 16 << 20  # bytes; grows with interrupts times processors
_EFI_ATTRIBUTES = 4  # bytes before the value of a variable in efivarfs
# parameters that bear on GPUs keep their values; others may carry a password or a key
_TELLING = re.compile(
    r"nvidia|nouveau|nova|vfio|blacklist|iommu|pci|cgroup|lockdown|module|efi|video|modeset|BOOT_IMAGE|lsm|selinux",
    re.IGNORECASE,
)


def run(system: System) -> Iterator[Part]:
    """Yield the facts of the section; all are files that answer at once."""
    yield "uid", Known(system.process.uid, "geteuid")
    yield "groups", Known(system.process.groups, "getgroups")
    yield "python_version", Known(system.process.python_version, "Python")
    yield "os_release", _os_release(system)
    yield "hostname", _hostname(system)
    yield "kernel_release", running_text(system, "/proc/sys/kernel/osrelease")
    yield "architecture", architecture(system)
    yield "virtualization", virtualization(system)
    yield "container", container(system)
    yield "wsl_dxg", _dxg(system)
    yield "wsl_libraries", system.files.entries(_WSL_LIBRARIES)
    yield "tegra_release", _tegra(system)
    yield "secure_boot", _secure_boot(system)
    yield "key_enrolment_pending", _key_enrolment_pending(system)
    yield "lockdown", parsed(running_text(system, "/sys/kernel/security/lockdown"), parse_lockdown)
    yield "kernel_command_line", parsed(running_text(system, "/proc/cmdline"), without_secrets)
    yield "boot_time", parsed(running_text(system, "/proc/stat", _STAT_LIMIT), parse_boot_time)
    yield "cgroup_version", _cgroup_version(system)
    yield "selinux", _selinux(system)
    yield "selinux_booleans", _selinux_booleans(system)
    yield "bpf_jit_harden", parsed(running_text(system, "/proc/sys/net/core/bpf_jit_harden"), whole_number)
    yield "cgroup_bpf", cgroup_bpf(system)
    yield "init_system", running_text(system, "/proc/1/comm")


PROBE = Probe(section="platform", run=run)


def _os_release(system: System) -> Fact[OsRelease]:
    facts = [system.files.text(path) for path in _OS_RELEASE]
    found = next((fact for fact in facts if not isinstance(fact, Absent)), Absent(_OS_RELEASE))
    return parsed(found, parse_os_release)


def _hostname(system: System) -> Fact[str]:
    if system.live:
        return running_text(system, "/proc/sys/kernel/hostname")
    return parsed(system.files.text("/etc/hostname"), str.strip)


def _dxg(system: System) -> Fact[bool]:
    found = running(system, "/dev/dxg", system.files.status("/dev/dxg"))
    return parsed(found, lambda _: True)


def _tegra(system: System) -> Fact[str]:
    """Return the L4T release, or the chip the device tree names where the release file is gone."""
    release = parsed(system.files.text(_TEGRA), first_line)
    if not isinstance(release, Absent):
        return release
    chip = parsed(system.files.text(_DEVICE_TREE), parse_tegra_chip)
    return chip if isinstance(chip, Known) else Absent((_TEGRA, _DEVICE_TREE))


def _secure_boot(system: System) -> Fact[bool]:
    """Return whether the kernel must treat Secure Boot as on.

    It does not where shim was told to skip validation (mokutil --disable-validation): the kernel
    reads MokSBStateRT (efi_get_secureboot in drivers/firmware/efi/libstub/secureboot.c).
    """
    if not is_running(system, _EFI):
        return not_live()
    if not system.files.exists(_EFI):
        return Absent((_EFI,))
    enabled = parsed(system.files.data(_SECURE_BOOT), parse_efi_flag)
    if isinstance(enabled, Absent):
        if not system.files.entries(f"{_EFI}/efivars").get(()):
            return Unavailable(Reason.UNREADABLE, f"{_EFI}/efivars is not mounted here")
        return Known(False, f"{_EFI}/efivars holds no SecureBoot variable")
    if enabled == Known(True, _SECURE_BOOT):
        insecure = parsed(system.files.data(_SHIM_STATE), parse_efi_flag)
        if isinstance(insecure, Known) and insecure.value:
            return Known(False, f"{_SHIM_STATE} (shim skips validation)")
    return enabled


def _key_enrolment_pending(system: System) -> Fact[bool]:
    """Return whether shim will ask at the next boot whether to enrol a key (mokutil --list-new)."""
    names = running(system, _EFI, system.files.entries(f"{_EFI}/efivars"))
    if isinstance(names, Known) and not names.value:
        return Unavailable(Reason.UNREADABLE, f"{_EFI}/efivars is not mounted here")
    if isinstance(names, Absent) and system.files.exists(_EFI):
        return Unavailable(Reason.UNREADABLE, f"{_EFI}/efivars is not there")
    return parsed(names, lambda found: set(found) >= _NEW_KEYS)


def _cgroup_version(system: System) -> Fact[str]:
    top = "/sys/fs/cgroup"
    if not is_running(system, top):
        return not_live()
    files = system.files
    if files.exists(f"{top}/cgroup.controllers"):
        return Known("v2", f"{top}/cgroup.controllers")
    if files.exists(f"{top}/unified/cgroup.procs"):
        return Known("hybrid", f"{top}/unified")
    if files.exists(f"{top}/devices") or files.exists(f"{top}/memory"):
        return Known("v1", top)
    return Absent((f"{top}/cgroup.controllers", f"{top}/devices"))


def _selinux(system: System) -> Fact[str]:
    enforce = parsed(running_text(system, "/sys/fs/selinux/enforce"), parse_enforce)
    if isinstance(enforce, Known):
        return enforce
    configured = parsed(system.files.text("/etc/selinux/config"), parse_selinux_config)
    if not isinstance(configured, Known):
        return enforce
    if isinstance(enforce, Absent):
        return Known("disabled", "/sys/fs/selinux is absent")
    return enforce if system.live else configured


def _selinux_booleans(system: System) -> Fact[dict[str, bool]]:
    facts = {name: running_text(system, f"{_BOOLEANS}/{name}") for name in _FOR_DEVICES}
    known = {name: fact for name, fact in facts.items() if not isinstance(fact, Absent)}
    if not known:
        return Absent(tuple(f"{_BOOLEANS}/{name}" for name in facts))
    values = {}
    for name, fact in known.items():
        value = parsed(fact, parse_boolean)
        if not isinstance(value, Known):
            return value
        values[name] = value.value
    return Known(values, _BOOLEANS)


def parse_os_release(text: str) -> OsRelease:
    """Return the fields of os-release(5); raises ValueError if it names no distribution."""
    pairs = (line.split("=", 1) for line in text.splitlines() if "=" in line and not line.startswith("#"))
    fields = {key.strip(): value.strip().strip("\"'") for key, value in pairs}
    name = fields.get("ID") or fields.get("NAME", "").lower()
    if not name:
        raise ValueError("neither ID nor NAME is set")
    return OsRelease(
        id=name,
        id_like=tuple(fields.get("ID_LIKE", "").split()),
        version_id=fields.get("VERSION_ID", ""),
        pretty_name=fields.get("PRETTY_NAME") or fields.get("NAME", name),
    )


def first_line(text: str) -> str:
    """Return the first line without the comment sign it begins with."""
    return text.partition("\n")[0].lstrip("# ").strip()


def parse_tegra_chip(compatible: str) -> str:
    """Return e.g. tegra234 of the device tree's compatible list; raises ValueError elsewhere."""
    chip = re.search(r"nvidia,(tegra\d+)", compatible)
    if chip is None:
        raise ValueError("no Tegra")
    return chip[1]


def parse_efi_flag(data: bytes) -> bool:
    """Return a one-byte EFI variable as efivarfs shows it: four bytes of attributes, then the value."""
    if len(data) != _EFI_ATTRIBUTES + 1:
        raise ValueError(f"{len(data)} bytes, where {_EFI_ATTRIBUTES + 1} belong")
    return data[_EFI_ATTRIBUTES] == 1


def parse_lockdown(text: str) -> str:
    """Return the level in brackets of ``none [integrity] confidentiality``."""
    level = re.search(r"\[(\w+)\]", text)
    if level is None:
        raise ValueError(f"no level in brackets: {text[:60]!r}")
    return level[1]


def without_secrets(command_line: str) -> str:
    """Return the command line with the values of parameters that are none of our business dropped.

    What follows ``--`` is for init and left out.
    """
    words = command_line.split()
    end = words.index("--") if "--" in words else len(words)
    return " ".join(map(_shown_parameter, words[:end]))


def _shown_parameter(word: str) -> str:
    name, equals, _ = word.partition("=")
    return word if not equals or _TELLING.search(name) else f"{name}=…"


def parse_boot_time(stat: str) -> int:
    """Return btime of /proc/stat, in seconds since the epoch."""
    found = re.search(r"^btime (\d+)", stat, re.MULTILINE)
    if found is None:
        raise ValueError("no btime line")
    return int(found[1])


def parse_enforce(text: str) -> str:
    """Return the state /sys/fs/selinux/enforce stands for."""
    states = {"0": "permissive", "1": "enforcing"}
    if text not in states:
        raise ValueError(f"neither 0 nor 1: {text[:20]!r}")
    return states[text]


def parse_boolean(text: str) -> bool:
    """Return the value in force of ``0 1``, the one in force and the one that waits for its commit."""
    value = text.split()[:1]
    if value not in (["0"], ["1"]):
        raise ValueError(f"neither 0 nor 1: {text[:20]!r}")
    return value == ["1"]


def parse_selinux_config(text: str) -> str:
    """Return the state /etc/selinux/config asks for at boot."""
    found = re.search(r"^\s*SELINUX\s*=\s*(enforcing|permissive|disabled)\s*$", text, re.MULTILINE)
    if found is None:
        raise ValueError("no SELINUX= line")
    return found[1]
