"""What gpucheck itself has found on a host, where a text holds its report or quotes a line of it.

Such a finding was made from the host's facts: it stands before what the rest of the text is taken for.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from gpucheck.explaining.observed import Observed
from gpucheck.explaining.own_findings import NOT_READY, Told
from gpucheck.explaining.why import quoted
from gpucheck.model.explanation import Confidence
from gpucheck.tables import Tables

_MOST = 12  # causes that are named
_MOST_HOSTS = 8  # of one cause
_LINE = re.compile(r"\b(GC\d{3})[ (]{1,3}`?([a-z][a-z0-9_]{2,60})\b[^\n]{0,400}")


@dataclass(slots=True)
class OwnWord:
    """A cause that gpucheck has told, how sure, in which words, and of which hosts."""

    cause: str
    confidence: Confidence
    words: str
    hosts: list[str]

    @property
    def why(self) -> str:
        """The sentence that tells what gpucheck said, and of which hosts."""
        more = f" and {len(self.hosts) - _MOST_HOSTS} more" if len(self.hosts) > _MOST_HOSTS else ""
        named = ", ".join(self.hosts[:_MOST_HOSTS]) + more
        return f'gpucheck{f" on {named}" if named else ""} says "{self.words}"'


def own_words(reports: list[Told], said: Observed, tables: Tables) -> list[OwnWord]:
    """Return what reports lead with, in their order, then what else they complain of; else quoted lines."""
    found: dict[str, OwnWord] = {}
    leads = [_led(told) for told in reports if told.complaints]
    rest = [
        OwnWord(complaint.label, Confidence.POSSIBLE, f"{complaint.title} {complaint.check}", _of(told))
        for told in reports
        for complaint in told.complaints[1:]
    ]
    for word in [*leads, *rest, *([] if reports else _quoted_lines(said))]:
        known = found.get(word.cause)
        if word.cause not in tables.causes:
            continue
        if known is None:
            found[word.cause] = word
        else:
            known.hosts += [host for host in word.hosts if host not in known.hosts]
            known.confidence = min(known.confidence, word.confidence, key=list(Confidence).index)
    certain = [word for word in found.values() if word.confidence is Confidence.CERTAIN]
    return [*certain, *(word for word in found.values() if word not in certain)][:_MOST]


def _led(told: Told) -> OwnWord:
    """Return the root cause of a host that is not ready; of one that is, a fault that waits."""
    first, alone = told.complaints[0], len(told.complaints) == 1
    if told.verdict == NOT_READY:
        return OwnWord(first.label, Confidence.CERTAIN, quoted(told.answer), _of(told))
    confidence = Confidence.LIKELY if alone else Confidence.POSSIBLE
    return OwnWord(first.label, confidence, f"{quoted(first.title)} {first.check}".strip(), _of(told))


def _of(told: Told) -> list[str]:
    return [told.host] if told.host else []


def _quoted_lines(said: Observed) -> Iterator[OwnWord]:
    for match in _LINE.finditer(said.whole):
        start = said.whole.rfind("\n", 0, match.start()) + 1
        line = said.whole[start : match.end()]
        yield OwnWord(match[2], Confidence.LIKELY, quoted(line, match.start() - start), [])
