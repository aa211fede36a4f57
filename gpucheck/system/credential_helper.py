"""Programs that keep logins: docker-credential-NAME, asked for one server.

The protocol: https://github.com/docker/docker-credential-helpers#development. The server goes in on
stdin, and JSON with Username and Secret comes out. A name is looked for in PATH only, as Docker does it.
"""

import os
import re
from collections.abc import Mapping
from typing import Any

from gpucheck.model.fact import Absent, Fact, Known, Reason, Unavailable
from gpucheck.system.commands import ended
from gpucheck.system.http_exchange import json_object

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,100}")
_NOT_FOUND = "credentials not found"  # what the protocol has a helper print for "no login for that"


def ask_helper(
    name: str, server: str, environment: Mapping[str, str], timeout: float
) -> Fact[dict[str, Any]]:
    """Return the login a helper has for a server, absent if it has none; what it says goes nowhere else."""
    program = f"docker-credential-{name}"
    if not _NAME.fullmatch(name):
        return Unavailable(Reason.MALFORMED, "no helper has such a name")
    path = _found(program, environment.get("PATH", ""))
    if path is None:
        return Unavailable(Reason.FAILED, f"{program} is not in PATH")
    reader, writer = os.pipe()
    try:
        with open(writer, "wb") as question:  # far less than a pipe holds: never waits
            question.write(server.encode())
        fact = ended((path, "get"), timeout, environment, stdin=reader)
    finally:
        os.close(reader)
    if not isinstance(fact, Known):
        return fact
    return _login(program, fact.value.returncode, fact.value.stdout)


def _login(program: str, returncode: int, printed: str) -> Fact[dict[str, Any]]:
    if _NOT_FOUND in printed[:1000]:
        return Absent((program,))
    if returncode != 0:
        return Unavailable(Reason.FAILED, f"{program} fails")
    try:
        return Known(json_object(printed.encode()), program)
    except (ValueError, TypeError):
        return Unavailable(Reason.MALFORMED, f"{program} prints no login")


def _found(program: str, places: str) -> str | None:
    for place in filter(os.path.isabs, places.split(":")):
        path = os.path.join(place, program)
        if os.path.isfile(path) and os.access(path, os.X_OK):
            return path
    return None
