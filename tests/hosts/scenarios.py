"""The hosts in this folder: what is wrong with each, and what gpucheck has to say of it."""

import os
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from gpucheck.model.host import HostSnapshot
from gpucheck.model.snapshot_file import parse_snapshot
from tests.fakes.libraries import built
from tests.hosts.layers import HERE, read_toml

_ROOT = HERE.parents[1]


@dataclass(frozen=True)
class Scenario:
    """One host. A ``cause`` with the verdict ``ready`` is a fault that waits: it is warned of."""

    name: str
    title: str
    case: str  # the thread it is built from
    verdict: str
    cause: str = ""  # '' for a healthy host
    warns: tuple[str, ...] = ()  # labels that a healthy host is rightly warned of
    says: tuple[str, ...] = ()  # words of the first line

    @property
    def folder(self) -> Path:
        return HERE / self.name


def scenarios() -> list[Scenario]:
    """Return every scenario, by name."""
    found = []
    for path in sorted(HERE.glob("*/scenario.toml")):
        told = read_toml(path)
        found.append(
            Scenario(
                path.parent.name, told["title"], told["case"], told["verdict"], told.get("cause", ""),
                tuple(told.get("warns", ())), tuple(told.get("says", ())),
            )
        )  # fmt: skip
    return found


@cache
def found_on(scenario: Scenario) -> HostSnapshot:
    """Return what gpucheck finds on the host; it is laid out once for all tests of a process."""
    with TemporaryDirectory() as folder:
        return snapshot_of(scenario, Path(folder))


def snapshot_of(scenario: Scenario, folder: Path) -> HostSnapshot:
    """Return what gpucheck finds on the host, laid out in ``folder``."""
    layout = folder / "layout"
    layout.mkdir()
    environment = {
        "PATH": os.environ["PATH"],
        "LD_LIBRARY_PATH": str(built()),
        "FAKE_NVML_SCENARIO": str(folder / "nvml-scenario.txt"),
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.hosts.look", str(scenario.folder), str(layout)],
        cwd=_ROOT, env=environment, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return parse_snapshot(done.stdout)
