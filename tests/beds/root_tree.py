"""A root tree of a newer Debian, made by debootstrap once and kept between runs of the tests.

It is never written to: who uses it lays a folder of their own over it.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

from tests.fakes.requirement import lacking, program

CACHE = Path("/var/cache/gpucheck-test-beds")
_DEADLINE = 600  # seconds; it takes 40 where the packages come quickly
_SCRIPTS = Path("/usr/share/debootstrap/scripts")


def root_tree(suite: str, *packages: str, moves: bool = False) -> Path:
    """Return the tree of a suite with these packages; ends the test where it cannot be made.

    A suite that moves may not fit together for some days: then, and only then, its tests are skipped.
    """
    if os.geteuid() != 0:
        lacking("root, to make the tree of another Debian")
    CACHE.mkdir(parents=True, exist_ok=True)
    key = hashlib.sha256(" ".join(sorted(packages)).encode()).hexdigest()[:12]
    tree = CACHE / f"{suite}-{key}"
    with (CACHE / f"{tree.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # one makes it, the others wait
        if not tree.exists():
            for unfinished in CACHE.glob(f"{tree.name}.new-*"):
                shutil.rmtree(unfinished)
            fresh = Path(tempfile.mkdtemp(prefix=f"{tree.name}.new-", dir=CACHE))
            if said := _bootstrap(suite, packages, fresh):
                (pytest.skip if moves else pytest.fail)(f"debootstrap {suite}:\n{said}")
            fresh.rename(tree)
    return tree


def _bootstrap(suite: str, packages: tuple[str, ...], target: Path) -> str:
    """Make the tree; return what went wrong."""
    # in a mount namespace, so that what it mounts below the target goes with it, even when it is killed
    argv = [program("unshare"), "--mount", "--propagation", "private", program("debootstrap")]
    argv += ["--variant=minbase", f"--include={','.join(packages)}", suite, str(target), _mirror()]
    if not (_SCRIPTS / suite).exists():  # younger than this debootstrap
        argv.append(str(_SCRIPTS / "sid"))
    done = subprocess.run(argv, capture_output=True, text=True, timeout=_DEADLINE, check=False)
    if done.returncode != 0:
        log = target / "debootstrap/debootstrap.log"
        said = log.read_text(errors="replace") if log.exists() else done.stdout + done.stderr
        return said[-2000:]
    for package in (target / "var/cache/apt/archives").glob("*.deb"):
        package.unlink()
    target.chmod(0o755)
    return ""


def _mirror() -> str:
    """Return where this machine's apt gets Debian from."""
    form = "$(REPO_URI) $(ORIGIN) $(LABEL)"
    argv = [program("apt-get"), "indextargets", "--format", form, "Created-By: Packages"]
    listed = subprocess.run(argv, capture_output=True, text=True, check=True).stdout
    found = [line.split()[0] for line in listed.splitlines() if line.endswith(" Debian Debian")]
    return found[0] if found else lacking("apt with Debian's archive among its sources")
