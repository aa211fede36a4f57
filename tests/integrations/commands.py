"""A gpucheck on PATH for scripts that ask for one, and where the integrations lie."""

import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.cli.runner import environment
from tests.fakes.requirement import program

ROOT = Path(__file__).parents[2]
INTEGRATIONS = ROOT / "integrations"


def gpucheck_in(folder: Path, before: str = "") -> Path:
    """Write ``folder/gpucheck``, which runs this checkout's; ``before`` is shell that goes first."""
    folder.mkdir(parents=True, exist_ok=True)
    command = folder / "gpucheck"
    here = f"PYTHONPATH={shlex.quote(str(ROOT))} exec {shlex.quote(sys.executable)} -m gpucheck"
    command.write_text(f'#!/bin/sh\n{before}\n{here} "$@"\n')
    command.chmod(0o755)
    return command


def run(argv: list[str], cwd: Path, env: dict[str, str], stdin: str = "") -> subprocess.CompletedProcess[str]:
    """Run a command as CI systems do, with the environment that they set."""
    return subprocess.run(
        argv, cwd=cwd, env=environment(**env), input=stdin, capture_output=True, text=True, timeout=300, check=False
    )  # fmt: skip


def read_yaml(path: Path) -> Any:
    """Return a YAML file; GitLab's tag !reference becomes the list behind it."""
    import yaml

    class Loader(yaml.SafeLoader):
        pass

    def referred(loader: Loader, node: yaml.SequenceNode) -> Any:
        return loader.construct_sequence(node, deep=True)

    Loader.add_constructor("!reference", referred)
    return yaml.load(path.read_text(), Loader)


def lint_shell(*paths: Path) -> None:
    """Assert that shellcheck finds nothing."""
    done = subprocess.run(
        [program("shellcheck"), *map(str, paths)], capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stdout) == (0, "")


def valid_by_schema(schema: str, path: Path, *options: str) -> None:
    """Assert that a file is valid by a schema that check-jsonschema brings."""
    argv = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, *options, str(path)]
    done = subprocess.run(argv, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
