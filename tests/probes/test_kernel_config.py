"""The configuration of the running kernel."""

import gzip
from pathlib import Path

import pytest

from gpucheck.model.fact import Absent, Known, Reason, Unavailable
from gpucheck.probes._kernel_config import cgroup_bpf, parse_cgroup_bpf, unpacked
from gpucheck.system.ports import not_live
from tests.probes.doubles import a_system, put

RELEASE = "6.8.0-49-generic"
ON = "#\n# Automatically generated file; DO NOT EDIT.\n#\nCONFIG_CGROUPS=y\nCONFIG_CGROUP_BPF=y\n"
OFF = ON.replace("CONFIG_CGROUP_BPF=y", "# CONFIG_CGROUP_BPF is not set")
PROC, BOOT, MODULES = "/proc/config.gz", f"/boot/config-{RELEASE}", f"/lib/modules/{RELEASE}/config"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (ON, True),
        (OFF, False),
        ("CONFIG_CGROUPS=y\n", False),
        (ON.replace("=y", "=n"), False),
        ("# CONFIG_X is not set\nCONFIG_CGROUP_BPF_LSM=y\n", False),
    ],
)
def test_the_option(text: str, value: bool) -> None:  # noqa: FBT001 - a value of the table
    assert parse_cgroup_bpf(text) is value


@pytest.mark.parametrize("text", ["", "<html>", "nothing of it"])
def test_no_configuration(text: str) -> None:
    with pytest.raises(ValueError, match="no CONFIG_ line"):
        parse_cgroup_bpf(text)


@pytest.mark.parametrize("data", [b"", b"CONFIG_CGROUP_BPF=y", gzip.compress(ON.encode())[:-12]])
def test_what_is_no_gzip(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"header|cut off"):
        unpacked(data)


def test_a_file_that_unpacks_without_end() -> None:
    with pytest.raises(ValueError, match="too large"):
        unpacked(gzip.compress(b"C" * (3 << 20)))


@pytest.mark.parametrize("path", [BOOT, MODULES])
def test_the_copies_of_distributions(path: str, tmp_path: Path) -> None:
    put(tmp_path, "/proc/sys/kernel/osrelease", f"{RELEASE}\n")
    put(tmp_path, path, OFF)
    assert cgroup_bpf(a_system(tmp_path)) == Known(value=False, source=path)


def test_the_kernels_own_wins(tmp_path: Path) -> None:
    put(tmp_path, "/proc/sys/kernel/osrelease", f"{RELEASE}\n")
    put(tmp_path, BOOT, OFF)
    (tmp_path / "proc/config.gz").write_bytes(gzip.compress(ON.encode()))
    assert cgroup_bpf(a_system(tmp_path)) == Known(value=True, source=PROC)


def test_it_is_nowhere(tmp_path: Path) -> None:
    put(tmp_path, "/proc/sys/kernel/osrelease", f"{RELEASE}\n")
    put(tmp_path, "/boot/config-5.15.0-1", OFF)
    found = cgroup_bpf(a_system(tmp_path))
    assert isinstance(found, Absent)
    assert found.searched[:3] == (PROC, BOOT, MODULES)


def test_a_tree_of_files_has_no_running_kernel(tmp_path: Path) -> None:
    put(tmp_path, BOOT, ON)
    assert cgroup_bpf(a_system(tmp_path, live=False)) == not_live()


def test_a_damaged_file(tmp_path: Path) -> None:
    put(tmp_path, PROC, "no gzip")
    found = cgroup_bpf(a_system(tmp_path))
    assert isinstance(found, Unavailable)
    assert found.reason is Reason.MALFORMED
