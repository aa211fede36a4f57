"""Reads what the compute probe printed, from between whatever else a container prints. Pure."""

import json
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from gpucheck.model.codec import decode
from gpucheck.model.probe_result import ProbeResult

_BEGINNING = re.compile(r'\{\s*"schema"\s*:\s*"gpucheck\.probe/(\d+)"')
# a string, which may end with the text, or what gives a document its structure
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*(?:"|\\?\Z)|[\[\]{},]')
_CLOSING = {"[": "]", "{": "}"}
_MOST_CUTS = 200  # tried; more would take long on a text made to that end
_MOST_CHARACTERS = 4 << 20  # 64 devices with all their steps are below 200,000


def parse_probe(text: str) -> ProbeResult:
    """Return the last document in the text; one that ends early is read as far as it goes.

    Raises ValueError, with one line, where there is none or it says nothing.
    """
    found = list(_BEGINNING.finditer(text[-_MOST_CHARACTERS:]))
    if not found:
        raise ValueError("no answer of the compute probe in the container's output")
    if found[-1][1] != "1":
        raise ValueError(f"the compute probe's answer is of another version: {found[-1][1][:9]}, not 1")
    document = text[-_MOST_CHARACTERS:][found[-1].start() :]
    try:
        data, _ = json.JSONDecoder().raw_decode(document)
    except (ValueError, RecursionError):
        return _cut_back(document.partition("\n")[0])  # it is one line
    return _decoded(data)


def _decoded(data: Any) -> ProbeResult:
    try:
        result: ProbeResult = decode(ProbeResult, data)
    except ValueError as error:
        raise ValueError(f"the compute probe's answer is malformed: {error}") from None
    return result


def _cut_back(document: str) -> ProbeResult:
    for shorter in _cuts(document):
        try:
            return replace(_decoded(json.loads(shorter)), complete=False)
        except (ValueError, RecursionError):
            continue
    raise ValueError(f"the compute probe's answer is cut off after {len(document)} characters")


def _cuts(document: str) -> Iterator[str]:
    """Yield what is left of a document cut back to a boundary, all brackets closed, longest first."""
    cuts: deque[tuple[int, str]] = deque(maxlen=_MOST_CUTS)
    expected: list[str] = []
    for token in _TOKEN.finditer(document):
        if token[0] in _CLOSING:
            expected.append(_CLOSING[token[0]])
        elif expected and token[0] == expected[-1]:
            expected.pop()
        elif token[0] != ",":
            continue
        end = token.start() if token[0] == "," else token.end()
        cuts.append((end, "".join(reversed(expected[-_MOST_CUTS:]))))
    for end, closing in reversed(cuts):
        yield document[:end] + closing
