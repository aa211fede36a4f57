"""Runs a script of a plan with programs that only write down how they were called."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from gpucheck.model.plan import Plan

# what a script itself needs; everything else is a program that writes down its words
_REAL = ("sh", "uname")
_RECORDER = r"""#!/bin/sh
{ printf '%s\0' "${0##*/}" "$@"; printf '\n\0'; } >>"$CALLS"
[ "${0##*/}" != "${BREAKS:-}" ]
"""
_SUDO = r"""#!/bin/sh
printf '%s\0' sudo "$@" >>"$CALLS"
printf '\n\0' >>"$CALLS"
[ "$1" = -- ] || exit 99
shift
exec "$@"
"""


@dataclass(frozen=True)
class Run:
    """What a script did."""

    code: int
    printed: str
    complaints: str
    calls: list[tuple[str, ...]]


def programs(folder: Path, plan: Plan, uid: int = 0) -> Path:
    """Return a folder with a recorder for every program that a plan names."""
    folder.mkdir(exist_ok=True)
    names = {
        c.argv[0] for step in (*plan.steps, *plan.by_hand) for c in (*step.commands, *step.undo, *step.looks)
    }
    for name, text in {
        **dict.fromkeys(names, _RECORDER),
        "sudo": _SUDO,
        "id": f"#!/bin/sh\necho {uid}\n",
    }.items():
        (folder / name).write_text(text)
        (folder / name).chmod(0o755)
    for name in _REAL:
        (folder / name).unlink(missing_ok=True)
        (folder / name).symlink_to(f"/usr/bin/{name}")
    return folder


def run_script(
    text: str, plan: Plan, folder: Path, *arguments: str, shell: str = "sh", uid: int = 0, **variables: str
) -> Run:
    """Run a script whose PATH holds recorders only."""
    script, calls = folder / "fix.sh", folder / "calls"
    script.write_text(text)
    calls.write_bytes(b"")
    path = programs(folder / "bin", plan, uid)
    done = subprocess.run(
        [f"/bin/{shell}", str(script), *arguments],
        env={"PATH": str(path), "CALLS": str(calls), "ANY_HOST": "1", "HOME": "/home/user", **variables},
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    return Run(done.returncode, done.stdout, done.stderr, recorded(calls))


def recorded(calls: Path) -> list[tuple[str, ...]]:
    """Return the calls that recorders wrote down."""
    lines = os.fsdecode(calls.read_bytes()).split("\0\n\0")
    return [tuple(line.split("\0")) for line in lines if line]


def commands_of(plan: Plan) -> list[tuple[str, ...]]:
    """Return what a plan runs, in order, but for its reboot."""
    return [c.argv for step in plan.steps for c in step.commands if c.kind.value != "reboot"]
