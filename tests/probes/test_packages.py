from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from gpucheck.model.driver import Package, PackageChange
from gpucheck.model.fact import Absent, Known, Reason, Unavailable
from gpucheck.probes._package_lists import (
    PATTERNS,
    is_ours,
    parse_apk_installed,
    parse_dpkg_log,
    parse_dpkg_status,
    parse_pacman_folders,
    parse_pacman_log,
    parse_rpm,
)
from gpucheck.probes.packages import PROBE
from gpucheck.system.commands import NoCommands
from gpucheck.system.ports import System, not_live
from tests.probes.doubles import Answer, Failing, NoGpus, Programs, User, a_system, facts, put

STATUS = """Package: adduser
Status: install ok installed
Version: 3.134

Package: docker-ce
Status: install ok installed
Priority: optional
Version: 5:28.5.2-1~ubuntu.24.04~noble
Description: Docker: the open-source application container engine
 Package: nvidia-in-a-description
 Status: install ok installed

Package: libnvidia-compute-580
Status: hold ok installed
Architecture: amd64
Multi-Arch: same
Version: 580.95.05-0ubuntu0.24.04.2

Package: libnvidia-compute-580
Status: install ok installed
Architecture: i386
Version: 580.95.05-0ubuntu0.24.04.2

Package: nvidia-dkms-580
Status: install ok half-configured
Version: 580.95.05-0ubuntu0.24.04.2

Package: nvidia-kernel-common-550
Status: deinstall ok config-files
Version: 550.144.03-0ubuntu0.24.04.1

Package: nvidia-gone
Status: purge ok not-installed

Package: nvidia-utils-580
Status: install reinstreq half-installed
Version: 580.95.05-0ubuntu0.24.04.2

Package: containerd.io
Status: install ok triggers-pending
Version: 1.7.28-1
"""
PACKAGES = (
    Package("docker-ce", "5:28.5.2-1~ubuntu.24.04~noble", "installed"),
    Package("libnvidia-compute-580", "580.95.05-0ubuntu0.24.04.2", "held"),
    Package("libnvidia-compute-580:i386", "580.95.05-0ubuntu0.24.04.2", "installed"),
    Package("nvidia-dkms-580", "580.95.05-0ubuntu0.24.04.2", "half-configured"),
    Package("nvidia-kernel-common-550", "550.144.03-0ubuntu0.24.04.1", "config-files"),
    Package("nvidia-utils-580", "580.95.05-0ubuntu0.24.04.2", "half-configured"),
    Package("containerd.io", "1.7.28-1", "installed"),
)
LOG = """2026-11-20 06:12:30 startup archives unpack
2026-11-20 06:12:31 upgrade libnvidia-compute-550:amd64 550.144.03-0ubuntu1 550.163.01-0ubuntu1
2026-11-20 06:12:31 status half-configured libnvidia-compute-550:amd64 550.144.03-0ubuntu1
2026-11-20 06:12:32 install docker-ce:amd64 <none> 5:28.5.2-1
2026-11-20 06:12:33 upgrade openssl:amd64 3.0.1 3.0.2
2026-11-20 06:12:34 remove nvidia-dkms-550:amd64 550.144.03-0ubuntu1 <none>
2026-11-20 06:12:35 purge nvidia-dkms-550:amd64 550.144.03-0ubuntu1 <none>
"""
RPM = (
    "nvidia-driver-cuda\t580.95.05-1.el9\t1794740800\t(none)\n"
    "kmod-nvidia-open-dkms\t580.95.05-1.el9\t1794740700\tNVIDIA CORPORATION\n"
)
PACMAN = """[2026-11-20T06:12:33+0000] [PACMAN] Running 'pacman -Syu'
[2026-11-20T06:12:33+0100] [ALPM] upgraded nvidia-utils (580.82.09-1 -> 580.95.05-1)
[2026-11-20T06:12:34+0000] [ALPM] upgraded linux (6.12.1.arch1-1 -> 6.12.2.arch1-1)
[2026-11-20T06:12:35+0000] [ALPM] installed docker (1:28.5.2-1)
[2026-11-20T06:12:36+0000] [ALPM] removed nvidia-dkms (580.82.09-1)
"""
NOON = 1_794_740_800


