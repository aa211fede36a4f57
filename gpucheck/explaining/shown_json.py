"""Whether a daemon.json that a text shows can be read: people paste the file and do not see its fault."""

import json
import re

from gpucheck.explaining.observed import Observed

BROKEN = "daemon_json_shown_broken"  # the signature
_NAMED = re.compile(r"daemon\.json\b[^\n{]{0,80}\n?[^\n{]{0,80}\n?\s{0,40}(?=\{)", re.IGNORECASE)
# left out, explained or made up by who pasted it: "...", a comment, a template
_SHORTENED = re.compile(r"\.\.\.|…|\{\{|^\s*(?://|#)", re.MULTILINE)
_GOES_ON = re.compile(r"\s*[,}\]:\"]")  # what stands behind a whole object and belongs to it
_DECODER = json.JSONDecoder()


def look_at_shown_json(said: Observed) -> None:
    """Add the signature where a short text shows a daemon.json that is no JSON.

    One that is shortened, or that ends with the text, tells nothing.
    """
    for named in _NAMED.finditer(said.whole):
        shown = said.whole[named.end() :]
        fault = _fault(shown)
        if fault is None:
            continue
        rest_of_line = shown[fault:].partition("\n")[0]
        if not _SHORTENED.search(shown[:fault] + rest_of_line):
            line = shown[:fault].rstrip().rpartition("\n")[2]
            said.signatures.setdefault(BROKEN, line or rest_of_line)


def _fault(shown: str) -> int | None:
    """Return where the object breaks off; None if it is whole, or cut off by the end of the text."""
    try:
        _, end = _DECODER.raw_decode(shown)
    except json.JSONDecodeError as error:
        return error.pos if shown[error.pos :].strip() else None
    except RecursionError:
        return None
    return end if _GOES_ON.match(shown, end) else None
