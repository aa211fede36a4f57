"""Files of environment variables, as ``docker run --env-file`` reads them.

https://docs.docker.com/reference/cli/docker/container/run/#env
"""

import os

from gpucheck.errors import UsageError

_MAX_BYTES = 1 << 20


def read_environment(path: str) -> tuple[str, ...]:
    """Return NAME=value of each line; a name alone takes the value it has here, if any. '' is no file.

    Raises UsageError, one line that quotes no value.
    """
    if not path:
        return ()
    try:
        with open(path, encoding="utf-8-sig") as file:
            text = file.read(_MAX_BYTES + 1)
    except (OSError, UnicodeDecodeError) as error:
        words = getattr(error, "strerror", None) or "not UTF-8"
        raise UsageError(f"--env-file {path}: {words}") from None
    if len(text) > _MAX_BYTES:
        raise UsageError(f"--env-file {path}: larger than 1 MiB")
    lines = [line.lstrip() for line in text.splitlines()]
    settings = [
        setting_of(line, f"--env-file {path}, line {number}")
        for number, line in enumerate(lines, 1)
        if line and not line.startswith("#")
    ]
    return tuple(setting for setting in settings if setting)


def setting_of(text: str, where: str) -> str:
    """Return NAME=value; of a name alone the value it has here, '' if it has none. Raises UsageError."""
    name, equals, _ = text.partition("=")
    if not name or any(character.isspace() for character in name):
        raise UsageError(f"{where}: a variable is NAME=value, and the name has no space")
    if equals:
        return text
    return f"{name}={os.environ[name]}" if name in os.environ else ""
