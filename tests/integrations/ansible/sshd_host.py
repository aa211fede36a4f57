"""A GPU machine that is reached by SSH: an sshd in a Debian of its own, in which a driver is laid out.

The tree holds OpenSSH, Python and its module venv, and nothing else. What a host writes goes to a folder of its own;
its processes end with it, also those that a driver holds. https://man.openbsd.org/sshd_config tells the settings.
"""

import os
import selectors
import signal
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from tests.beds.root_tree import root_tree
from tests.e2e.simulated import LIBRARY_FOLDER, Machine, _lay_out, install_toolkit
from tests.fakes.requirement import program

SUITE, PACKAGES = "trixie", ("openssh-server", "python3", "python3-venv")
_LOG_BYTES = 1 << 20  # nobody reads on once it listens, and sshd waits for room to write
_PATIENCE = 60.0  # seconds until sshd listens, on a busy machine
_ENTER = """
bed=$1 tree=$2 port=$3
mkdir "$bed/upper" "$bed/work" "$bed/root"
# volatile: what it wrote is thrown away, so that its end need not wait for the disk
mount -t overlay -o "volatile,lowerdir=$tree,upperdir=$bed/upper,workdir=$bed/work" overlay "$bed/root"
cd "$bed/root"
mount --rbind /sys sys
mount --bind "$bed/layout/pci" sys/bus/pci/devices
mount --bind "$bed/layout/module" sys/module
mkdir -p ".$bed" lib/modules run/sshd
mount --bind "$bed" ".$bed"
mkdir "$bed/layout/proc"
mount -t proc proc ".$bed/layout/proc"
mount -t tmpfs tmpfs proc
for entry in ".$bed"/layout/proc/*; do
    ln -s "${entry#.}" proc/
done
rm -f proc/modules proc/devices proc/driver
cp -r "$bed/layout/driver" proc/driver
cp "$bed/layout/proc_modules" proc/modules
cp "$bed/layout/proc_devices" proc/devices
cp -r "$bed/layout/kernels/." lib/modules
cp -a "$bed/layout/lib/." ".$libraries"
cp -a "$bed/tools/." usr/bin
mount -t tmpfs tmpfs dev
mkdir dev/pts dev/shm dev/char
mount -t devpts -o newinstance,ptmxmode=0666 devpts dev/pts
ln -s pts/ptmx dev/ptmx
mknod -m 666 dev/null c 1 3
mknod -m 666 dev/zero c 1 5
mknod -m 666 dev/urandom c 1 9
mknod -m 666 dev/tty c 5 0
while read -r node major minor; do
    mknod -m 666 "dev/$node" c "$major" "$minor"
    ln -s "../$node" "dev/char/$major:$minor"
done <"$bed/layout/nodes"
mkdir outside
pivot_root . outside
umount --lazy outside
ldconfig
exec /usr/sbin/sshd -D -e -f "$bed/sshd_config"
"""
_CONFIG = """
ListenAddress 127.0.0.1:{port}
HostKey {bed}/host_key
AuthorizedKeysFile {keys}
StrictModes no
UsePAM no
PermitRootLogin prohibit-password
PasswordAuthentication no
KbdInteractiveAuthentication no
PidFile none
Subsystem sftp internal-sftp
SetEnv FAKE_NVML_SCENARIO={bed}/scenario.txt
"""


@dataclass(frozen=True)
class Keys:
    """A pair of keys by which root may log in."""

    private: Path

    @property
    def public(self) -> Path:
        """The file that a host trusts."""
        return self.private.with_suffix(".pub")


def make_key(path: Path) -> Keys:
    """Make a pair of keys without a passphrase."""
    argv = [program("ssh-keygen"), "-q", "-t", "ed25519", "-N", "", "-f", str(path)]
    subprocess.run(argv, check=True, timeout=60)
    return Keys(path)


class SshdHost:
    """``with SshdHost(...) as host``: listens on ``host.port`` of loopback."""

    def __init__(self, folder: Path, keys: Keys, machine: Machine, scenario: str) -> None:
        self.folder, self.keys = folder, keys
        self._tree = root_tree(SUITE, *PACKAGES)
        program("ssh")
        folder.mkdir()
        _lay_out(folder / "layout", machine)
        install_toolkit(folder)
        make_key(folder / "host_key")
        self.play(scenario)
        self.port = free_port()
        text = _CONFIG.format(port=self.port, bed=folder, keys=folder / "authorized_keys")
        (folder / "sshd_config").write_text(text)
        (folder / "authorized_keys").write_bytes(keys.public.read_bytes())

    @property
    def root(self) -> Path:
        """What the host has written, seen from outside: files that differ from the tree's."""
        return self.folder / "upper"

    def play(self, scenario: str) -> None:
        """Say what the driver does from now on."""
        (self.folder / "scenario.txt").write_text(scenario)

    def __enter__(self) -> "SshdHost":  # noqa: PYI034 - typing.Self needs Python 3.11
        argv = [
            # a test run that is killed takes its hosts along
            program("setpriv"), "--pdeathsig", "KILL", program("unshare"), "--mount", "--pid", "--fork", "--kill-child", "--propagation", "private",
            "sh", "-euc", _ENTER, "sh", str(self.folder), str(self._tree), str(self.port),
        ]  # fmt: skip
        self._child = subprocess.Popen(
            argv, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
            env={"PATH": os.environ["PATH"], "libraries": str(LIBRARY_FOLDER)}, start_new_session=True,
            pipesize=_LOG_BYTES,
        )  # fmt: skip
        try:
            self._wait_until_it_listens()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """End every process of the host."""
        os.killpg(self._child.pid, signal.SIGKILL)
        self._child.wait(timeout=30)
        assert self._child.stderr is not None
        self._child.stderr.close()

    def _wait_until_it_listens(self) -> None:
        assert self._child.stderr is not None
        said, until = b"", time.monotonic() + _PATIENCE
        with selectors.DefaultSelector() as selector:
            selector.register(self._child.stderr, selectors.EVENT_READ)
            while b"Server listening on" not in said:
                assert selector.select(until - time.monotonic()), f"sshd does not listen: {said.decode()}"
                chunk = os.read(self._child.stderr.fileno(), 4096)
                assert chunk, f"sshd ended: {said.decode()}"
                said += chunk


def free_port() -> int:
    """Return a port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
