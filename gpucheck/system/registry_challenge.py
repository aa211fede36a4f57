"""The login a server asks for: WWW-Authenticate taken apart.

Schemes and parameters as in https://www.rfc-editor.org/rfc/rfc9110#section-11.6.1; what realm, service
and scope of Bearer mean: https://distribution.github.io/distribution/spec/auth/token/
"""

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from email.message import Message

_MAX_HEADER = 8192  # characters; a real one has some 200
# name=value or name="value with \" in it", or the name of a scheme
_ITEM = re.compile(r"""([A-Za-z0-9_-]+)(?:[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+)))?""")
_ESCAPED = re.compile(r"\\(.)")


@dataclass(slots=True)
class Challenge:
    """One way to log in that the server offers."""

    scheme: str  # bearer | basic | another
    parameters: dict[str, str] = field(default_factory=dict)


def challenges(headers: "Message") -> list[Challenge]:
    """Return all ways offered, in order; nonsense is passed over."""
    found: list[Challenge] = []
    for header in headers.get_all("WWW-Authenticate", []):
        for item in _ITEM.finditer(str(header)[:_MAX_HEADER]):
            name, quoted, bare = item.groups()
            if quoted is None and bare is None:
                found.append(Challenge(name.lower()))
            elif found:
                value = _ESCAPED.sub(r"\1", quoted) if quoted is not None else bare
                found[-1].parameters.setdefault(name.lower(), value)
    return found


def chosen(offered: list[Challenge]) -> Challenge | None:
    """Return the one to follow: a token rather than a password sent with each request."""
    for scheme in ("bearer", "basic"):
        for challenge in offered:
            if challenge.scheme == scheme and (scheme == "basic" or challenge.parameters.get("realm")):
                return challenge
    return None
