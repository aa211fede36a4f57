"""Whether NVIDIA's .run installer put a driver on this host.

Its log of installed files, /var/lib/nvidia/log, begins with the driver's version and lists among
others /usr/bin/nvidia-uninstall, which takes both away again:
https://github.com/NVIDIA/nvidia-installer/blob/main/backup.c
"""

import re

from gpucheck.model.driver import RunfileDriver
from gpucheck.model.fact import Absent, Fact
from gpucheck.probes._read import parsed
from gpucheck.system.ports import Files

_LOG = "/var/lib/nvidia/log"
_UNINSTALLER = "/usr/bin/nvidia-uninstall"
_LIMIT = 4 << 20


def runfile_driver(files: Files) -> Fact[RunfileDriver]:
    """Return the driver; absent where there is no log, or nothing that would uninstall it."""
    log = files.text(_LOG, _LIMIT)
    if isinstance(log, Absent) or not files.exists(_UNINSTALLER):
        return Absent((_LOG, _UNINSTALLER))
    return parsed(log, parse_log)


def parse_log(text: str) -> RunfileDriver:
    """Return the version of the first line, "580.95.05" or as of old "1.0-105917 (105.9.17)".

    Raises ValueError where there is none.
    """
    line = text.partition("\n")[0].strip()
    found = re.search(r"\((\d+(?:\.\d+)+)\)", line) or re.fullmatch(r"(\d+(?:\.\d+)+)", line)
    if found is None:
        raise ValueError(f"no version in {line[:60]!r}")
    return RunfileDriver(found[1])
