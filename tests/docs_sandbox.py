"""Runs the commands of a document where they can do no harm: /etc, /usr/local and /mnt are laid over.

``gpucheck`` is this checkout's, the host an example; sudo does as it is told, systemctl only writes down what it was
asked (units are run by a real systemd in tests/integrations).
"""

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.cli.runner import environment
from tests.fakes.requirement import program
from tests.integrations.commands import ROOT, gpucheck_in

_BLOCK = re.compile(r"(?:<!-- ((?:host|code|not run): .*?) -->\n)?```(sh|console)\n(.*?)```", re.DOTALL)
_OVER = """set -e
mount -t tmpfs none "$1"
for place in /etc /usr/local /mnt; do
    mkdir -p "$1$place" "$1/work$place"
    mount -t overlay -o "lowerdir=$place,upperdir=$1$place,workdir=$1/work$place" overlay "$place"
done
install -D "$2" /usr/local/bin/gpucheck
mkdir -p /etc/gpucheck
echo "GPUCHECK_FROM=${GPUCHECK_FROM-}" >/etc/gpucheck/runner.env
shift 2
exec "$@"
"""


@dataclass(frozen=True)
class Block:
    """One block of commands: where it stands, and how it is to be run."""

    page: str
    line: int
    kind: str  # sh; console: commands with what they print
    text: str
    host: str = "@dgx-h100"
    codes: tuple[int, ...] = (0,)
    not_run: str = ""  # why


def blocks_of(page: Path) -> list[Block]:
    """Return every fenced block of commands."""
    text = page.read_text()
    return [_block(page.name, text[: m.start()].count("\n") + 1, m) for m in _BLOCK.finditer(text)]


def _block(page: str, line: int, match: re.Match[str]) -> Block:
    mark = match[1] or ""
    if mark.startswith("not run: "):
        return Block(page, line, match[2], match[3], not_run=mark.removeprefix("not run: "))
    said = dict(part.split(": ", 1) for part in mark.split(", ")) if mark else {}
    codes = tuple(int(code) for code in said.get("code", "0").split(" or "))
    return Block(page, line, match[2], match[3], said.get("host", "@dgx-h100"), codes)


class Sandbox:
    """A folder for one page: its blocks follow one another in it; what they write to /etc goes with each."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.work = folder, folder / "work"
        self._layers = folder / "layers"
        self.work.mkdir()
        self._layers.mkdir()
        gpucheck_in(folder / "bin")
        for name, line in (("sudo", 'exec "$@"'), ("systemctl", f'echo "$@" >>{folder}/systemctl.log')):
            (folder / "bin" / name).write_text(f"#!/bin/sh\n{line}\n")
            (folder / "bin" / name).chmod(0o755)
        shutil.copytree(ROOT / "integrations", self.work / "integrations")

    def run(self, script: str, host: str) -> "subprocess.CompletedProcess[str]":
        """Run a script in bash, as somebody who pastes it: it goes on after a command that fails."""
        path = f"{self.folder / 'bin'}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        env = environment(HOME=str(self.folder), PATH=path)
        if host != "none":
            env["GPUCHECK_FROM"] = host
        env.pop("VIRTUAL_ENV", None)
        places = [str(self._layers), str(self.folder / "bin" / "gpucheck")]
        argv = [program("unshare"), "--mount", "sh", "-c", _OVER, "over", *places, "bash", "-c", script]
        return subprocess.run(
            argv, cwd=self.work, env=env, capture_output=True, text=True, timeout=300, check=False
        )  # fmt: skip
