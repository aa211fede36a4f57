"""The machine below the driver: operating system, kernel, firmware, PCI, who is looking."""

from dataclasses import dataclass, field

from gpucheck.model.fact import Fact, not_collected


@dataclass(frozen=True, slots=True)
class OsRelease:
    """The fields of os-release(5) that decide which package manager a remedy names."""

    id: str
    id_like: tuple[str, ...]
    version_id: str
    pretty_name: str


@dataclass(frozen=True, slots=True)
class Platform:
    """Facts of the operating system and of the process that looks at it."""

    os_release: Fact[OsRelease] = field(default_factory=not_collected)
    hostname: Fact[str] = field(default_factory=not_collected)
    kernel_release: Fact[str] = field(default_factory=not_collected)
    architecture: Fact[str] = field(default_factory=not_collected)  # as uname -m
    # none | kvm | qemu | vmware | hyperv | xen | virtualbox | amazon | google | wsl1 | wsl2 | unknown
    virtualization: Fact[str] = field(default_factory=not_collected)
    # none | docker | podman | lxc | kubernetes | containerd | systemd-nspawn | unknown
    container: Fact[str] = field(default_factory=not_collected)
    wsl_dxg: Fact[bool] = field(default_factory=not_collected)  # /dev/dxg is there
    wsl_libraries: Fact[tuple[str, ...]] = field(default_factory=not_collected)
    tegra_release: Fact[str] = field(default_factory=not_collected)  # /etc/nv_tegra_release
    secure_boot: Fact[bool] = field(default_factory=not_collected)  # absent: no EFI firmware
    key_enrolment_pending: Fact[bool] = field(default_factory=not_collected)  # a MOK waits for the next boot
    lockdown: Fact[str] = field(default_factory=not_collected)  # none | integrity | confidentiality
    kernel_command_line: Fact[str] = field(default_factory=not_collected)
    boot_time: Fact[int] = field(default_factory=not_collected)  # seconds since the epoch
    cgroup_version: Fact[str] = field(default_factory=not_collected)  # v1 | v2 | hybrid
    selinux: Fact[str] = field(default_factory=not_collected)  # enforcing | permissive | disabled
    # those by which SELinux lets containers use devices; absent: its policy for containers is not there
    selinux_booleans: Fact[dict[str, bool]] = field(default_factory=not_collected)
    bpf_jit_harden: Fact[int] = field(default_factory=not_collected)
    cgroup_bpf: Fact[bool] = field(default_factory=not_collected)  # CONFIG_CGROUP_BPF of the running kernel
    init_system: Fact[str] = field(default_factory=not_collected)  # comm of process 1
    uid: Fact[int] = field(default_factory=not_collected)
    groups: Fact[tuple[int, ...]] = field(default_factory=not_collected)
    python_version: Fact[str] = field(default_factory=not_collected)


@dataclass(frozen=True, slots=True)
class PciDevice:
    """One NVIDIA function on the PCI bus, as sysfs shows it with or without a driver."""

    address: str  # 0000:17:00.0
    device_id: str  # four lower-case hex digits, as in the PCI ID database
    subsystem_vendor_id: str
    subsystem_device_id: str
    class_code: str  # six hex digits: 030000 VGA, 030200 3D controller, 068000 bridge
    revision: str  # two hex digits; ff when the device has fallen off the bus
    driver: Fact[str] = field(default_factory=not_collected)  # absent: no driver bound
    responds: Fact[bool] = field(default_factory=not_collected)  # configuration space is not all ones
    link_width_now: Fact[int] = field(default_factory=not_collected)  # lanes
    link_width_max: Fact[int] = field(default_factory=not_collected)
    link_speed_now: Fact[float] = field(default_factory=not_collected)  # GT/s
    link_speed_max: Fact[float] = field(default_factory=not_collected)
    numa_node: Fact[int] = field(default_factory=not_collected)  # -1: the firmware does not say

    @property
    def is_gpu(self) -> bool:
        """Return whether this is a display or 3D controller (PCI base class 03)."""
        return self.class_code.startswith("03")

    @property
    def is_bridge(self) -> bool:
        """Return whether this is a bridge of class 0680: an NVSwitch, or an old nForce chipset's."""
        return self.class_code.startswith("0680")


@dataclass(frozen=True, slots=True)
class Pci:
    """Every NVIDIA GPU and NVSwitch on the bus (audio and USB functions of a card left out)."""

    devices: Fact[tuple[PciDevice, ...]] = field(default_factory=not_collected)
