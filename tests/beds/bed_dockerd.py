"""A dockerd in surroundings of its own: other variables, or another root."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.beds.engine_cli import EngineCli
from tests.e2e.dockerd import (
    DOCKERD,
    RunningDockerd,
    _mounts_below,
    _processes_of,
    no_other_dockerd,
    require_dockerd,
)
from tests.fakes.requirement import program

DOCKER = "/usr/bin/docker"  # of the same package; another one may come first on PATH
_LOG_BYTES = 1 << 20  # nobody reads its log meanwhile, and dockerd waits for room to write
_HELD: list[Path] = []


class BedDockerd(RunningDockerd):
    """``prefix`` is a command line that ends by running the one behind it."""

    prefix: tuple[str, ...] = ()

    def __enter__(self) -> "BedDockerd":  # noqa: PYI034 - typing.Self needs Python 3.11
        flags = [
            f"--config-file={self.daemon_json}", f"--data-root={self.folder / 'data'}",
            f"--exec-root={self.folder / 'exec'}", f"--pidfile={self.folder / 'docker.pid'}",
            "--bridge=none", "--iptables=false",
        ]  # fmt: skip
        self._child = subprocess.Popen(
            [*self.prefix, DOCKERD, "-H", self.endpoint, *flags, *self._flags],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            pipesize=_LOG_BYTES,
            start_new_session=True,
        )
        self.pid = self._child.pid
        try:
            self._wait_until_ready()
        except BaseException:
            self.stop()
            raise
        return self

    @property
    def cli(self) -> EngineCli:
        """The docker of the same package."""
        return EngineCli((program(DOCKER),), {"DOCKER_HOST": self.endpoint})


@contextmanager
def folder_of_dockerd() -> Iterator[Path]:
    """Do what the fixture dockerd_folder does, for as long as it takes; nothing may be left behind.

    One at a time, also in one process: a test that starts a bed is not in a module whose fixture holds one.
    """
    require_dockerd()
    assert not _HELD, f"{_HELD} is still there, and its lock"
    with no_other_dockerd():
        folder = Path(tempfile.mkdtemp(prefix="gpucheck-bed-"))
        folder.chmod(0o755)
        _HELD.append(folder)
        try:
            yield folder
        finally:
            _HELD.clear()
        shutil.rmtree(folder, ignore_errors=True)
        assert (_processes_of(folder), _mounts_below(folder)) == ([], [])
