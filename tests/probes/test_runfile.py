from pathlib import Path

import pytest

from gpucheck.model.driver import RunfileDriver
from gpucheck.model.fact import Absent, Known, Reason, Unavailable
from gpucheck.probes._runfile import parse_log, runfile_driver
from gpucheck.system.files import HostFiles
from tests.probes.doubles import put

LOG, UNINSTALLER = "/var/lib/nvidia/log", "/usr/bin/nvidia-uninstall"
# the beginning of such a log, as an installation of 580.159.04 left it
TEXT = "580.159.04\nNVIDIA Accelerated Graphics Driver\n1: /usr/bin/nvidia-modprobe\n123\n0: /usr/bin/nvidia-uninstall\n"


def test_a_driver_of_the_installer(tmp_path: Path) -> None:
    put(tmp_path, LOG, TEXT)
    put(tmp_path, UNINSTALLER)
    assert runfile_driver(HostFiles(str(tmp_path))) == Known(RunfileDriver("580.159.04"), LOG)


@pytest.mark.parametrize("left", [LOG, UNINSTALLER, ""])
def test_what_an_uninstallation_leaves(left: str, tmp_path: Path) -> None:
    if left:
        put(tmp_path, left, TEXT)
    assert runfile_driver(HostFiles(str(tmp_path))) == Absent((LOG, UNINSTALLER))


def test_a_log_of_something_else(tmp_path: Path) -> None:
    put(tmp_path, LOG, "hello\n")
    put(tmp_path, UNINSTALLER)
    expected = Unavailable(Reason.MALFORMED, f"{LOG}: no version in 'hello'")
    assert runfile_driver(HostFiles(str(tmp_path))) == expected


def test_the_version_as_old_installers_wrote_it() -> None:
    assert parse_log("1.0-105917 (105.9.17)\n") == RunfileDriver("105.9.17")
