from pathlib import Path
from typing import Any

import pytest

from gpucheck.model.fact import Absent, Known, Reason, Unavailable
from gpucheck.model.platform import OsRelease
from gpucheck.probes.platform import (
    PROBE,
    first_line,
    parse_boot_time,
    parse_efi_flag,
    parse_enforce,
    parse_lockdown,
    parse_os_release,
    parse_selinux_config,
    parse_tegra_chip,
    without_secrets,
)
from gpucheck.system.ports import not_live
from tests.probes.doubles import User, a_system, as_nobody, facts, put

UBUNTU = """PRETTY_NAME="Ubuntu 24.04.3 LTS"
NAME="Ubuntu"
VERSION_ID="24.04"
VERSION="24.04.3 LTS (Noble Numbat)"
ID=ubuntu
ID_LIKE=debian
HOME_URL="https://www.ubuntu.com/"
"""
ROCKY = """NAME="Rocky Linux"
# a comment=with an equals sign
ID="rocky"
ID_LIKE="rhel centos fedora"
VERSION_ID='9.4'
PRETTY_NAME="Rocky Linux 9.4 (Blue Onyx)"
"""
SECURE_BOOT = "/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c"
SHIM_STATE = "/sys/firmware/efi/efivars/MokSBStateRT-605dab50-e046-4300-abb6-3dd810dd8b23"


def fact(root: Path, name: str, **system: Any) -> Any:
    return facts(PROBE, a_system(root, **system))[name]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (UBUNTU, OsRelease("ubuntu", ("debian",), "24.04", "Ubuntu 24.04.3 LTS")),
        (ROCKY, OsRelease("rocky", ("rhel", "centos", "fedora"), "9.4", "Rocky Linux 9.4 (Blue Onyx)")),
        ('NAME="Arch Linux"\nID=arch\n', OsRelease("arch", (), "", "Arch Linux")),
        ("NAME=Homemade\n", OsRelease("homemade", (), "", "Homemade")),
    ],
)
def test_os_release(text: str, expected: OsRelease) -> None:
    assert parse_os_release(text) == expected


@pytest.mark.parametrize("text", ["", "\n", "no pairs here", "# ID=x\n", "ID=\nNAME=\n"])
def test_os_release_that_names_nothing(text: str) -> None:
    with pytest.raises(ValueError, match="neither ID nor NAME"):
        parse_os_release(text)


def test_os_release_of_etc_goes_before_that_of_usr(tmp_path: Path) -> None:
    put(tmp_path, "/usr/lib/os-release", ROCKY)
    assert fact(tmp_path, "os_release").source == "/usr/lib/os-release"
    put(tmp_path, "/etc/os-release", UBUNTU)
    assert fact(tmp_path, "os_release").value.id == "ubuntu"


def test_os_release_by_a_link_as_systemd_has_it(tmp_path: Path) -> None:
    put(tmp_path, "/usr/lib/os-release", UBUNTU)
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/os-release").symlink_to("../usr/lib/os-release")
    assert fact(tmp_path, "os_release") == Known(parse_os_release(UBUNTU), "/etc/os-release")


def test_os_release_missing_or_broken(tmp_path: Path) -> None:
    assert fact(tmp_path, "os_release") == Absent(("/etc/os-release", "/usr/lib/os-release"))
    put(tmp_path, "/etc/os-release", "")
    assert fact(tmp_path, "os_release") == Unavailable(
        Reason.MALFORMED, "/etc/os-release: neither ID nor NAME is set"
    )


def test_what_the_running_kernel_says(tmp_path: Path) -> None:
    put(tmp_path, "/proc/sys/kernel/osrelease", "6.8.0-49-generic\n")
    put(tmp_path, "/proc/sys/kernel/hostname", "node17\n")
    put(tmp_path, "/proc/sys/kernel/arch", "aarch64\n")
    put(tmp_path, "/proc/1/comm", "systemd\n")
    put(tmp_path, "/proc/sys/net/core/bpf_jit_harden", "2\n")
    put(tmp_path, "/proc/stat", "cpu  1 2 3\nintr 99 0\nbtime 1794740800\nprocesses 7\n")
    found = facts(PROBE, a_system(tmp_path))
    assert found["kernel_release"] == Known("6.8.0-49-generic", "/proc/sys/kernel/osrelease")
    assert found["hostname"] == Known("node17", "/proc/sys/kernel/hostname")
    assert found["architecture"] == Known("aarch64", "/proc/sys/kernel/arch")
    assert found["init_system"] == Known("systemd", "/proc/1/comm")
    assert found["bpf_jit_harden"] == Known(2, "/proc/sys/net/core/bpf_jit_harden")
    assert found["boot_time"] == Known(1_794_740_800, "/proc/stat")


