"""GET and POST on the web: redirects, and what went wrong on the way in one clear line each."""

from dataclasses import dataclass

from gpucheck.model.fact import Reason
from gpucheck.system.http_exchange import Answer, TooLargeError, exchange, printable
from gpucheck.system.network import Network
from gpucheck.system.no_answer import NoAnswerError, no_answer
from gpucheck.system.web_address import WebAddress, beside
from gpucheck.version import __version__

_MAX_REDIRECTS = 5
_REDIRECTS = {301, 302, 303, 307, 308}
_MEGABYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer of the last address asked."""

    answer: Answer
    address: WebAddress
    is_private: bool  # the whole way there


@dataclass(frozen=True, slots=True, repr=False)
class Authorization:
    """The header that lets one in."""

    header: str
    is_secret: bool  # a login, or a token got with one: for no ears but the server's


@dataclass(frozen=True, slots=True)
class Web:
    """Asks the web until a deadline."""

    network: Network
    deadline: float  # on the monotonic clock, for all requests together
    seconds: float  # what the deadline was made of, for words

    def get(
        self,
        address: WebAddress,
        most: int,
        headers: dict[str, str] | None = None,
        authorization: Authorization | None = None,
    ) -> Reply:
        """Return what an address, or where it redirects to, answers; raises NoAnswerError.

        The authorization goes to the address's own origin only. A redirect never leads from TLS
        to plain HTTP, but on this host.
        """
        origin, is_private = address.origin, True
        for _ in range(_MAX_REDIRECTS + 1):
            if address.origin != origin:
                authorization = None
            reply = self._once(address, most, headers or {}, authorization)
            is_private = is_private and reply.is_private
            location = reply.answer.headers.get("Location", "")
            if reply.answer.status not in _REDIRECTS or not location:
                return Reply(reply.answer, address, is_private)
            address = self._redirected(address, location)
        raise no_answer(Reason.FAILED, f"{address.authority}: more than {_MAX_REDIRECTS} redirects")

    def post(self, address: WebAddress, most: int, form: bytes) -> Reply:
        """Return what an address answers to a form; a form, which holds secrets, is never redirected."""
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._once(address, most, headers, None, form)

    def _redirected(self, address: WebAddress, location: str) -> WebAddress:
        try:
            target = beside(address, location)
        except ValueError:
            raise no_answer(Reason.MALFORMED, f"{address.authority}: redirects to no web address") from None
        stays_plain = address.scheme == "http" and self.network.may_be_plain(target)
        same = target.origin == address.origin
        if target.scheme == "https" or target.is_loopback or stays_plain or same:
            return target
        words = f"{address.authority}: redirects to {target.authority} without TLS; not followed"
        raise no_answer(Reason.FAILED, words)

    def _once(
        self,
        address: WebAddress,
        most: int,
        headers: dict[str, str],
        authorization: Authorization | None,
        form: bytes | None = None,
    ) -> Reply:
        from http.client import HTTPException

        headers = {**headers, "Host": address.authority, "User-Agent": f"gpucheck/{__version__}"}
        if authorization is not None:
            headers["Authorization"] = authorization.header
        is_secret = form is not None or (authorization is not None and authorization.is_secret)
        try:
            line = self.network.connect(address, self.deadline)
            if is_secret and not line.is_private:
                line.end.close()
                words = f"{address.authority}: a login is not sent over an open connection"
                raise no_answer(Reason.NOT_PERMITTED, words)
            target = line.prefix + address.target
            headers |= line.headers or {}
            answer = exchange(line.end, target, headers, deadline=self.deadline, most=most, form=form)
        except (OSError, ValueError, HTTPException, TooLargeError) as error:
            raise self._folded(error, address.authority, most) from None
        return Reply(answer, address, line.is_private)

    def _folded(self, error: Exception, where: str, most: int) -> NoAnswerError:
        """Return the one line for an error on the way."""
        import ssl
        from http.client import IncompleteRead, RemoteDisconnected

        reason = Reason.UNREACHABLE
        if isinstance(error, TimeoutError):
            reason, words = Reason.TIMEOUT, f"no answer within {self.seconds:g} s"
        elif isinstance(error, TooLargeError):
            reason, words = Reason.TOO_LARGE, f"the answer is larger than {most // _MEGABYTE} MiB"
        elif isinstance(error, ssl.SSLCertVerificationError):
            words = f"its certificate is not trusted: {printable(error.verify_message)}"
        elif isinstance(error, (RemoteDisconnected, IncompleteRead, ConnectionResetError, BrokenPipeError)):
            words = "the connection broke before the answer was complete"
        elif isinstance(error, ssl.SSLError):
            words = f"no TLS connection: {printable(error.reason or str(error)).replace('_', ' ').lower()}"
        elif isinstance(error, ConnectionRefusedError):
            words = "it refuses the connection"
        elif isinstance(error, OSError):
            words = error.strerror or "no connection"
        else:
            reason, words = Reason.MALFORMED, "the answer is not HTTP"
        return no_answer(reason, f"{where}: {words}")
