"""The proxies of the environment, by the rules that Docker's own programs follow.

HTTPS_PROXY, HTTP_PROXY and NO_PROXY, upper or lower case; what NO_PROXY may hold is described at
https://pkg.go.dev/golang.org/x/net/http/httpproxy#Config. This host is never reached by a proxy.
"""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from gpucheck.model.fact import Reason
from gpucheck.system.no_answer import no_answer
from gpucheck.system.web_address import WebAddress

_DEFAULT_PORT = 80


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy that is spoken to in plain HTTP."""

    host: str
    port: int
    headers: dict[str, str] = field(default_factory=dict, repr=False)  # its own login

    @property
    def shown(self) -> str:
        """Host and port, for display."""
        return f"{self.host}:{self.port}"


def proxy_for(address: WebAddress, environment: Mapping[str, str]) -> Proxy | None:
    """Return the proxy that leads to an address, None where none is needed; raises NoAnswerError."""
    name = f"{address.scheme}_proxy"
    text = _setting(environment, name)
    if not text or address.is_loopback or _excepted(address, _setting(environment, "no_proxy")):
        return None
    try:
        parts = urlsplit(text if "://" in text else f"http://{text}")
        host, port = parts.hostname, parts.port or _DEFAULT_PORT
    except ValueError:
        host, port = None, 0
    if not host:
        raise no_answer(Reason.MALFORMED, f"{address.authority}: {name.upper()} is no address of a proxy")
    if parts.scheme != "http":
        what = f"{name.upper()} names a proxy that is not spoken to by plain HTTP"
        raise no_answer(Reason.UNSUPPORTED, f"{address.authority}: {what}")
    return Proxy(host, port, _login(parts.username, parts.password))


def _setting(environment: Mapping[str, str], name: str) -> str:
    return environment.get(name.upper(), "") or environment.get(name, "")


def _login(user: str | None, password: str | None) -> dict[str, str]:
    if user is None:
        return {}
    pair = f"{unquote(user)}:{unquote(password or '')}"
    return {"Proxy-Authorization": f"Basic {b64encode(pair.encode()).decode()}"}


def _excepted(address: WebAddress, entries: str) -> bool:
    return any(_covers(entry, address) for entry in entries.replace(",", " ").lower().split())


def _covers(entry: str, address: WebAddress) -> bool:
    """Return whether an entry of NO_PROXY means the address: *, a network, an address, or a domain."""
    from ipaddress import ip_address, ip_network

    if entry == "*":
        return True
    try:
        return ip_address(address.host) in ip_network(entry, strict=False)
    except ValueError:
        pass  # one of the two is a name, or the entry has a port
    name, colon, port = entry.rpartition(":")
    if colon and port.isdecimal() and not name.endswith(":"):
        if int(port) != address.port:
            return False
        entry = name.strip("[]")
    domain = entry.removeprefix("*").lstrip(".")
    only_below = entry.startswith((".", "*."))
    return bool(domain) and (
        address.host.endswith(f".{domain}") or (address.host == domain and not only_below)
    )
