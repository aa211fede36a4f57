"""Builds the fake libnvidia-ml.so.1 and libcuda.so.1, and the environment that makes them answer.

A test that runs gpucheck in a process of its own:

    env = {**os.environ, **environment("h100x8", tmp_path)}
    env = {**os.environ, **environment(preset("t4") + "init=18\\n", tmp_path)}
    subprocess.run([sys.executable, "-m", "gpucheck", "doctor"], env=env, ...)
"""

import hashlib
import os
import subprocess
import tempfile
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from tests.fakes.requirement import program
from tests.fakes.scenarios import PRESETS

_SOURCES = Path(__file__).parent / "nvml"
_LIBRARIES = {
    "libnvidia-ml.so.1": ("libnvidia_ml.c", "libnvidia_ml_health.c", "libnvidia_ml_links.c", "scenario.c"),
    "libcuda.so.1": ("libcuda.c", "libcuda_compute.c", "libcuda_devices.c", "scenario.c"),
}


@cache
def built(without: tuple[str, ...] = ()) -> Path:
    """Return a folder with both libraries; ``without`` names functions an older one lacks.

    Built once per state of the sources, also with several test processes at work: each builds in
    a folder of its own, and the first one to finish gives it the name that all of them look for.
    """
    folder = _cache() / _fingerprint(without)
    if not folder.exists():
        with tempfile.TemporaryDirectory(dir=_cache()) as temporary:
            fresh = Path(temporary) / "built"
            fresh.mkdir()
            for library, sources in _LIBRARIES.items():
                _compile(fresh / library, sources, without)
            try:
                fresh.rename(folder)
            except OSError:  # another process was first; its folder holds the same
                assert folder.is_dir()
    return folder


def environment(scenario: str, folder: Path, libraries: Path | None = None) -> dict[str, str]:
    """Return the variables under which the loader finds the fakes and they play ``scenario``.

    ``scenario`` is the name of a preset or the text of one (see scenarios.py); the file is
    written to ``folder``. ``libraries`` is another result of ``built``.
    """
    file = folder / "nvml-scenario.txt"
    # surrogate escapes stand for bytes that are no UTF-8
    file.write_text(PRESETS.get(scenario, scenario), encoding="utf-8", errors="surrogateescape")
    return {"LD_LIBRARY_PATH": str(libraries or built()), "FAKE_NVML_SCENARIO": str(file)}


def _cache() -> Path:
    folder = Path(tempfile.gettempdir()) / f"gpucheck-fakes-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    assert folder.stat().st_uid == os.getuid(), f"{folder} belongs to somebody else"
    return folder


def _fingerprint(without: Iterable[str]) -> str:
    texts = [path.read_text(encoding="utf-8") for path in sorted(_SOURCES.iterdir())]
    return hashlib.sha256("\0".join([*texts, *sorted(without)]).encode()).hexdigest()[:16]


def _compile(target: Path, sources: tuple[str, ...], without: tuple[str, ...]) -> None:
    exported = target.with_suffix(".map")  # the linker's version script
    local = " ".join(["local:", *(f"{name};" for name in without)]) if without else ""
    exported.write_text(f"{{ global: *; {local} }};\n", encoding="utf-8")
    subprocess.run(
        [
            program("cc"), "-Wall", "-Wextra", "-Werror", "-O1", "-shared", "-fPIC",
            f"-Wl,-soname,{target.name}", f"-Wl,--version-script={exported}",
            "-o", str(target), *(str(_SOURCES / source) for source in sources),
        ],
        check=True,
    )  # fmt: skip
