from pathlib import Path

from gpucheck.model.fact import Absent, Known, Unavailable
from gpucheck.probes._gsp_firmware import gsp_firmware
from gpucheck.system.files import HostFiles
from tests.probes.doubles import a_root_anyone_may_enter, as_nobody, put


def test_releases_whose_firmware_is_there(tmp_path: Path) -> None:
    put(tmp_path, "/lib/firmware/nvidia/580.95.05/gsp_ga10x.bin")
    put(tmp_path, "/lib/firmware/nvidia/580.95.05/gsp_tu10x.bin")
    put(tmp_path, "/lib/firmware/nvidia/575.57.08/gsp_ga10x.bin.xz")
    put(tmp_path, "/lib/firmware/nvidia/550.1.2/README")
    put(tmp_path, "/lib/firmware/nvidia/ga102/gsp/gsp-535.113.01.bin")  # nouveau's
    assert gsp_firmware(HostFiles(str(tmp_path))) == Known(("575.57.08", "580.95.05"), "/lib/firmware")


def test_a_folder_of_the_kernels_own_setting(tmp_path: Path) -> None:
    put(tmp_path, "/sys/module/firmware_class/parameters/path", "/nix/store/x-firmware/lib/firmware\n")
    put(tmp_path, "/nix/store/x-firmware/lib/firmware/nvidia/580.95.05/gsp_ga10x.bin.zst")
    place = "/nix/store/x-firmware/lib/firmware"
    assert gsp_firmware(HostFiles(str(tmp_path))) == Known(("580.95.05",), place)


def test_firmware_without_any_of_nvidia(tmp_path: Path) -> None:
    put(tmp_path, "/lib/firmware/regulatory.db")
    assert gsp_firmware(HostFiles(str(tmp_path))).require() == ()


def test_no_firmware_folder(tmp_path: Path) -> None:
    found = gsp_firmware(HostFiles(str(tmp_path)))
    assert isinstance(found, Absent)
    assert "/lib/firmware" in found.searched


def test_a_folder_that_may_not_be_read() -> None:
    with a_root_anyone_may_enter() as root:
        put(root, "/lib/firmware/nvidia/580.95.05/gsp_ga10x.bin")
        (root / "lib/firmware/nvidia").chmod(0o700)
        with as_nobody():
            assert isinstance(gsp_firmware(HostFiles(str(root))), Unavailable)
