"""``gpucheck run`` as a user starts it, at an engine of a test bed; its document is valid by the schema."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from tests.cli.runner import environment
from tests.fakes import libraries
from tests.fakes.compute_probe import cross_compiled
from tests.tables.folder import schema

ROOT = Path(__file__).parents[2]
COMMAND = (sys.executable, "-m", "gpucheck", "run")


@dataclass(frozen=True)
class Ran:
    """What came of it."""

    code: int
    document: dict[str, Any]
    stderr: str
    seconds: float

    @property
    def told(self) -> tuple[int, str, str, str]:
        return self.code, self.document["verdict"], self.document["devices"], self.document["compute"]


def host_of(scenario: str, folder: Path, **more: str) -> dict[str, str]:
    """Return the environment of a host whose driver libraries are stand-ins that play a scenario."""
    cross_compiled()
    return environment(**libraries.environment(scenario, folder), **more)


def run(env: Mapping[str, str], *arguments: str, prefix: tuple[str, ...] = (), timeout: float = 120.0) -> Ran:
    begun = time.monotonic()
    done = subprocess.run(
        [*prefix, *COMMAND, "--format", "json", *arguments],
        env=dict(env), capture_output=True, text=True, timeout=timeout, check=False, cwd=ROOT,
    )  # fmt: skip
    seconds = time.monotonic() - begun
    assert done.stdout, done.stderr
    document = json.loads(done.stdout)
    Draft202012Validator(schema("run")).validate(document)
    return Ran(done.returncode, document, done.stderr, seconds)


def until(condition: Callable[[], bool], seconds: float) -> None:
    """Wait for what an engine does after it has answered, such as removing a container."""
    limit = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < limit, "it did not come to that in time"
        time.sleep(0.1)
