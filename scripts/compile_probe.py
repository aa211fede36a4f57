"""Cross-compile the compute probe, and what bounds other programs, with the C compiler of the ziglang wheel.

    python scripts/compile_probe.py [--out DIR] [--if-stale]

``zig cc`` brings the headers and symbol lists of every glibc, so that one machine builds for both
architectures and for the oldest glibc in use (2.17: RHEL 7, and the first one on aarch64). What loads no
library of the driver is linked statically with musl, and runs in every image.
https://ziglang.org/learn/overview/#zig-is-also-a-c-compiler
the project ziglang on PyPI
The same sources give the same bytes, wherever and whenever they are compiled.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

PROBE = Path(__file__).resolve().parents[1] / "gpucheck" / "probe"
ARCHITECTURES = ("x86_64", "aarch64")
# by name: the folder of its sources, the C library, what it is linked with
PROGRAMS = {
    "compute_probe": (PROBE, "gnu.2.17", ("-ldl",)),
    "bound": (PROBE / "bound", "musl", ("-static",)),
}
_FLAGS = ("-std=gnu11", "-Os", "-s", "-Wall", "-Wextra", "-Werror", "-Wl,--build-id=none")


def has_compiler() -> bool:
    """Return whether this interpreter has the ziglang package."""
    return find_spec("ziglang") is not None


def outputs(out: Path) -> dict[tuple[str, str], Path]:
    """Return the file of each program for each architecture."""
    return {(name, machine): out / f"{name}.{machine}" for name in PROGRAMS for machine in ARCHITECTURES}


def is_stale(out: Path) -> bool:
    """Return whether a source is newer than an executable, or one is not there."""
    made = [path.stat().st_mtime if path.exists() else 0.0 for path in outputs(out).values()]
    return min(made) < max(path.stat().st_mtime for path in [*PROBE.rglob("*.[ch]"), Path(__file__)])


def compile_probe(out: Path) -> None:
    """Write all executables to ``out``, each complete or not at all."""
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="gpucheck-zig-") as folder:
        # zig keeps what it builds of libc; a folder in $HOME is not ours to fill
        caches = dict.fromkeys(("ZIG_GLOBAL_CACHE_DIR", "ZIG_LOCAL_CACHE_DIR"), f"{folder}/zig")
        for (name, architecture), path in outputs(out).items():
            fresh = Path(folder, path.name)
            place, library, linked = PROGRAMS[name]
            sources = [source.name for source in sorted(place.glob("*.c"))]
            subprocess.run(
                [
                    sys.executable, "-m", "ziglang", "cc", "-target", f"{architecture}-linux-{library}",
                    *_FLAGS, "-o", str(fresh), *sources, *linked,
                ],
                cwd=place, env=os.environ | caches, check=True,
            )  # fmt: skip
            partial = path.with_name(f".{path.name}.{os.getpid()}")
            shutil.copyfile(fresh, partial)
            partial.chmod(0o755)
            partial.replace(path)


def main() -> None:
    """Read the command line and compile."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--out", type=Path, default=PROBE, help="where to (default: into the package)")
    parser.add_argument("--if-stale", action="store_true", help="only if the sources are newer")
    arguments = parser.parse_args()
    if not arguments.if_stale or is_stale(arguments.out):
        compile_probe(arguments.out.resolve())


if __name__ == "__main__":
    main()
