"""Runs Ansible's own programs, apart from whoever runs the tests, and reads back what happened."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from tests.cli.runner import environment

COLLECTION = Path(__file__).parents[3] / "integrations" / "ansible"
_HERE = Path(__file__).parent
_BIN = Path(sys.executable).parent
_BOUND = 90.0  # seconds; a play over hosts one of which hangs ends by itself far before


@dataclass(frozen=True)
class Play:
    """What came of one run of ansible-playbook."""

    code: int
    printed: str
    events: list[dict[str, Any]]

    @cached_property
    def stats(self) -> dict[str, dict[str, int]]:
        """The recap: of each host ok, changed, failures, unreachable, ..."""
        found: dict[str, dict[str, int]] = next(e["hosts"] for e in self.events if e["kind"] == "stats")
        return found

    def results(self, task: str) -> dict[str, dict[str, Any]]:
        """Return what a task returned on each host."""
        return {e["host"]: e["result"] for e in self.events if e.get("task") == task}

    def kinds(self, task: str) -> dict[str, str]:
        """Return how a task ended on each host: ok, failed or unreachable."""
        return {e["host"]: e["kind"] for e in self.events if e.get("task") == task}

    def changed(self) -> dict[str, list[str]]:
        """Return the tasks that changed a host."""
        hosts = sorted({e["host"] for e in self.events if e.get("result", {}).get("changed")})
        return {
            h: [
                e["task"]
                for e in self.events
                if e.get("host") == h and e["kind"] == "ok" and e["result"].get("changed")
            ]
            for h in hosts
        }


@dataclass(frozen=True)
class Controller:
    """A folder from which plays are run: collections, inventory, files."""

    folder: Path

    def run(self, program: str, *words: str | Path, timeout: float = _BOUND, **variables: str) -> Any:
        """Run one of Ansible's programs and return how it ended."""
        return subprocess.run(
            [_BIN / program if (_BIN / program).exists() else program, *words], cwd=self.folder, env=self._environment | variables, check=False,
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=timeout,
        )  # fmt: skip

    def install_collection(self) -> None:
        """Install the collection as its README says."""
        done = self.run(
            "ansible-galaxy", "collection", "install", COLLECTION, "-p", self.folder / "collections"
        )
        assert done.returncode == 0, done.stderr

    def add_single_file(self, pyz: Path) -> None:
        """Put gpucheck.pyz where it is when it was built into the checkout before the collection was installed."""
        role = (
            self.folder
            / "collections"
            / "ansible_collections"
            / "gpucheck"
            / "host"
            / "roles"
            / "gpucheck_host"
        )
        (role / "files").mkdir()
        shutil.copy(pyz, role / "files" / "gpucheck.pyz")

    def play(self, playbook: str | Path | list[dict[str, Any]], *words: str) -> Play:
        """Run a playbook: its name, its file, or its plays."""
        if isinstance(playbook, list):
            import yaml

            plays, playbook = playbook, self.folder / "play.yml"
            playbook.write_text(yaml.safe_dump(plays))
        record = self.folder / "recorded"
        record.write_text("")
        done = self.run(
            "ansible-playbook", "-i", self.folder / "hosts.yml", playbook, *words, RECORDED=str(record)
        )
        events = [json.loads(line) for line in record.read_text().splitlines()]
        return Play(done.returncode, done.stdout + done.stderr, events)

    @property
    def _environment(self) -> dict[str, str]:
        kept = {k: v for k, v in environment().items() if not k.startswith("ANSIBLE_")}
        return kept | {
            "HOME": str(self.folder),
            "PWD": str(self.folder),
            "PATH": f"{_BIN}{os.pathsep}{os.environ['PATH']}",
            "ANSIBLE_HOME": str(self.folder / "home"),
            "ANSIBLE_CONFIG": str(_HERE / "ansible.cfg"),
            "ANSIBLE_COLLECTIONS_PATH": str(self.folder / "collections"),
            "ANSIBLE_CALLBACK_PLUGINS": str(_HERE / "callback"),
            "RECORDED": os.devnull,
            "LC_ALL": "C.UTF-8",
        }
