"""A container's variables on their way to Podman: not on a command line, which everybody on the host can see.

They stand in a file in memory that is Podman's standard input. It reads that line by line, so that what
has lines itself goes by Podman's own environment:
https://github.com/containers/podman/blob/main/pkg/env/env.go
"""

import os

from gpucheck.model.fact import Fact
from gpucheck.system.commands import ended
from gpucheck.system.ports import CommandResult

_LONGEST = 10_000  # characters of a line; the reader gives up at 65,536 bytes


def ran_with_variables(
    argv: tuple[str, ...], environment: tuple[str, ...], seconds: float
) -> Fact[CommandResult]:
    """Run Podman and return what it printed."""
    with open(os.memfd_create("environment"), "w+b") as file:
        file.write("".join(f"{line}\n" for line in lines_of(environment)).encode("utf-8", "surrogateescape"))
        file.seek(0)
        return ended(argv, seconds, {**os.environ, **others_of(environment)}, file.fileno())


def lines_of(environment: tuple[str, ...]) -> tuple[str, ...]:
    """Return the settings that are read from lines as they are."""
    return tuple(setting for setting in environment if _is_a_line(setting))


def others_of(environment: tuple[str, ...]) -> dict[str, str]:
    """Return the others, by name."""
    pairs = (setting.partition("=") for setting in environment if not _is_a_line(setting))
    return {name: value for name, _, value in pairs}


def _is_a_line(setting: str) -> bool:
    is_whole = "\n" not in setting and not setting.endswith("\r") and len(setting) <= _LONGEST
    return is_whole and not setting.startswith("#")
