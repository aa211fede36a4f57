"""Addresses of the web: taken apart, shown without their secrets, told whether they leave this host."""

from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from gpucheck.system.http_exchange import printable

_PORTS = {"http": 80, "https": 443}
_MAX_URL = 8000


@dataclass(frozen=True, slots=True)
class WebAddress:
    """Where a request goes. Whatever user the text named is dropped."""

    scheme: str  # http | https
    host: str  # lower case, an IPv6 address without brackets
    port: int
    target: str  # path and query

    @property
    def authority(self) -> str:
        """Host and port as in a URL; the scheme's own port is left out."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def shown(self) -> str:
        """The URL for display: without the query, which may be a signature."""
        return printable(f"{self.scheme}://{self.authority}{self.target.partition('?')[0]}")

    @property
    def origin(self) -> tuple[str, str, int]:
        """What credentials belong to."""
        return self.scheme, self.host, self.port

    @property
    def is_loopback(self) -> bool:
        """Whether a request to it stays on this host."""
        return is_loopback(self.host)


def web_address(text: str) -> WebAddress:
    """Return the parts of an absolute URL; raises ValueError where it is none."""
    if len(text) > _MAX_URL or not text.isascii() or not text.isprintable() or " " in text:
        raise ValueError("not a URL")
    parts = urlsplit(text)
    host = parts.hostname or ""
    if parts.scheme not in _PORTS or not host or "%" in host:
        raise ValueError("not a URL of the web")
    port = _PORTS[parts.scheme] if parts.port is None else parts.port
    return WebAddress(
        parts.scheme, host, port, (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    )


def beside(base: WebAddress, location: str) -> WebAddress:
    """Return where a Location header leads from ``base``; raises ValueError where nowhere."""
    return web_address(urljoin(f"{base.scheme}://{base.authority}{base.target}", location.strip()))


def is_loopback(host: str) -> bool:
    """Return whether a host name or address is this host by definition; no name is looked up."""
    from ipaddress import ip_address

    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