def utc(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=timezone.utc).timestamp())


def section(root: Path, programs: Programs | None = None) -> dict[str, Any]:
    return facts(PROBE, a_system(root, programs=programs))


@pytest.mark.parametrize(
    "name",
    [
        "nvidia-driver-580", "libnvidia-compute-580", "libcuda1", "cuda-drivers", "cuda-compat-12-8",
        "docker.io", "docker-ce-cli", "containerd.io", "podman", "linux-modules-nvidia-580-generic",
        "linux-objects-nvidia-580-6.8.0-49-generic", "xserver-xorg-video-nvidia-580",
        "nvidia-fabricmanager-580", "libnvidia-nscq-580", "kmod-nvidia-open-dkms", "akmod-nvidia",
        "xorg-x11-drv-nvidia-cuda", "moby-engine",
    ],
)  # fmt: skip
def test_packages_of_interest(name: str) -> None:
    assert is_ours(name)


@pytest.mark.parametrize("name", ["", "cuda-toolkit-12-8", "linux-image-generic", "python3-docker", "runc"])
def test_other_packages(name: str) -> None:
    assert not is_ours(name)


def test_dpkg_status() -> None:
    assert parse_dpkg_status(STATUS.encode()) == PACKAGES
    assert parse_dpkg_status(b"") == ()
    assert parse_dpkg_status(b"\xff\xfe garbage") == ()


def test_the_source_package_without_its_version() -> None:
    # of https://packages.ubuntu.com/noble/libnvidia-compute-580, and of a package built by itself
    text = (
        "Package: libnvidia-compute-580\nStatus: install ok installed\n"
        "Source: nvidia-graphics-drivers-580 (580.95.05-0ubuntu1)\nVersion: 580.95.05-0ubuntu1\n\n"
        "Package: nvidia-container-toolkit\nStatus: install ok installed\nVersion: 1.19.1-1\n"
    )
    assert [package.source for package in parse_dpkg_status(text.encode())] == [
        "nvidia-graphics-drivers-580", "",
    ]  # fmt: skip


def test_dpkg_status_cut_in_the_middle() -> None:
    assert parse_dpkg_status(b"Package: nvidia-x\nStatus: install ok installed") == (
        Package("nvidia-x", "", "installed"),
    )
    assert parse_dpkg_status(b"Package: nvidia-x\n") == ()


def test_dpkg_log() -> None:
    when = utc("2026-11-20 06:12:31")
    assert parse_dpkg_log(LOG, utc) == (
        PackageChange(when, "upgrade", "libnvidia-compute-550", "550.163.01-0ubuntu1"),
        PackageChange(when + 1, "install", "docker-ce", "5:28.5.2-1"),
        PackageChange(when + 3, "remove", "nvidia-dkms-550", "550.144.03-0ubuntu1"),
        PackageChange(when + 4, "remove", "nvidia-dkms-550", "550.144.03-0ubuntu1"),
    )
    assert parse_dpkg_log("", utc) == ()


def test_rpm() -> None:
    assert parse_rpm(RPM + "bash\t5.1-2\t1\tx\nnvidia-x\nnvidia-y\t1-1\t(none)\tx\n") == [
        (
            Package("kmod-nvidia-open-dkms", "580.95.05-1.el9", "installed", vendor="NVIDIA CORPORATION"),
            PackageChange(NOON - 100, "install", "kmod-nvidia-open-dkms", "580.95.05-1.el9"),
        ),
        (
            Package("nvidia-driver-cuda", "580.95.05-1.el9", "installed"),
            PackageChange(NOON, "install", "nvidia-driver-cuda", "580.95.05-1.el9"),
        ),
    ]
    assert parse_rpm("") == []


def test_pacman_folders() -> None:
    names = ("ALPM_DB_VERSION", "docker-1:28.5.2-1", "linux-6.12-1", "nvidia", "nvidia-utils-580.95.05-1")
    assert parse_pacman_folders(names) == (
        Package("docker", "1:28.5.2-1", "installed"),
        Package("nvidia-utils", "580.95.05-1", "installed"),
    )


