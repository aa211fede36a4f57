"""Podman of this machine with CDI specs, in a mount namespace with an /etc/cdi of its own.

    with podman_bed("h100x8") as bed:
        bed.cli("run", "--rm", "--device", "nvidia.com/gpu=0", …)
        subprocess.run([*bed.prefix, "gpucheck", …])

Podman 4.3 searches /etc/cdi and /var/run/cdi and nothing else (later ones have --cdi-spec-dir). Its images
and containers are below the bed's folder: the namespace has configuration files that say so.
"""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.beds.cdi import CdiSpecs
from tests.beds.engine_cli import EngineCli
from tests.e2e.dockerd import _mounts_below, _processes_of
from tests.fakes.requirement import lacking, program

_HOLD = """
bed=$1
for place in /etc /run /var/lib; do  # podman and runc write to fixed places, too
    upper=$bed/upper$place work=$bed/work$place
    mkdir -p "$upper" "$work"
    mount -t overlay -o "lowerdir=$place,upperdir=$upper,workdir=$work" overlay "$place"
done
mkdir -p /etc/cdi /etc/containers
mount --bind "$bed/etc/cdi" /etc/cdi
cp "$bed/containers.conf" "$bed/storage.conf" /etc/containers
echo ready
trap "" CHLD  # the first process of the namespace inherits the ended ones: they are to vanish
exec sleep 3600
"""
_ENGINE = """
[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
lock_type = "file"
runtime = "runc"
tmp_dir = "{bed}/run/libpod"
[containers]
default_ulimits = ["nofile=1024:1024", "nproc=4096:4096"]  # its own take a capability that root may lack
netns = "none"
[network]
network_config_dir = "{bed}/networks"
"""
_STORAGE = """
[storage]
driver = "overlay"
graphroot = "{bed}/storage"
runroot = "{bed}/run/storage"
"""


@dataclass(frozen=True)
class PodmanBed:
    """A namespace that is there as long as the bed is."""

    folder: Path
    prefix: tuple[str, ...]  # of a command line that runs in the namespace
    specs: CdiSpecs

    @property
    def cli(self) -> EngineCli:
        return EngineCli((*self.prefix, program("podman")), {})


@contextmanager
def podman_bed(scenario: str = "h100x8") -> Iterator[PodmanBed]:
    """Lay out a machine of that scenario (a preset's name, or text); leave nothing of it behind."""
    program("podman")
    if os.geteuid() != 0:
        lacking("root, to lay out an /etc/cdi in a mount namespace")
    folder = Path(tempfile.mkdtemp(prefix="gpucheck-podman-"))
    specs = CdiSpecs(folder)
    specs.write(scenario)
    (folder / "containers.conf").write_text(_ENGINE.format(bed=folder))
    (folder / "storage.conf").write_text(_STORAGE.format(bed=folder))
    unshare = [program("unshare"), "--mount", "--propagation=private", "--pid", "--fork", "--kill-child"]
    argv = [*unshare, "--mount-proc", "sh", "-euc", _HOLD, "sh", str(folder)]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == b"ready\n"
        first = int(Path(f"/proc/{holder.pid}/task/{holder.pid}/children").read_text())
        try:
            prefix = (program("nsenter"), f"--mount=/proc/{first}/ns/mnt", f"--pid=/proc/{first}/ns/pid")
            yield PodmanBed(folder, prefix, specs)
        finally:
            os.kill(first, signal.SIGKILL)  # and with it every process of the namespace
    shutil.rmtree(folder)
    assert (_processes_of(folder), _mounts_below(folder)) == ([], [])
