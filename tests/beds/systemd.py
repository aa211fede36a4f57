"""A real systemd with units of its own: a user manager, alone in a PID and mount namespace.

It is started as ``systemd --user``, which needs no boot: User= and other things of the system manager are not to be
had there; starting, stopping, restarting, path units, timers and control groups are the same code.
"""

import os
import subprocess
import uuid
from pathlib import Path

from tests.e2e.runs import until
from tests.fakes.requirement import lacking, program

SYSTEMD = "/lib/systemd/systemd"
# it refuses to start where no systemd was booted: https://www.freedesktop.org/software/systemd/man/sd_booted.html
_BOOT = """
echo $$ >"$1/cgroup.procs" && mount -t tmpfs none /run && mkdir -p /run/systemd/system &&
"$2" --user --log-target=console --unit=basic.target; exit # it takes itself for the system's, were it the first process
"""


class Systemd:
    """Started on entry, ended with all it runs on exit; ``folder`` holds units and runtime files."""

    def __init__(self, folder: Path) -> None:
        if os.geteuid() != 0 or not Path(SYSTEMD).exists():
            lacking("root and systemd")
        self.units = folder / "config" / "systemd" / "user"
        self.runtime = folder / "runtime"
        self.units.mkdir(parents=True)
        self.runtime.mkdir(mode=0o700, exist_ok=True)
        self.environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith(("GPUCHECK_", "DBUS_", "XDG_"))},
            "XDG_RUNTIME_DIR": str(self.runtime),
            "XDG_CONFIG_HOME": str(folder / "config"),
        }
        self._log = (folder / "systemd.log").open("wb")
        self._group = _hierarchy() / f"gpucheck-test-{uuid.uuid4().hex[:8]}"
        self._child: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "Systemd":  # noqa: PYI034 - typing.Self needs Python 3.11
        self._group.mkdir()
        argv = [program("unshare"), "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "sh", "-c"]
        argv += [_BOOT, "boot", str(self._group), SYSTEMD]
        self._child = subprocess.Popen(argv, env=self.environment, stdout=self._log, stderr=self._log)
        try:
            until(lambda: self.ask("is-active", "basic.target") == "active", 30)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        assert self._child is not None
        self._child.kill()  # and with it the first process of the namespace, and so all of them
        self._child.wait(20)
        self._log.close()
        until(self._is_removed, 20)

    def ask(self, *arguments: str) -> str:
        """Return what ``systemctl --user`` says on stdout."""
        return self._systemctl(*arguments).stdout.strip()

    def do(self, *arguments: str) -> int:
        """Return the exit code of ``systemctl --user``."""
        return self._systemctl(*arguments).returncode

    def state(self, unit: str) -> str:
        """Return ActiveState and SubState: active/running."""
        shown = dict(
            line.split("=", 1) for line in self.ask("show", "-p", "ActiveState,SubState", unit).splitlines()
        )
        return f"{shown.get('ActiveState')}/{shown.get('SubState')}"

    def restarts(self, unit: str) -> int:
        """Return how often systemd itself has started a unit again."""
        return int(self.ask("show", "-p", "NRestarts", "--value", unit) or 0)

    def _systemctl(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        assert self._child is not None
        inside = [program("nsenter"), "--target", _first_process(self._child.pid), "--mount", "--pid"]
        return subprocess.run(
            [*inside, program("systemctl"), "--user", *arguments],
            env=self.environment, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip

    def _is_removed(self) -> bool:
        for folder in sorted(self._group.rglob("*"), reverse=True):
            if folder.is_dir():
                _remove(folder)
        _remove(self._group)
        return not self._group.exists()


def _first_process(parent: int) -> str:
    """Return the process that a process has started; '' where there is none yet."""
    children = Path(f"/proc/{parent}/task/{parent}/children")
    return children.read_text().partition(" ")[0] or "0"


def _remove(group: Path) -> None:
    try:
        group.rmdir()
    except OSError:
        return  # a process of it is still ending


def _hierarchy() -> Path:
    """Return where systemd's control groups lie: https://systemd.io/CGROUP_DELEGATION/."""
    legacy = Path("/sys/fs/cgroup/systemd")
    return legacy if legacy.is_dir() else Path("/sys/fs/cgroup")
