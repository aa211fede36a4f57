"""What engines print, as recorded in tests/outputs, with what differs from run to run made the same.

GPUCHECK_RECORD=1 in the environment writes the files anew instead of comparing.
"""

import os
import re
from pathlib import Path

from tests.beds.engine_cli import EngineCli

_OUTPUTS = Path(__file__).parents[1] / "outputs"


def assert_told(cli: EngineCli, folder: Path, stderr: str, case: str, words: str) -> None:
    """Assert that these words were said; all of it, where this version of the engine has been recorded."""
    assert words in stderr
    path = _OUTPUTS / f"{_name(cli)}_{case}.stderr"
    told = steady(stderr, folder)
    if os.environ.get("GPUCHECK_RECORD"):
        path.write_text(told)
    if path.exists():
        assert told == path.read_text()


def steady(stderr: str, folder: Path) -> str:
    """Return the text with the usual places of data, ids of zeros, and no word of the client's own log."""
    lines = [line for line in stderr.splitlines() if not line.startswith("time=")]
    text = "\n".join([*lines, ""])
    for own, usual in (("data", "/var/lib/docker"), ("storage", "/var/lib/containers/storage")):
        text = text.replace(f"{folder}/{own}", usual)
    return re.sub(r"\b[0-9a-f]{64}\b", "0" * 64, text)


def _name(cli: EngineCli) -> str:
    """Return engine and version as in ``docker_28.5``."""
    if cli.argv[-1].endswith("podman"):
        version = cli.said("version", "--format={{.Client.Version}}")
        return f"podman_{'.'.join(version.split('.')[:2])}"
    version = cli.said("version", "--format={{.Server.Version}}")
    return f"docker_{'.'.join(version.split('.')[:2])}"
