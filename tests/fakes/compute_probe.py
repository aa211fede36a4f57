"""The compute probe, compiled in each way that tests run it, on machines without a GPU."""

import hashlib
import os
import platform
import subprocess
import sys
import tempfile
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

from gpucheck.probe import probe_path
from tests.fakes.requirement import lacking, program

ROOT = Path(__file__).parents[2]
SOURCES = ROOT / "gpucheck" / "probe"
STRICT = ("-std=gnu11", "-Wall", "-Wextra", "-Wshadow", "-Wconversion", "-Werror")
FLAGS = {
    "cc": ("-Os",),
    # the tests' own signals must come through, and a tracer may be at work
    "sanitized": ("-O1", "-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"),
}
SANITIZER = {"ASAN_OPTIONS": "detect_leaks=0:handle_segv=0"}


@cache
def compiled(kind: str) -> Path:
    """Return the probe as the compiler of this machine makes it; built once per state of the sources."""
    folder = Path(tempfile.gettempdir()) / f"gpucheck-fakes-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    assert folder.stat().st_uid == os.getuid(), f"{folder} belongs to somebody else"
    texts = [path.read_bytes() for path in sorted(SOURCES.glob("*.[ch]"))]
    mark = hashlib.sha256(b"\0".join([*texts, repr(FLAGS[kind]).encode()])).hexdigest()[:16]
    target = folder / f"compute-probe-{mark}"
    if not target.exists():
        with tempfile.TemporaryDirectory(dir=folder) as temporary:
            fresh = Path(temporary) / "probe"
            sources = [str(path) for path in sorted(SOURCES.glob("*.c"))]
            argv = [program("cc"), *STRICT, *FLAGS[kind], "-o", str(fresh), *sources, "-ldl"]
            subprocess.run(argv, check=True)
            fresh.replace(target)  # of several test processes the last one wins, with the same
    return target


def cross_compiled(machine: str = "") -> Path:
    """Return the probe as it is shipped, from scripts/build_probe; or end the test."""
    path = probe_path(machine or platform.machine())
    if path is None or _compile_probe().is_stale(SOURCES):
        lacking("the cross-compiled probe (scripts/build_probe)")
    return Path(path)


@cache
def _compile_probe() -> Any:
    spec = spec_from_file_location("compile_probe", ROOT / "scripts" / "compile_probe.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module