def test_a_disk_mounted_elsewhere_tells_nothing_of_a_running_kernel(tmp_path: Path) -> None:
    put(tmp_path, "/etc/os-release", UBUNTU)
    put(tmp_path, "/etc/hostname", "node17\n")
    found = facts(PROBE, a_system(tmp_path, live=False))
    running = {
        "kernel_release", "virtualization", "wsl_dxg", "secure_boot", "lockdown", "kernel_command_line",
        "key_enrolment_pending", "boot_time", "cgroup_version", "selinux", "bpf_jit_harden", "init_system",
        "selinux_booleans", "cgroup_bpf",
    }  # fmt: skip
    assert {name for name, value in found.items() if value == not_live()} == running
    assert found["hostname"] == Known("node17", "/etc/hostname")
    assert found["container"] == Known("none", f"{tmp_path} is looked at from outside")


def test_proc_and_sys_below_a_root_are_read(tmp_path: Path) -> None:
    put(tmp_path, "/proc/stat", "btime 1794740800\n")
    put(tmp_path, "/proc/sys/kernel/osrelease", "6.8.0-49-generic\n")
    (tmp_path / "sys/kernel").mkdir(parents=True)
    found = facts(PROBE, a_system(tmp_path, live=False))
    assert found["kernel_release"].value == "6.8.0-49-generic"
    assert found["secure_boot"] == Absent(("/sys/firmware/efi",))


def test_who_looks(tmp_path: Path) -> None:
    found = facts(PROBE, a_system(tmp_path, user=User(uid=1000, groups=(44, 1000), python_version="3.10.1")))
    assert (found["uid"].value, found["groups"].value) == (1000, (44, 1000))
    assert found["python_version"].value == "3.10.1"


def test_wsl_device_and_libraries(tmp_path: Path) -> None:
    assert fact(tmp_path, "wsl_dxg") == Absent(("/dev/dxg",))
    assert fact(tmp_path, "wsl_libraries") == Absent(("/usr/lib/wsl/lib",))
    put(tmp_path, "/dev/dxg")
    put(tmp_path, "/usr/lib/wsl/lib/libcuda.so.1")
    assert fact(tmp_path, "wsl_dxg") == Known(True, "/dev/dxg")
    assert fact(tmp_path, "wsl_libraries") == Known(("libcuda.so.1",), "/usr/lib/wsl/lib")


def test_tegra_by_its_release_file(tmp_path: Path) -> None:
    line = "# R36 (release), REVISION: 4.3, GCID: 38968081, BOARD: generic, EABI: aarch64, DATE: Wed Jan  8"
    put(tmp_path, "/etc/nv_tegra_release", f"{line}\n# KERNEL_VARIANT: oot\n")
    assert fact(tmp_path, "tegra_release") == Known(line[2:], "/etc/nv_tegra_release")


def test_tegra_by_its_device_tree(tmp_path: Path) -> None:
    put(tmp_path, "/proc/device-tree/compatible", b"nvidia,p3737-0000+p3701-0005\0nvidia,tegra234\0")
    assert fact(tmp_path, "tegra_release") == Known("tegra234", "/proc/device-tree/compatible")


def test_another_board_with_a_device_tree_is_no_tegra(tmp_path: Path) -> None:
    put(tmp_path, "/proc/device-tree/compatible", b"raspberrypi,5-model-b\0brcm,bcm2712\0")
    assert fact(tmp_path, "tegra_release") == Absent(
        ("/etc/nv_tegra_release", "/proc/device-tree/compatible")
    )


def test_tegra_parsers() -> None:
    assert first_line("") == ""
    with pytest.raises(ValueError, match="no Tegra"):
        parse_tegra_chip("linux,dummy-virt")


def test_no_efi_no_secure_boot(tmp_path: Path) -> None:
    assert fact(tmp_path, "secure_boot") == Absent(("/sys/firmware/efi",))


def test_efi_whose_variables_are_not_mounted(tmp_path: Path) -> None:
    (tmp_path / "sys/firmware/efi/efivars").mkdir(parents=True)
    assert fact(tmp_path, "secure_boot") == Unavailable(
        Reason.UNREADABLE, "/sys/firmware/efi/efivars is not mounted here"
    )


