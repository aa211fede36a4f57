"""The NVIDIA driver as the kernel, the disk and the loader see it."""

from dataclasses import dataclass, field

from gpucheck.model.fact import Fact, not_collected


@dataclass(frozen=True, slots=True)
class ModuleFile:
    """One nvidia.ko on disk (nvidia.ko.xz, .zst, .gz too), and what its .modinfo says."""

    path: str
    version: Fact[str] = field(default_factory=not_collected)
    flavour: Fact[str] = field(default_factory=not_collected)  # open | proprietary
    signed: Fact[bool] = field(default_factory=not_collected)  # a signature is appended


@dataclass(frozen=True, slots=True)
class InstalledKernel:
    """A kernel under /lib/modules, with the NVIDIA module built for it, if any."""

    release: str
    bootable: bool  # a kernel image of this release is in /boot (or beside its modules)
    modules: tuple[ModuleFile, ...]
    headers: bool  # build files are there, so that DKMS could build for it


@dataclass(frozen=True, slots=True)
class DkmsBuild:
    """One kernel in DKMS' tree for one NVIDIA module version."""

    module: str
    version: str
    kernel: str  # empty: added, not built for any kernel
    state: str  # added | built | installed | failed
    log: str = ""  # path of make.log where the build failed


@dataclass(frozen=True, slots=True)
class ModprobeRule:
    """One line of modprobe.d that touches nvidia, nouveau or nova."""

    path: str
    line: int
    directive: str  # blacklist | options | install | alias | softdep
    module: str
    text: str


@dataclass(frozen=True, slots=True)
class LoadRule:
    """One line outside modprobe.d that loads an NVIDIA module, or runs nvidia-modprobe, at boot."""

    path: str
    line: int
    text: str


@dataclass(frozen=True, slots=True)
class ProcVersion:
    """The parsed first line of /proc/driver/nvidia/version."""

    version: str
    flavour: str  # open | proprietary
    text: str


@dataclass(frozen=True, slots=True)
class Driver:
    """The NVIDIA kernel module now in the kernel."""

    loaded_modules: Fact[tuple[str, ...]] = field(default_factory=not_collected)
    module_version: Fact[str] = field(default_factory=not_collected)  # /sys/module/nvidia/version
    proc_version: Fact[ProcVersion] = field(default_factory=not_collected)
    parameters: Fact[dict[str, str]] = field(default_factory=not_collected)


@dataclass(frozen=True, slots=True)
class Kernels:
    """What is on disk for this kernel and for the others that could boot."""

    installed: Fact[tuple[InstalledKernel, ...]] = field(default_factory=not_collected)
    next_boot: Fact[str] = field(default_factory=not_collected)  # release; the source says how it was found
    dkms: Fact[tuple[DkmsBuild, ...]] = field(default_factory=not_collected)
    modprobe: Fact[tuple[ModprobeRule, ...]] = field(default_factory=not_collected)
    # what loads NVIDIA's modules at boot beside modprobe.d: modules-load.d, udev rules, initramfs-tools
    load_rules: Fact[tuple[LoadRule, ...]] = field(default_factory=not_collected)
    # driver versions whose GSP firmware is in a firmware folder
    gsp_firmware: Fact[tuple[str, ...]] = field(default_factory=not_collected)


@dataclass(frozen=True, slots=True)
class ServiceUnit:
    """A systemd unit; the words are systemd's own (systemctl show)."""

    name: str
    load_state: str  # loaded | not-found | masked
    active_state: str  # active | inactive | failed | activating
    unit_file_state: str  # enabled | disabled | static | masked | empty
    result: str  # success | exit-code | …


@dataclass(frozen=True, slots=True)
class Services:
    """States of the units GPU containers depend on; absent: no systemd here."""

    units: Fact[tuple[ServiceUnit, ...]] = field(default_factory=not_collected)


@dataclass(frozen=True, slots=True)
class KernelMessage:
    """One kernel log line about the NVIDIA driver."""

    seconds: float  # since boot; negative: unknown
    text: str


@dataclass(frozen=True, slots=True)
class StuckProcess:
    """A process in uninterruptible sleep (state D) inside an NVIDIA function."""

    pid: int
    command: str
    waiting_in: str


