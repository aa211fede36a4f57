"""Docker 26 or newer, of a newer Debian, in a root of its own: the way of CDI.

    with newer_docker("h100x8") as bed:
        bed.cli("run", "--rm", "--device", "nvidia.com/gpu=0", …)
        bed.specs.make_stale()

The bed's folder, the folder for temporary files and the checkout have the same paths inside as outside: the
socket is found, and what a program outside has mounted into a container. Inside, /etc/cdi is ``specs``.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.beds.bed_dockerd import BedDockerd, folder_of_dockerd
from tests.beds.cdi import CdiSpecs
from tests.beds.engine_cli import EngineCli
from tests.beds.root_tree import root_tree
from tests.fakes.requirement import program

STABLE = "trixie"  # Docker 26, where CDI is off unless daemon.json says otherwise
TESTING = "forky"  # Docker 28.5 as this was written, where it is on
WITH_CDI = {"features": {"cdi": True}}
_PACKAGES = ("ca-certificates", "docker-cli", "docker.io")
_CHECKOUT = Path(__file__).parents[2]
_ENTER = """
bed=$1 tree=$2
shift 2
mkdir "$bed/upper" "$bed/work" "$bed/root" "$bed/run"
mount -t overlay -o "lowerdir=$tree,upperdir=$bed/upper,workdir=$bed/work" overlay "$bed/root"
cd "$bed/root"
for kernel in proc sys dev; do
    mount --rbind "/$kernel" "$kernel"
done
mount --bind "$bed/run" run
while [ "$1" != run ]; do
    mkdir -p ".$1"
    mount --bind "$1" ".$1"
    shift
done
shift
mkdir -p etc/cdi outside
mount --bind "$bed/etc/cdi" etc/cdi
pivot_root . outside
umount --lazy outside
exec "$@"
"""


class NewerDocker(BedDockerd):
    """A dockerd in the root tree of another Debian."""

    def __init__(self, folder: Path, tree: Path, scenario: str, daemon_json: dict[str, Any]) -> None:
        super().__init__(folder, daemon_json)
        self.specs = CdiSpecs(folder)
        self.specs.write(scenario)
        visible = sorted({tempfile.gettempdir(), str(_CHECKOUT)})
        self.prefix = (
            program("unshare"), "--mount", "--propagation", "private",
            "sh", "-euc", _ENTER, "sh", str(folder), str(tree), *visible, "run",
        )  # fmt: skip

    @property
    def cli(self) -> EngineCli:
        """The docker of the other Debian: that of this one takes a CDI name for a path."""
        enter = (program("nsenter"), f"--mount=/proc/{self.pid}/ns/mnt", "/usr/bin/docker")
        return EngineCli(enter, {"DOCKER_HOST": self.endpoint})


@contextmanager
def newer_docker(
    scenario: str = "h100x8", suite: str = STABLE, daemon_json: dict[str, Any] | None = None
) -> Iterator[NewerDocker]:
    """Run the Docker of a suite on a machine of that scenario (a preset's name, or text)."""
    tree = root_tree(suite, *_PACKAGES, moves=suite == TESTING)  # takes its time, without the lock
    with folder_of_dockerd() as folder:
        bed = NewerDocker(folder, tree, scenario, WITH_CDI if daemon_json is None else daemon_json)
        with bed:
            yield bed