def test_pacman_log() -> None:
    def zoned(text: str) -> int:
        return utc(text[:19].replace("T", " ")) - (3600 if text.endswith("+0100") else 0)

    when = utc("2026-11-20 06:12:33")
    assert parse_pacman_log(PACMAN, zoned) == (
        PackageChange(when - 3600, "upgrade", "nvidia-utils", "580.95.05-1"),
        PackageChange(when + 2, "install", "docker", "1:28.5.2-1"),
        PackageChange(when + 3, "remove", "nvidia-dkms", "580.82.09-1"),
    )


def test_apk_database() -> None:
    text = "C:Q1abc=\nP:musl\nV:1.2.5-r0\n\nC:Q1def=\nP:docker\nV:28.5.2-r0\nA:x86_64\n\n"
    assert parse_apk_installed(text) == (Package("docker", "28.5.2-r0", "installed"),)
    assert parse_apk_installed("") == ()


def test_a_host_with_dpkg(tmp_path: Path) -> None:
    put(tmp_path, "/var/lib/dpkg/status", STATUS)
    put(tmp_path, "/var/log/dpkg.log", LOG)
    found = section(tmp_path)
    assert found["manager"] == Known("dpkg", "/var/lib/dpkg/status")
    assert found["installed"] == Known(PACKAGES, "/var/lib/dpkg/status")
    assert found["changes"] == Known(parse_dpkg_log(LOG, utc), "/var/log/dpkg.log")


def test_dpkg_times_are_of_the_hosts_time_zone(tmp_path: Path) -> None:
    # one zone without changes, five hours east of Greenwich, as zic writes it (tzfile(5))
    counts = bytes.fromhex("00000000 00000000 00000000 00000000 00000001 00000004".replace(" ", ""))
    body = (5 * 3600).to_bytes(4, "big") + b"\0\0" + b"+05\0"
    tzfile = (b"TZif2" + bytes(15) + counts + body) * 2 + b"\n<+05>-5\n"
    put(tmp_path, "/var/lib/dpkg/status", STATUS)
    put(tmp_path, "/var/log/dpkg.log", LOG)
    put(tmp_path, "/usr/share/zoneinfo/Asia/Tashkent", tzfile)
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/localtime").symlink_to("/usr/share/zoneinfo/Asia/Tashkent")
    first = section(tmp_path)["changes"].value[0]
    assert first.time == utc("2026-11-20 06:12:31") - 5 * 3600


def test_a_rotated_dpkg_log_is_read_first(tmp_path: Path) -> None:
    put(tmp_path, "/var/lib/dpkg/status", STATUS)
    put(tmp_path, "/var/log/dpkg.log.1", LOG)
    put(tmp_path, "/var/log/dpkg.log", LOG.replace("2026-11-20", "2026-11-21"))
    times = [change.time for change in section(tmp_path)["changes"].value]
    assert len(times) == 8
    assert times == sorted(times)


