"""The --gpus option of ``docker run``: what it asks for, or why Docker does not take it.

The algorithm is the client's own, to the letter of its messages; see gpus_client. What it lets through
may still be refused by the daemon (``request_conflict``) or mean something else than it looks like
(``suggest_quoting``).
"""

from gpucheck.compat.gpus_client import RefusalError, read_request
from gpucheck.compat.gpus_quoting import suggest_quoting
from gpucheck.compat.reference import shown
from gpucheck.compat.request_conflict import request_conflict
from gpucheck.errors import GpusOptionError
from gpucheck.model.device_request import DeviceRequest

__all__ = ["parse_gpus", "request_conflict", "suggest_quoting"]

_MAX_MESSAGE = 400  # characters of what the client says


def parse_gpus(spec: str) -> DeviceRequest:
    """Return the request that Docker's client makes of ``--gpus spec``.

    Raises GpusOptionError, a UsageError: one line with the client's message and what to write instead;
    the message alone is its ``client_message``.
    """
    try:
        return read_request(spec)
    except RefusalError as refusal:
        message = str(refusal)
        better = suggest_quoting(spec)
        advice = f"write {better}" if better else refusal.advice
        said = shown(message, _MAX_MESSAGE)[1:-1]
        raise GpusOptionError(f"{shown(spec)} is no --gpus request: {said}; {advice}", message) from None
