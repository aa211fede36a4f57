"""The executable for aarch64, run on any machine that has an emulator; too heavy to be asked of CI (400 MB)."""

import platform
import shutil
import subprocess
from pathlib import Path

import pytest

from gpucheck.model.probe_result import Compute
from gpucheck.system.shared_library import CUDA_SONAME, NVML_SONAME
from tests.container.probe_run import TWO, run
from tests.fakes.compute_probe import ROOT, cross_compiled
from tests.fakes.libraries import _LIBRARIES, _SOURCES

LIBC = Path("/usr/aarch64-linux-gnu")  # Debian's libc6-arm64-cross


def fakes(folder: Path) -> Path:
    """Return the fake libraries for aarch64, compiled as the probe is."""
    python = ROOT / ".venv-zig" / "bin" / "python"
    if not python.exists():
        pytest.skip("needs .venv-zig, made by scripts/build_probe")
    caches = {"ZIG_GLOBAL_CACHE_DIR": f"{folder}/zig", "ZIG_LOCAL_CACHE_DIR": f"{folder}/zig"}
    (folder / "arm").mkdir()
    for soname in (NVML_SONAME, CUDA_SONAME):
        sources = [str(_SOURCES / name) for name in _LIBRARIES[soname]]
        argv = [str(python), "-m", "ziglang", "cc", "-target", "aarch64-linux-gnu", "-shared", "-fPIC"]
        output = ["-o", str(folder / "arm" / soname), f"-Wl,-soname,{soname}"]
        subprocess.run([*argv, *output, *sources], check=True, timeout=120, env=caches)
    return folder / "arm"


@pytest.fixture
def emulated() -> list[str]:
    """Return the argv that runs the probe for aarch64 here."""
    emulator = shutil.which("qemu-aarch64-static")
    if platform.machine() == "aarch64" or emulator is None or not LIBC.is_dir():
        pytest.skip("needs another machine than aarch64 with qemu-user-static and libc6-arm64-cross")
    return [emulator, "-L", str(LIBC), str(cross_compiled("aarch64"))]


def test_two_gpus(emulated: list[str], tmp_path: Path) -> None:
    # LD_LIBRARY_PATH is the emulator's own too, which is static and needs none
    found = run(emulated, TWO + "gpu.1.wrong=5\n", tmp_path, place=fakes(tmp_path))
    assert (found.code, [d.compute for d in found.devices]) == (1, [Compute.OK, Compute.FAILED])
    assert found.devices[1].steps[-1].step == "verify"


def test_a_hang_and_a_crash(emulated: list[str], tmp_path: Path) -> None:
    place = fakes(tmp_path)
    hung = run(emulated, TWO + "cuda.init=hang\n", tmp_path, "--seconds", "2", place=place)
    assert (hung.code, hung.result.stopped_at) == (124, "cuInit")
    crashed = run(emulated, TWO + "cuda.init=crash\n", tmp_path, place=place)
    assert (crashed.code, crashed.result.stopped_at, crashed.result.signal) == (70, "cuInit", 11)