def test_efi_without_the_variable(tmp_path: Path) -> None:
    put(tmp_path, "/sys/firmware/efi/efivars/BootCurrent-8be4df61", b"\x06\0\0\0\1\0")
    assert fact(tmp_path, "secure_boot") == Known(
        False, "/sys/firmware/efi/efivars holds no SecureBoot variable"
    )


@pytest.mark.parametrize(("byte", "expected"), [(b"\1", True), (b"\0", False)])
def test_secure_boot(tmp_path: Path, byte: bytes, *, expected: bool) -> None:
    put(tmp_path, SECURE_BOOT, b"\x06\0\0\0" + byte)
    assert fact(tmp_path, "secure_boot") == Known(expected, SECURE_BOOT)


@pytest.mark.parametrize(("byte", "expected"), [(b"\1", False), (b"\0", True)])
def test_secure_boot_with_shim_told_to_skip_validation(
    tmp_path: Path, byte: bytes, *, expected: bool
) -> None:
    put(tmp_path, SECURE_BOOT, b"\x06\0\0\0\1")
    put(tmp_path, SHIM_STATE, b"\x06\0\0\0" + byte)
    assert fact(tmp_path, "secure_boot").value is expected


def test_secure_boot_that_makes_no_sense(tmp_path: Path) -> None:
    put(tmp_path, SECURE_BOOT, b"\x06\0")
    assert fact(tmp_path, "secure_boot") == Unavailable(
        Reason.MALFORMED, f"{SECURE_BOOT}: 2 bytes, where 5 belong"
    )
    assert parse_efi_flag(b"\7\0\0\0\1") is True


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("none [integrity] confidentiality", "integrity"),
        ("[none] integrity confidentiality\n", "none"),
        ("none integrity [confidentiality]", "confidentiality"),
    ],
)
def test_lockdown(text: str, level: str) -> None:
    assert parse_lockdown(text) == level


@pytest.mark.parametrize("text", ["", "none integrity"])
def test_lockdown_without_a_level(text: str) -> None:
    with pytest.raises(ValueError, match="no level"):
        parse_lockdown(text)


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        (
            "BOOT_IMAGE=/boot/vmlinuz-6.8 root=UUID=12-34 ro quiet nvidia-drm.modeset=1",
            "BOOT_IMAGE=/boot/vmlinuz-6.8 root=… ro quiet nvidia-drm.modeset=1",
        ),
        (
            "modprobe.blacklist=nouveau rd.driver.blacklist=nouveau nova_core.enable=0",
            "modprobe.blacklist=nouveau rd.driver.blacklist=nouveau nova_core.enable=0",
        ),
        (
            "intel_iommu=on pci=realloc systemd.unified_cgroup_hierarchy=0 module.sig_enforce",
            "intel_iommu=on pci=realloc systemd.unified_cgroup_hierarchy=0 module.sig_enforce",
        ),
        (
            "inst.ks=http://user:pw@h/ks ip=dhcp ro -- --token=abc secret",
            "inst.ks=… ip=… ro",
        ),
        ("", ""),
    ],
)
def test_the_command_line_shows_no_secret(line: str, shown: str) -> None:
    assert without_secrets(line) == shown


def test_boot_time_missing() -> None:
    with pytest.raises(ValueError, match="no btime line"):
        parse_boot_time("cpu 1 2\nxbtime 5\n")


@pytest.mark.parametrize(
    ("present", "version"),
    [
        (["cgroup.controllers"], "v2"),
        (["unified/cgroup.procs", "devices/cgroup.procs"], "hybrid"),
        (["devices/cgroup.procs"], "v1"),
        (["memory/cgroup.procs"], "v1"),
    ],
)
def test_cgroup_version(tmp_path: Path, present: list[str], version: str) -> None:
    for name in present:
        put(tmp_path, f"/sys/fs/cgroup/{name}")
    assert fact(tmp_path, "cgroup_version").value == version


def test_no_cgroups_mounted(tmp_path: Path) -> None:
    assert fact(tmp_path, "cgroup_version") == Absent(
        ("/sys/fs/cgroup/cgroup.controllers", "/sys/fs/cgroup/devices")
    )


@pytest.mark.parametrize(("text", "state"), [("1", "enforcing"), ("0", "permissive")])
def test_selinux(tmp_path: Path, text: str, state: str) -> None:
    put(tmp_path, "/sys/fs/selinux/enforce", text)
    put(tmp_path, "/etc/selinux/config", "SELINUX=disabled\n")
    assert fact(tmp_path, "selinux") == Known(state, "/sys/fs/selinux/enforce")


