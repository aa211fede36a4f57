from pathlib import Path

import pytest

from gpucheck.model.driver import UnattendedUpgrades
from gpucheck.model.fact import Absent, Known, Reason, Unavailable
from gpucheck.probes._unattended import (
    apt_plan,
    apt_upgrades,
    dnf_upgrades,
    glob,
    is_on,
    parse_automatic,
    parse_versionlock,
)
from gpucheck.system.files import HostFiles
from tests.probes.doubles import put

# as Ubuntu 24.04 installs them, and the blacklist of https://github.com/pando85/homelab/pull/4110
AUTO = 'APT::Periodic::Update-Package-Lists "1";\nAPT::Periodic::Unattended-Upgrade "1";\n'
UBUNTU = """// Automatically upgrade packages from these (origin:archive) pairs
Unattended-Upgrade::Allowed-Origins {
        "${distro_id}:${distro_codename}";
        "${distro_id}:${distro_codename}-security";
        "${distro_id}ESMApps:${distro_codename}-apps-security";
//      "${distro_id}:${distro_codename}-updates";
};
Unattended-Upgrade::Package-Blacklist {
    // "linux-";
    "nvidia-.*";
    "libnvidia-compute-580$";
    "lib(cuda|xyz)";
};
Unattended-Upgrade::DevRelease "auto";
"""
# of https://dnf.readthedocs.io/en/latest/automatic.html
AUTOMATIC = "[commands]\nupgrade_type = {}\nrandom_sleep = 0\ndownload_updates = yes\napply_updates = {}\n"


def ubuntu(root: Path, auto: str = AUTO, plan: str = UBUNTU) -> HostFiles:
    put(root, "/usr/bin/unattended-upgrade")
    put(root, "/etc/apt/apt.conf.d/20auto-upgrades", auto)
    put(root, "/etc/apt/apt.conf.d/50unattended-upgrades", plan)
    return HostFiles(str(root))


def test_unattended_upgrades_of_ubuntu(tmp_path: Path) -> None:
    found = apt_upgrades(ubuntu(tmp_path))
    assert found == Known(
        UnattendedUpgrades(
            "unattended-upgrades",
            kept=("nvidia-*", "libnvidia-compute-580"),
            unclear=("lib(cuda|xyz)",),
            origins=(
                "${distro_id}:${distro_codename}",
                "${distro_id}:${distro_codename}-security",
                "${distro_id}ESMApps:${distro_codename}-apps-security",
            ),
        ),
        "/etc/apt/apt.conf.d",
    )


@pytest.mark.parametrize(
    "auto",
    ["", AUTO.replace('Upgrade "1"', 'Upgrade "0"'), AUTO + 'APT::Periodic::Enable "0";'],
)
def test_switched_off(auto: str, tmp_path: Path) -> None:
    setting = "/etc/apt/apt.conf.d: APT::Periodic::Unattended-Upgrade"
    assert apt_upgrades(ubuntu(tmp_path, auto)) == Absent((setting,))


def test_not_installed(tmp_path: Path) -> None:
    put(tmp_path, "/etc/apt/apt.conf.d/20auto-upgrades", AUTO)
    assert apt_upgrades(HostFiles(str(tmp_path))) == Absent(("/usr/bin/unattended-upgrade",))


def test_settings_by_their_names() -> None:
    assert is_on({"apt::periodic::unattended-upgrade": ["always"]})
    plan = apt_plan(
        {
            "unattended-upgrade::origins-pattern": ["origin=Debian,codename=trixie,label=Debian"],
            "unattended-upgrade::automatic-reboot": ["true"],
        }
    )
    assert plan == UnattendedUpgrades(
        "unattended-upgrades", origins=("origin=Debian,codename=trixie,label=Debian",), reboots=True
    )


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("linux-", "linux-*"), ("nvidia", "nvidia*"), ("nvidia-.*", "nvidia-*"), ("^libnvidia", "libnvidia*"),
        ("libcuda1$", "libcuda1"), ("lib.*$", "lib*"), (".*", "*"), ("lib(cuda|x)", ""), ("nvidia?", ""),
        ("libstdc++6", "libstdc++6*"),
    ],
)  # fmt: skip
def test_expressions_as_shell_patterns(pattern: str, expected: str) -> None:
    assert glob(pattern) == expected


def test_dnf_automatic(tmp_path: Path) -> None:
    put(tmp_path, "/etc/dnf/automatic.conf", AUTOMATIC.format("default", "yes"))
    put(tmp_path, "/etc/dnf/dnf.conf", "[main]\ngpgcheck=1\nexcludepkgs=kernel* ,cuda-drivers\n")
    put(tmp_path, "/etc/dnf/plugins/versionlock.list", "nvidia-driver-3:580.95.05-1.el9.*\n!bash-0:5.1-2.*\n")
    put(tmp_path, "/etc/dnf/versionlock.toml", 'version = "1.0"\n[[packages]]\nname = "kmod-nvidia*"\n')
    found = dnf_upgrades(HostFiles(str(tmp_path)))
    kept = ("nvidia-driver", "kmod-nvidia*", "kernel*", "cuda-drivers")
    expected = UnattendedUpgrades("dnf-automatic", kept=kept, origins=("default",))
    assert found == Known(expected, "/etc/dnf/automatic.conf")


def test_dnf5_automatic_of_security_updates(tmp_path: Path) -> None:
    put(tmp_path, "/etc/dnf/dnf5-plugins/automatic.conf", AUTOMATIC.format("security", "True"))
    found = dnf_upgrades(HostFiles(str(tmp_path))).require()
    assert found == UnattendedUpgrades("dnf-automatic", origins=("security",))


def test_dnf_that_only_downloads(tmp_path: Path) -> None:
    put(tmp_path, "/etc/dnf/automatic.conf", AUTOMATIC.format("default", "no"))
    assert dnf_upgrades(HostFiles(str(tmp_path))) == Absent(("/etc/dnf/automatic.conf: apply_updates",))


def test_dnf_without_automatic(tmp_path: Path) -> None:
    searched = ("/etc/dnf/automatic.conf", "/etc/dnf/dnf5-plugins/automatic.conf")
    assert dnf_upgrades(HostFiles(str(tmp_path))) == Absent(searched)


def test_a_file_that_is_none(tmp_path: Path) -> None:
    put(tmp_path, "/etc/dnf/automatic.conf", "apply_updates = yes\n")
    found = dnf_upgrades(HostFiles(str(tmp_path)))
    assert isinstance(found, Unavailable)
    assert found.reason is Reason.MALFORMED
    assert parse_automatic("[commands]\napply_updates = on\n") == "default"


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("kernel-0:4.18.0-80.el8.*", "kernel"),
        ("nvidia-driver-cuda-libs-3:580.95.05-1.el9.*", "nvidia-driver-cuda-libs"),
        ("kmod-nvidia-open-dkms-580.95.05-1.el9", "kmod-nvidia-open-dkms"),
        ("nvidia-driver", "nvidia-driver"),
    ],
)
def test_names_of_locked_packages(line: str, name: str) -> None:
    assert parse_versionlock(f"# added by 'versionlock add'\n{line}\n\n") == [name]
