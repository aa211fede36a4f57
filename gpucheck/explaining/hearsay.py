"""Whether a text tells of a fault that is there: one may be asked for, quoted, mended or denied.

What is said of such a fault names its cause, but never as certain.
"""

import re
from collections.abc import Sequence

from gpucheck.explaining.evidence import Candidate
from gpucheck.explaining.observed import Observed
from gpucheck.model.explanation import Confidence, Outcome
from gpucheck.model.signature_rows import SignatureRow

_TOLD = "not_there_now"  # the signature of such words


def surest(candidate: Candidate, said: Observed, rows: Sequence[SignatureRow]) -> Confidence:
    """Return the most that may be said of a cause: less where its line speaks of no fault that is there."""
    if _TOLD not in said.signatures or candidate.has(Outcome.PROVES):
        return Confidence.CERTAIN
    patterns = [pattern for row in rows if row.signature == _TOLD for pattern in row.patterns]
    lines = [said.signatures[row.signature] for row in candidate.rows if said.signatures[row.signature]]
    if lines and any(re.search(pattern, lines[0], re.IGNORECASE) for pattern in patterns):
        return Confidence.POSSIBLE
    return Confidence.LIKELY


def no_surer(confidence: Confidence, most: Confidence) -> Confidence:
    """Return the less sure of two."""
    order = list(Confidence)
    return max(confidence, most, key=order.index)