@dataclass(frozen=True, slots=True)
class KernelLog:
    """NVIDIA lines of the kernel log since boot (bounded), and processes stuck in the driver."""

    messages: Fact[tuple[KernelMessage, ...]] = field(default_factory=not_collected)
    stuck_processes: Fact[tuple[StuckProcess, ...]] = field(default_factory=not_collected)


@dataclass(frozen=True, slots=True)
class DeviceNode:
    """One node under /dev, and whether this process may open it."""

    path: str
    kind: str  # char | other
    mode: int  # permission bits
    uid: int
    gid: int
    major: int
    minor: int
    readable: bool
    writable: bool
    char_link: bool  # /dev/char/MAJOR:MINOR leads here
    selinux_type: str = ""  # of its SELinux label: xserver_misc_device_t; '' without one


@dataclass(frozen=True, slots=True)
class DeviceNodes:
    """The NVIDIA nodes under /dev, and the majors the kernel gave out."""

    nodes: Fact[tuple[DeviceNode, ...]] = field(default_factory=not_collected)
    majors: Fact[dict[str, int]] = field(default_factory=not_collected)  # /proc/devices, nvidia* only


@dataclass(frozen=True, slots=True)
class LibraryFile:
    """One shared library: the name it was found by and the file behind it."""

    path: str
    real_path: str
    version: Fact[str] = field(default_factory=not_collected)  # from the real file's name
    found_by: str = ""  # ldcache | wsl | nix | driver-root | directory


@dataclass(frozen=True, slots=True)
class Libraries:
    """The driver's user-space libraries as the loader would find them."""

    libnvidia_ml: Fact[LibraryFile] = field(default_factory=not_collected)
    libcuda: Fact[LibraryFile] = field(default_factory=not_collected)
    # every libnvidia-ml/libcuda in the usual places: more than one version is a mixture
    all_found: Fact[tuple[LibraryFile, ...]] = field(default_factory=not_collected)


@dataclass(frozen=True, slots=True)
class Package:
    """An installed package that belongs to the driver, the toolkit or an engine."""

    name: str
    version: str
    state: str  # installed | half-configured | config-files | held
    source: str = ""  # the source package it was built from, where dpkg says so
    vendor: str = ""  # who built it, where rpm says so


@dataclass(frozen=True, slots=True)
class PackageChange:
    """One entry of the package manager's log about such a package."""

    time: int  # seconds since the epoch
    action: str  # install | upgrade | remove
    name: str
    version: str


@dataclass(frozen=True, slots=True)
class RunfileDriver:
    """A driver that NVIDIA's .run installer put on this host, past the package manager."""

    version: str


@dataclass(frozen=True, slots=True)
class Repository:
    """One entry of apt's list of repositories that leads to NVIDIA."""

    path: str
    line: int
    uri: str
    suite: str
    signed_by: str = ""  # path of the keyring; "inline" for a key in the entry itself; empty: none named
    key_there: bool = True  # whether that keyring exists


@dataclass(frozen=True, slots=True)
class UnattendedUpgrades:
    """What upgrades packages by itself, and which packages it leaves alone."""

    program: str  # unattended-upgrades | dnf-automatic
    kept: tuple[str, ...] = ()  # packages it must not upgrade: names and shell patterns
    unclear: tuple[str, ...] = ()  # further such patterns that are more than that, as they are written
    origins: tuple[str, ...] = ()  # what it upgrades: apt's origins as written; dnf: default, security
    reboots: bool = False  # it reboots the host where an upgrade asks for it


@dataclass(frozen=True, slots=True)
class Packages:
    """What the package manager says, and what was installed past it."""

    manager: Fact[str] = field(default_factory=not_collected)  # dpkg | rpm | pacman | apk
    installed: Fact[tuple[Package, ...]] = field(default_factory=not_collected)
    changes: Fact[tuple[PackageChange, ...]] = field(default_factory=not_collected)
    runfile_driver: Fact[RunfileDriver] = field(default_factory=not_collected)  # absent: none
    unattended_upgrades: Fact[UnattendedUpgrades] = field(default_factory=not_collected)  # absent: off
    repositories: Fact[tuple[Repository, ...]] = field(default_factory=not_collected)  # apt's only
