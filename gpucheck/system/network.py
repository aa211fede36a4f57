"""Connections to other hosts: names, proxies, TLS with the certificates that Docker was given.

A connection is bounded by a deadline from its first packet on, but for the lookup of a name: the
C library's resolver takes no deadline. Whoever must not wait for it asks from a child process.
"""

import os
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gpucheck.model.fact import Reason
from gpucheck.system.http_exchange import answering, left, printable
from gpucheck.system.no_answer import NoAnswerError, no_answer
from gpucheck.system.proxies import Proxy, proxy_for
from gpucheck.system.web_address import WebAddress

if TYPE_CHECKING:
    import ssl

Resolver = Callable[[str, int], list[Any]]

_MAX_PROXY_ANSWER = 1 << 16
_OK = 200


def resolve(host: str, port: int) -> list[Any]:
    """Return the addresses of a host as getaddrinfo(3) does."""
    return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)


@dataclass(frozen=True, slots=True)
class Line:
    """A connection that HTTP may be spoken on."""

    end: socket.socket
    is_private: bool  # nobody else can listen: verified TLS, or never leaving this host
    prefix: str = ""  # before the path: a proxy is told the whole URL
    headers: dict[str, str] | None = None  # for a proxy


@dataclass(frozen=True, slots=True)
class Network:
    """How this host reaches others."""

    environment: Mapping[str, str]
    certificates: str = "/etc/docker/certs.d"
    insecure: tuple[str, ...] = ()  # dockerd's insecure-registries: host, host:port, or a network
    resolve: Resolver = resolve

    def connect(self, address: WebAddress, deadline: float) -> Line:
        """Return a connection; raises NoAnswerError, or an OSError of the far end."""
        proxy = proxy_for(address, self.environment)
        if address.scheme == "http":
            return self._plain(address, proxy, deadline)
        import ssl

        try:
            return Line(self._secured(address, proxy, deadline, verified=True), is_private=True)
        except ssl.SSLCertVerificationError:
            if not self.may_be_plain(address):
                raise
        return Line(self._secured(address, proxy, deadline, verified=False), address.is_loopback)

    def may_be_plain(self, address: WebAddress) -> bool:
        """Return whether dockerd would speak to a registry without TLS, or without verifying it."""
        if address.is_loopback:
            return True
        entries = {entry.rpartition("://")[2].lower() for entry in self.insecure}
        host = f"[{address.host}]" if ":" in address.host else address.host
        if {entry.rstrip("/") for entry in entries} & {host, f"{host}:{address.port}"}:
            return True
        networks = [entry for entry in entries if "/" in entry.rstrip("/")]
        return bool(networks) and any(_is_in(found, networks) for found in self._addresses(address))

    def _addresses(self, address: WebAddress) -> list[Any]:
        from ipaddress import ip_address

        try:
            found = self.resolve(address.host, address.port)
        except (OSError, UnicodeError):
            return []
        return [ip_address(place[0].partition("%")[0]) for *_, place in found]

    def _plain(self, address: WebAddress, proxy: Proxy | None, deadline: float) -> Line:
        if proxy is None:
            return Line(self._reach(address.host, address.port, deadline), address.is_loopback)
        prefix = f"http://{address.authority}"
        return Line(self._reach_proxy(proxy, address, deadline), False, prefix, proxy.headers)

    def _secured(
        self, address: WebAddress, proxy: Proxy | None, deadline: float, *, verified: bool
    ) -> socket.socket:
        context = _trust(os.path.join(self.certificates, address.authority), verified=verified)
        if proxy is None:
            end = self._reach(address.host, address.port, deadline)
        else:
            end = self._tunnel(proxy, address, deadline)
        try:
            end.settimeout(left(deadline))
            return context.wrap_socket(end, server_hostname=address.host)
        except (OSError, ValueError):
            end.close()
            raise

    def _tunnel(self, proxy: Proxy, address: WebAddress, deadline: float) -> socket.socket:
        end = self._reach_proxy(proxy, address, deadline)
        host = f"[{address.host}]" if ":" in address.host else address.host
        place = f"{host}:{address.port}"
        lines = [f"CONNECT {place} HTTP/1.1", f"Host: {place}"]
        lines += [f"{name}: {value}" for name, value in proxy.headers.items()]
        try:
            end.settimeout(left(deadline))
            end.sendall("\r\n".join([*lines, "", ""]).encode("ascii"))
            response = answering(end, "CONNECT", deadline, _MAX_PROXY_ANSWER)
        except BaseException:
            end.close()
            raise
        if response.status == _OK:
            return end
        end.close()
        words = f"answers {response.status} {printable(response.reason, 60)}".rstrip()
        raise no_answer(Reason.UNREACHABLE, f"{address.authority}: the proxy {proxy.shown} {words}")

    def _reach_proxy(self, proxy: Proxy, address: WebAddress, deadline: float) -> socket.socket:
        try:
            return self._reach(proxy.host, proxy.port, deadline)
        except NoAnswerError as error:
            words = error.fact.source
        except TimeoutError:
            raise
        except OSError as error:
            words = f"{proxy.shown}: {error.strerror or error}"
        raise no_answer(Reason.UNREACHABLE, f"{address.authority}: the proxy {words}")

    def _reach(self, host: str, port: int, deadline: float) -> socket.socket:
        """Return a connection to the first address that answers; each gets its share of the time."""
        found = self._lookup(host, port)
        failure: OSError = OSError("no address")
        for number, (family, kind, protocol, _, place) in enumerate(found):
            share = left(deadline) / (len(found) - number)
            try:
                end = socket.socket(family, kind, protocol)
            except OSError as error:  # a kernel without IPv6
                failure = error
                continue
            try:
                end.settimeout(share)
                end.connect(place)
            except OSError as error:
                end.close()
                failure = error
            else:
                return end
        raise failure

    def _lookup(self, host: str, port: int) -> list[Any]:
        try:
            return self.resolve(host, port)
        except socket.gaierror as error:
            later = error.errno == socket.EAI_AGAIN
            what = "the name cannot be looked up now" if later else "no such host name"
            words = f"{host}: {what} ({error.strerror})"
        except UnicodeError:
            words = f"{host}: no host name"
        raise no_answer(Reason.UNREACHABLE, words)


def _is_in(address: Any, networks: list[str]) -> bool:
    from ipaddress import ip_network

    for network in networks:
        try:
            if address in ip_network(network, strict=False):
                return True
        except ValueError:
            continue
    return False


def _trust(folder: str, *, verified: bool) -> "ssl.SSLContext":
    """Return whom TLS trusts: the system's authorities, and those in Docker's folder for the host."""
    import ssl

    context = ssl.create_default_context()
    if not verified:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        return context
    # set from Python 3.13 on; Docker takes what it refuses, certificates that private authorities make
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    for path in _authorities(folder):
        try:
            context.load_verify_locations(path)
        except OSError as error:
            words = f"{path}: no certificate can be read from it"
            raise no_answer(Reason.UNREADABLE, words) from error
    return context


def _authorities(folder: str) -> list[str]:
    try:
        return [os.path.join(folder, name) for name in sorted(os.listdir(folder)) if name.endswith(".crt")]
    except OSError:  # no such folder is the rule; one that may not be read adds no trust
        return []
