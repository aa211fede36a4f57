"""Where gpucheck is on this host, and the words that start it."""

from __future__ import annotations

import os
import shutil
import sys
from importlib.util import find_spec

COMMAND = "gpucheck"
SINGLE_FILE = "/opt/gpucheck/gpucheck.pyz"  # where the role puts it
_BESIDE_PATH = ("/usr/local/sbin", "/usr/local/bin", "/usr/bin")  # sudo and cron have them not always on PATH
OLDEST = (3, 10)


class NotFoundError(Exception):
    """gpucheck is not where it was looked for; the text says where, and what to do."""


def command(given: list[str]) -> list[str]:
    """Return the words that start gpucheck: those given, else what is found. Raises NotFoundError."""
    if given:
        return _of_given(given)
    path = os.pathsep.join([os.environ.get("PATH", ""), *_BESIDE_PATH])
    found = shutil.which(COMMAND, path=path)
    if found:
        return [found]
    if os.path.isfile(SINGLE_FILE):
        return _by_this_python(SINGLE_FILE)
    if find_spec(COMMAND) and find_spec(f"{COMMAND}.__main__"):
        return [sys.executable, "-m", COMMAND]
    raise NotFoundError(
        f"gpucheck was not found: no command {COMMAND} on PATH, no {SINGLE_FILE}, "
        f"no module of {sys.executable}. Install it (role gpucheck.host.gpucheck_host), "
        "or say in executable where it is."
    )


def _of_given(given: list[str]) -> list[str]:
    first = os.path.expanduser(os.path.expandvars(given[0]))
    found = os.path.abspath(first) if os.sep in first else shutil.which(first)
    if not found or not os.path.isfile(found):
        raise NotFoundError(f"there is no {given[0]} on this host; executable says where gpucheck is")
    if len(given) == 1 and found.endswith(".pyz"):
        return _by_this_python(found)
    return [found, *given[1:]]


def _by_this_python(path: str) -> list[str]:
    """Run the single file with the Python that Ansible chose: the first on PATH may be too old."""
    if sys.version_info < OLDEST:
        wanted, here = ".".join(map(str, OLDEST)), ".".join(map(str, sys.version_info[:2]))
        raise NotFoundError(
            f"gpucheck needs Python {wanted} or newer, and {sys.executable} is {here}; "
            "set ansible_python_interpreter, or name another Python in executable"
        )
    return [sys.executable, path]
