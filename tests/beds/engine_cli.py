"""A docker or podman command line at an engine of the test's own, with images that need no registry."""

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.beds.driver_files import built
from tests.beds.images import CUDA_VARIABLES, for_processor, glibc_image, static_image
from tests.cli.runner import environment

_PATIENT = 60.0  # seconds, on a busy machine
LIST_GPUS = "/list-gpus"

Done = subprocess.CompletedProcess[str]


@dataclass(frozen=True)
class EngineCli:
    """``cli("run", …)`` runs a command and returns its exit code and what it printed."""

    argv: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict)  # on top of the test's own

    def __call__(self, *words: str, timeout: float = _PATIENT) -> Done:
        return subprocess.run(
            [*self.argv, *words], stdin=subprocess.DEVNULL, capture_output=True, text=True,
            timeout=timeout, check=False, env=environment(**self.env),
        )  # fmt: skip

    def said(self, *words: str) -> str:
        """Run a command that must succeed; return its standard output."""
        done = self(*words)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def import_image(self, tar: Path, name: str, variables: Mapping[str, str] | None = None) -> None:
        """Make an image of one layer with these environment variables."""
        changes = [f'--change=ENV {key}="{value}"' for key, value in (variables or {}).items()]
        self.said("import", *changes, str(tar), name)

    def import_images(self, folder: Path) -> None:
        """Make the images ``glibc``, ``cuda`` (the same with a CUDA image's variables) and ``static``."""
        tar = glibc_image(folder)
        self.import_image(tar, "glibc")
        self.import_image(tar, "cuda", CUDA_VARIABLES)
        self.import_image(static_image(folder), "static")

    def load_as(self, image: str, architecture: str, name: str) -> None:
        """Load an image of Docker's once more, as one for another processor."""
        saved = subprocess.run(
            [*self.argv, "save", image], capture_output=True, timeout=_PATIENT, check=True,
            env=environment(**self.env),
        )  # fmt: skip
        tar = for_processor(saved.stdout, architecture, name)
        subprocess.run(
            [*self.argv, "load"], input=tar, capture_output=True, timeout=_PATIENT, check=True,
            env=environment(**self.env),
        )  # fmt: skip

    def list_gpus(self, *options: str, image: str = "glibc") -> Done:
        """Run a container that prints the GPUs it sees, and what libcuda answers."""
        tool = f"{built() / 'list-gpus'}:{LIST_GPUS}:ro"
        return self("run", "--rm", "--network=none", "--volume", tool, *options, image, LIST_GPUS)
