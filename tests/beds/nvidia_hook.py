"""Stands in for nvidia-container-runtime-hook: an OCI prestart hook that gives a container its GPUs.

    python -m tests.beds.nvidia_hook FOLDER prestart <STATE

FOLDER is that of the bed: its scenario, the pieces of it, the driver's files, and the mode to play. The
files are mounted as libnvidia-container does: in the namespace of the container, whose root is not
in place yet, by the driver's version, and ldconfig makes the links to them.
"""

import json
import platform
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from tests.beds.hook_failures import FAILURES
from tests.beds.hook_request import CapabilitiesError, Request
from tests.beds.hook_requirements import unsatisfied
from tests.beds.pieces import HOST, Machine, gpu_piece, gpus_in

_LIBRARIES = {"compute": "libcuda.so", "utility": "libnvidia-ml.so"}
_CONTROL = 255  # the minor number of /dev/nvidiactl
_PLACE = """
root=$1 libraries=$2
shift 2
while [ "$1" != nodes ]; do
    mkdir -p "$root${2%/*}"
    : >"$root$2"
    mount --bind "$1" "$root$2"
    mount -o remount,bind,ro "$root$2"
    shift 2
done
shift
for minor; do
    case $minor in 255) name=nvidiactl ;; *) name=nvidia$minor ;; esac
    mknod -m 666 "$root/dev/$name" c 195 "$minor"
done
mkdir -p "$root/etc"
ldconfig -r "$root" "$libraries"
"""


class RefusalError(Exception):
    """nvidia-container-cli says why and ends."""


def selected(machine: Machine, names: list[str]) -> frozenset[str]:
    """Return the pieces of the devices asked for, by names that the toolkit knows, in any case."""
    known = {name.lower(): pieces for name, pieces in machine.names_of_the_hook().items()}
    chosen: frozenset[str] = frozenset()
    for name in names:
        if name.lower() not in {*known, "none"}:
            raise RefusalError(f"device error: {name}: unknown device")
        chosen |= known.get(name.lower(), frozenset())
    return chosen


def other_gpus(machine: Machine, pieces: frozenset[str]) -> frozenset[str]:
    """Return GPUs that were not asked for, as many; of all of them, all but the last."""
    asked = gpus_in(pieces)
    others = [gpu for gpu in machine.gpus if gpu not in asked] or asked[:-1]
    return frozenset(gpu_piece(gpu) for gpu in others[: len(asked)])


def configure(bed: Path, request: Request, state: dict[str, Any], root: Path, mode: str) -> None:
    """Do what nvidia-container-cli does."""
    machine = Machine((bed / "scenario.txt").read_text())
    pieces = selected(machine, request.devices())
    if complaint := unsatisfied(request.requirements(), machine, gpus_in(pieces)):
        raise RefusalError(complaint)
    if mode == "wrong":
        pieces = other_gpus(machine, pieces)
    folder = library_folder(root)
    mounts = {f"/usr/share/fake-nvidia/{piece}": f"pieces/{piece}" for piece in (HOST, *pieces)}
    for capability in request.capabilities() & set(_LIBRARIES):
        name = _LIBRARIES[capability]
        mounts[f"{folder}/{name}.{machine.value('driver_version')}"] = f"driver/{name}.1"
    place(bed, state["pid"], root, mounts, [*gpus_in(pieces), _CONTROL])


def place(bed: Path, pid: int, root: Path, mounts: dict[str, str], minors: list[int]) -> None:
    """Mount files of the bed (target -> source) and make device nodes."""
    words = [word for target, source in mounts.items() for word in (str(bed / source), target)]
    enter = ["nsenter", f"--mount=/proc/{pid}/ns/mnt", "sh", "-euc", _PLACE, "sh"]
    subprocess.run([*enter, str(root), library_folder(root), *words, "nodes", *map(str, minors)], check=True)


def library_folder(root: Path) -> str:
    """Return where the driver's libraries go: nvc_container.c looks whether it is Debian's kin."""
    is_debian = (root / "etc/debian_version").exists()
    return f"/usr/lib/{platform.machine()}-linux-gnu" if is_debian else "/usr/lib64"


def main(bed: Path) -> None:
    state = json.load(sys.stdin)
    config = json.loads(Path(state["bundle"], "config.json").read_text())
    # what Docker adds for --gpus comes after the image's own
    request = Request(dict(line.partition("=")[::2] for line in config["process"].get("env") or []))
    if not request.devices():
        return
    while (mode := (bed / "mode").read_text()) == "hang":
        time.sleep(0.05)
    root = Path(config["root"]["path"])
    if mode in FAILURES:
        sys.exit(FAILURES[mode].format(rootfs=root, id=state["id"]))
    try:
        configure(bed, request, state, root, mode)
    except CapabilitiesError as error:
        sys.exit(str(error))
    except RefusalError as error:
        sys.exit(f"Auto-detected mode as 'legacy'\nnvidia-container-cli: {error}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