def test_only_the_newest_changes_are_kept(tmp_path: Path) -> None:
    line = "2026-11-20 06:{:02}:{:02} install nvidia-x:amd64 <none> {}\n"
    put(tmp_path, "/var/lib/dpkg/status", STATUS)
    put(tmp_path, "/var/log/dpkg.log", "".join(line.format(i // 60, i % 60, i) for i in range(300)))
    changes = section(tmp_path)["changes"].value
    assert (len(changes), changes[0].version, changes[-1].version) == (200, "100", "299")


def test_no_dpkg_log(tmp_path: Path) -> None:
    put(tmp_path, "/var/lib/dpkg/status", STATUS)
    assert section(tmp_path)["changes"] == Absent(("/var/log/dpkg.log.1", "/var/log/dpkg.log"))


@pytest.mark.parametrize(
    ("place", "content"),
    [
        ("/var/log/dpkg.log", LOG.replace("2026-11-20", "2026-13-99")),
        ("/etc/localtime", b"not a time zone"),
    ],
)
def test_times_that_make_no_sense(tmp_path: Path, place: str, content: str | bytes) -> None:
    put(tmp_path, "/var/lib/dpkg/status", STATUS)
    put(tmp_path, "/var/log/dpkg.log", LOG)
    put(tmp_path, place, content)
    changes = section(tmp_path)["changes"]
    assert isinstance(changes, Unavailable)
    assert changes.reason is Reason.MALFORMED


def test_a_folder_in_the_logs_place_is_no_answer(tmp_path: Path) -> None:
    put(tmp_path, "/var/lib/dpkg/status", STATUS)
    (tmp_path / "var/log/dpkg.log").mkdir(parents=True)
    assert section(tmp_path)["changes"] == Unavailable(
        Reason.UNREADABLE, "/var/log/dpkg.log is a directory; a file belongs there"
    )


def test_a_host_with_rpm(tmp_path: Path) -> None:
    put(tmp_path, "/var/lib/dpkg/status", "")  # dpkg is there as a tool
    put(tmp_path, "/var/lib/rpm/rpmdb.sqlite")
    programs = Programs({"/usr/bin/rpm": RPM})
    found = section(tmp_path, programs)
    assert found["manager"] == Known("rpm", "/var/lib/rpm")
    assert [p.name for p in found["installed"].value] == ["kmod-nvidia-open-dkms", "nvidia-driver-cuda"]
    assert [c.time for c in found["changes"].value] == [NOON - 100, NOON]
    form = r"%{NAME}\t%{VERSION}-%{RELEASE}\t%{INSTALLTIME}\t%{VENDOR}\n"
    assert programs.ran == [("/usr/bin/rpm", "-qa", "--qf", form, *PATTERNS)]


@pytest.mark.parametrize(
    ("programs", "expected"),
    [
        (Programs(), Absent(("/usr/bin/rpm",))),
        (
            Failing({"/usr/bin/rpm": ""}, stderr="error: cannot open Packages database\n"),
            Unavailable(Reason.FAILED, "rpm -qa: error: cannot open Packages database"),
        ),
        (
            Programs({"/usr/bin/rpm": Unavailable(Reason.TIMEOUT, "no end within 4 s")}),
            Unavailable(Reason.TIMEOUT, "no end within 4 s"),
        ),
    ],
)
def test_an_rpm_that_does_not_answer(tmp_path: Path, programs: Programs, expected: Any) -> None:
    put(tmp_path, "/usr/lib/sysimage/rpm/rpmdb.sqlite")
    found = section(tmp_path, programs)
    assert found["manager"].value == "rpm"
    assert found["installed"] == found["changes"] == expected


def test_rpm_of_a_mounted_disk_is_not_run(tmp_path: Path) -> None:
    put(tmp_path, "/var/lib/rpm/rpmdb.sqlite")
    system = System(a_system(tmp_path).files, NoCommands(), User(), Answer(), NoGpus(), live=False)
    found = facts(PROBE, system)
    assert found["installed"] == found["changes"] == not_live()


def test_a_host_with_pacman(tmp_path: Path) -> None:
    put(tmp_path, "/var/lib/pacman/local/nvidia-utils-580.95.05-1/desc")
    put(tmp_path, "/var/log/pacman.log", PACMAN)
    found = section(tmp_path)
    assert found["manager"] == Known("pacman", "/var/lib/pacman/local")
    assert found["installed"].value == (Package("nvidia-utils", "580.95.05-1", "installed"),)
    assert found["changes"].value[0] == PackageChange(
        utc("2026-11-20 05:12:33"), "upgrade", "nvidia-utils", "580.95.05-1"
    )


def test_a_host_with_apk(tmp_path: Path) -> None:
    put(tmp_path, "/lib/apk/db/installed", "P:docker\nV:28.5.2-r0\n\n")
    found = section(tmp_path)
    assert found["manager"] == Known("apk", "/lib/apk/db/installed")
    assert found["installed"].value == (Package("docker", "28.5.2-r0", "installed"),)
    assert found["changes"].reason is Reason.UNSUPPORTED


def test_a_host_with_none_of_them(tmp_path: Path) -> None:
    found = section(tmp_path)
    assert set(found) == {
        "manager", "installed", "changes", "unattended_upgrades", "repositories", "runfile_driver",
    }  # fmt: skip
    assert all(isinstance(fact, Absent) for fact in found.values())
    assert "/var/lib/dpkg/status" in found["manager"].searched
