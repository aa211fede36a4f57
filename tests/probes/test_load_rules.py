from pathlib import Path

import pytest

from gpucheck.model.driver import LoadRule
from gpucheck.model.fact import Known, Unavailable
from gpucheck.probes._load_rules import load_rules, parse_load_rules
from gpucheck.system.files import HostFiles
from tests.probes.doubles import a_root_anyone_may_enter, as_nobody, put

# of Ubuntu's nvidia-kernel-common
RULES = """# Load and unload nvidia-uvm module
ACTION=="add", DEVPATH=="/bus/pci/drivers/nvidia", RUN+="/sbin/modprobe nvidia-uvm"
ACTION=="remove", DEVPATH=="/bus/pci/drivers/nvidia", RUN+="/sbin/modprobe -r nvidia-uvm"
"""


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("nvidia-uvm", "nvidia-uvm"),
        ("nvidia_uvm # for CUDA", "nvidia_uvm"),
        ("MODULES=(amdgpu nvidia nvidia_modeset nvidia_uvm)", "nvidia_modeset, nvidia_uvm"),
        ('force_drivers+=" nvidia nvidia_uvm "', "nvidia_uvm"),
        ('KERNEL=="nvidia", RUN+="/usr/bin/nvidia-modprobe -c0 -u"', "nvidia-modprobe -c0 -u"),
        ("ExecStart=/usr/bin/nvidia-modprobe -u -c=0 --secret abc", "nvidia-modprobe -u -c=0 --secret"),
        (
            "ExecStart=/usr/bin/nvidia-ctk system create-device-nodes --control-devices --load-kernel-modules",
            "nvidia-ctk system create-device-nodes --control-devices --load-kernel-modules",
        ),
        ('RUN+="/sbin/modprobe -r nvidia-uvm"', "modprobe -r nvidia-uvm"),
    ],
)
def test_telling_lines(line: str, kept: str) -> None:
    assert parse_load_rules(f"\n{line}\n", "/x") == [LoadRule("/x", 2, kept)]


@pytest.mark.parametrize(
    "line", ["# nvidia-uvm", "nvidia", "loop", "", "ExecStart=/usr/bin/nvidia-smi -pm 1"]
)
def test_other_lines(line: str) -> None:
    assert parse_load_rules(line, "/x") == []


def test_a_host(tmp_path: Path) -> None:
    (tmp_path / "usr/lib/udev/rules.d").mkdir(parents=True)
    (tmp_path / "lib").symlink_to("usr/lib")
    put(tmp_path, "/usr/lib/udev/rules.d/71-nvidia.rules", RULES)
    put(tmp_path, "/usr/lib/udev/rules.d/99-other.rules", RULES)  # the distribution's others are not read
    put(tmp_path, "/etc/modules-load.d/cuda.conf", "nvidia-uvm\n")
    put(tmp_path, "/etc/modules-load.d/README", "nvidia-uvm\n")
    (tmp_path / "etc/systemd/system").mkdir(parents=True)
    (tmp_path / "etc/systemd/system/masked.service").symlink_to("/dev/null")
    found = load_rules(HostFiles(str(tmp_path)))
    assert isinstance(found, Known)
    assert [(rule.path, rule.line) for rule in found.value] == [
        ("/etc/modules-load.d/cuda.conf", 1),
        ("/usr/lib/udev/rules.d/71-nvidia.rules", 2),
        ("/usr/lib/udev/rules.d/71-nvidia.rules", 3),
    ]


def test_a_folder_that_may_not_be_read() -> None:
    with a_root_anyone_may_enter() as root:
        put(root, "/etc/modules-load.d/x.conf", "nvidia-uvm")
        (root / "etc/modules-load.d").chmod(0o700)
        with as_nobody():
            assert isinstance(load_rules(HostFiles(str(root))), Unavailable)


def test_nothing(tmp_path: Path) -> None:
    assert load_rules(HostFiles(str(tmp_path))).require() == ()
