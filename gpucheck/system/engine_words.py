"""What an engine says while it works, made fit to be kept."""

import re
from typing import Any

from gpucheck.model.container import PullProgress
from gpucheck.system.http_exchange import printable
from gpucheck.system.image_fields import table, text

MAX_WORDS = 4000  # characters; an OCI error with the words of a hook has some 600
_UNITS = {"": 1, "k": 10**3, "M": 10**6, "G": 10**9, "T": 10**12}
_SIZE = re.compile(r"([\d.]+)\s*([kMGT]?)i?B")

Layers = dict[str, tuple[int, int]]  # id -> bytes that are here, bytes in all


def clipped(words: str) -> str:
    """Return an engine's words on one line, without control characters."""
    return printable(words, MAX_WORDS)


def progress_of(event: dict[str, Any], layers: Layers) -> PullProgress:
    """Return how far a pull is after one more event of Docker's stream; ``layers`` is kept for the next.

    https://docs.docker.com/reference/api/engine/version/v1.41/#tag/Image/operation/ImageCreate
    """
    layer, status = text(event.get("id")), text(event.get("status"))
    detail = table(event.get("progressDetail"))
    current, total = detail.get("current"), detail.get("total")
    if status == "Downloading" and isinstance(current, int):
        known = total if isinstance(total, int) else 0
        layers[layer] = (current, max(known, current))
    elif layer in layers and status in {"Download complete", "Pull complete", "Verifying Checksum"}:
        layers[layer] = (layers[layer][1], layers[layer][1])
    done, whole = (sum(parts) for parts in zip(*layers.values(), strict=True)) if layers else (0, 0)
    return PullProgress(done, whole, "" if layers else clipped(status))