BOOLEANS = "/sys/fs/selinux/booleans"


@pytest.mark.parametrize(("text", "value"), [("0 0", False), ("1 1", True), ("1 0\n", True), ("0 1", False)])
def test_selinux_booleans(tmp_path: Path, text: str, value: bool) -> None:  # noqa: FBT001 - of the table
    put(tmp_path, f"{BOOLEANS}/container_use_devices", text)
    assert fact(tmp_path, "selinux_booleans") == Known({"container_use_devices": value}, BOOLEANS)


def test_selinux_booleans_that_are_not_there_or_odd(tmp_path: Path) -> None:
    names = ("container_use_devices", "container_use_xserver_devices")
    assert fact(tmp_path, "selinux_booleans") == Absent(tuple(f"{BOOLEANS}/{name}" for name in names))
    put(tmp_path, f"{BOOLEANS}/{names[0]}", "0 0")
    put(tmp_path, f"{BOOLEANS}/{names[1]}", "yes")
    found = fact(tmp_path, "selinux_booleans")
    assert isinstance(found, Unavailable)
    assert found.reason is Reason.MALFORMED


def test_selinux_installed_and_not_in_the_kernel(tmp_path: Path) -> None:
    put(tmp_path, "/etc/selinux/config", "# SELINUX= can be\nSELINUX=enforcing\nSELINUXTYPE=targeted\n")
    assert fact(tmp_path, "selinux") == Known("disabled", "/sys/fs/selinux is absent")
    assert fact(tmp_path, "selinux", live=False) == Known("enforcing", "/etc/selinux/config")


def test_no_selinux(tmp_path: Path) -> None:
    assert fact(tmp_path, "selinux") == Absent(("/sys/fs/selinux/enforce",))


@pytest.mark.parametrize("text", ["", "2", "on"])
def test_selinux_state_that_makes_no_sense(text: str) -> None:
    with pytest.raises(ValueError, match="neither 0 nor 1"):
        parse_enforce(text)


@pytest.mark.parametrize("text", ["", "SELINUX=maybe", "#SELINUX=enforcing"])
def test_selinux_config_that_makes_no_sense(text: str) -> None:
    with pytest.raises(ValueError, match="no SELINUX= line"):
        parse_selinux_config(text)


def test_a_sysctl_for_root_only(tmp_path: Path) -> None:
    put(tmp_path, "/proc/sys/net/core/bpf_jit_harden", "x")
    assert fact(tmp_path, "bpf_jit_harden").reason is Reason.MALFORMED


@pytest.mark.usefixtures("as_root")
def test_an_unprivileged_user_is_told_what_it_may_not_read() -> None:
    with as_nobody():
        found = facts(PROBE, a_system(Path("/")))
    path = "/proc/sys/net/core/bpf_jit_harden"
    assert found["bpf_jit_harden"] == Unavailable(Reason.NOT_PERMITTED, f"{path}: this user may not read it")
    assert isinstance(found["kernel_release"], Known)


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("MokNew", "MokAuth"), True),
        (("MokListRT",), False),
        (("MokNew",), False),  # what remains after a key was enrolled, on some machines
    ],
)
def test_a_key_that_waits_for_the_next_boot(tmp_path: Path, names: tuple[str, ...], expected: bool) -> None:  # noqa: FBT001
    put(tmp_path, "/proc/stat", "btime 1\n")
    for name in names:
        put(tmp_path, f"/sys/firmware/efi/efivars/{name}-605dab50-e046-4300-abb6-3dd810dd8b23", b"\0")
    found = facts(PROBE, a_system(tmp_path))["key_enrolment_pending"]
    assert found == Known(expected, "/sys/firmware/efi/efivars")


def test_whether_a_key_waits_is_not_known_without_the_variables(tmp_path: Path) -> None:
    put(tmp_path, "/proc/stat", "btime 1\n")
    (tmp_path / "sys/firmware/efi").mkdir(parents=True)
    found = facts(PROBE, a_system(tmp_path))["key_enrolment_pending"]
    assert found == Unavailable(Reason.UNREADABLE, "/sys/firmware/efi/efivars is not there")


def test_no_key_waits_without_efi(tmp_path: Path) -> None:
    put(tmp_path, "/proc/stat", "btime 1\n")
    found = facts(PROBE, a_system(tmp_path))["key_enrolment_pending"]
    assert found == Absent(("/sys/firmware/efi/efivars",))
