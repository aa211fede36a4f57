"""How the running kernel was configured: whether BPF programs can be attached to cgroups."""

import re
import zlib
from collections.abc import Iterator

from gpucheck.model.fact import Absent, Fact, Known, Reason, Unavailable
from gpucheck.probes._read import is_running, parsed, running_text
from gpucheck.system.ports import System, not_live

_OWN = "/proc/config.gz"  # of kernels with CONFIG_IKCONFIG_PROC
# where distributions put the text: Debian, SUSE and others; Fedora and its kin; ostree
_COPIES = ("/boot/config-{}", "/lib/modules/{}/config", "/usr/lib/ostree-boot/config-{}")
_LARGEST = 2 << 20  # bytes of a configuration, unpacked; those of 2026 have 0.3 MB
_GZIP = 16 + zlib.MAX_WBITS
_OPTION = re.compile(r"^(?:CONFIG_CGROUP_BPF=(\w+)|# CONFIG_CGROUP_BPF is not set)$", re.MULTILINE)


def cgroup_bpf(system: System) -> Fact[bool]:
    """Return whether the kernel has CONFIG_CGROUP_BPF; absent where its configuration is nowhere."""
    if not is_running(system, _OWN):
        return not_live()
    looked: list[str] = []
    for path, text in _texts(system):
        if not isinstance(text, Absent):
            return parsed(text, parse_cgroup_bpf)
        looked.append(path)
    return Absent(tuple(looked))


def _texts(system: System) -> Iterator[tuple[str, Fact[str]]]:
    yield _OWN, parsed(system.files.data(_OWN), unpacked)
    release = running_text(system, "/proc/sys/kernel/osrelease")
    if isinstance(release, Unavailable):
        yield "", release
    for path in (copy.format(release.value) for copy in _COPIES if isinstance(release, Known)):
        found = system.files.text(path, _LARGEST)
        # unlike /proc/config.gz, a copy may be closed to users: /boot of hardened hosts
        is_closed = isinstance(found, Unavailable) and found.reason is Reason.NOT_PERMITTED
        yield path, Absent((path,)) if is_closed else found


def unpacked(data: bytes) -> str:
    """Return the text in a gzip file of bounded size; raises ValueError for anything else."""
    unpacking = zlib.decompressobj(_GZIP)
    try:
        text = unpacking.decompress(data, _LARGEST)
    except zlib.error as error:
        raise ValueError(str(error)) from None
    if not unpacking.eof:
        raise ValueError("cut off, or too large")
    return text.decode("utf-8", "replace")


def parse_cgroup_bpf(text: str) -> bool:
    """Return the option of a kernel's configuration; one that the kernel does not have is off.

    Raises ValueError where the text is no configuration.
    """
    if "CONFIG_" not in text:
        raise ValueError("no CONFIG_ line")
    found = _OPTION.search(text)
    return found is not None and found[1] == "y"
