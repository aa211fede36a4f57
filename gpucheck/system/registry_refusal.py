"""What a registry's refusals mean, as facts: not there, not permitted, too often, broken.

Codes of errors: https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md#error-codes
"""

import re

from gpucheck.model.fact import Absent, Reason, Unavailable
from gpucheck.system.http_exchange import Answer, json_object, printable
from gpucheck.system.web import Reply

_OK = 200
_NOT_FOUND = 404
_DENIED = {401, 403}
_TOO_MANY = 429
_SERVER_ERROR = 500
_ABSENT_CODES = {"NAME_UNKNOWN", "MANIFEST_UNKNOWN", "BLOB_UNKNOWN", "MANIFEST_BLOB_UNKNOWN"}
_DENIED_CODES = {"UNAUTHORIZED", "DENIED"}
_SECONDS = re.compile(r"\d{1,6}", re.ASCII)


def is_ok(reply: Reply) -> bool:
    """Return whether the reply holds what was asked for."""
    return reply.answer.status == _OK


def refusal(reply: Reply, login: str) -> Absent | Unavailable:
    """Return what anything but 200 means; ``login`` is how one would log in there."""
    answer, where = reply.answer, reply.address.authority
    code, message = _error(answer)
    status = answer.status
    said = printable(": ".join(filter(None, (code, message))))
    if status == _TOO_MANY or code == "TOOMANYREQUESTS":
        return Unavailable(Reason.RATE_LIMITED, f"{where}: {status}, too many requests{_when(answer)}")
    if status == _NOT_FOUND and not code and _is_page(answer):
        return Unavailable(Reason.MALFORMED, f"{where}: 404 with a web page; this is no registry")
    if status == _NOT_FOUND or (code in _ABSENT_CODES and status < _SERVER_ERROR):
        return Absent((reply.address.shown,))
    tail = f": {said}" if said else ""
    if status in _DENIED or (code in _DENIED_CODES and status < _SERVER_ERROR):
        hint = f"no such repository, or one that needs another login ({login})"
        return Unavailable(Reason.NOT_PERMITTED, f"{where}: {status}{tail}; {hint}")
    return Unavailable(Reason.FAILED, f"{where} answers {status}{tail}")


def _error(answer: Answer) -> tuple[str, str]:
    """Return code and message of the first error in a body, empty where it has none."""
    try:
        errors = json_object(answer.body).get("errors")
    except (ValueError, TypeError):
        return "", ""
    first = errors[0] if isinstance(errors, list) and errors else None
    if not isinstance(first, dict):
        return "", ""
    code, message = first.get("code"), first.get("message")
    return (code if isinstance(code, str) else "", message if isinstance(message, str) else "")


def _is_page(answer: Answer) -> bool:
    return answer.headers.get_content_type() == "text/html" and not any(
        name.lower().startswith("docker-distribution") for name in answer.headers
    )


def _when(answer: Answer) -> str:
    after = answer.headers.get("Retry-After", "").strip()
    if _SECONDS.fullmatch(after):
        return f"; try again in {after} s"
    return f"; try again after {printable(after, 40)}" if after else ""
