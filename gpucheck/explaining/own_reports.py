"""gpucheck's own reports in a text: taken out of it, one by one, since their other lines tell no cause.

Passing lines speak of faults that are not there, and folded ones of what follows from another.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from gpucheck.explaining.own_findings import Told, told_by

# one of these is in every report, mostly in its first line; a block without them has none that begins
_MARKS = (b"Not ready: ", b"Ready for GPU containers", b"Could not determine", b"gpucheck.report/1")
_SUITES = b"<testsuites "
_ANSWER = rb"(?:Not ready: |Ready for GPU containers|Could not determine)"
_SIGN = rb"(?:\xe2\x9c\x97|\xe2\x9c\x93|FAIL|ok|\?) "
_MOST_LINES = 50_000  # of one report; what is longer is none
_PATIENCE = 1_000_000  # lines of all reports, so that what only looks like many cannot hold us up
_IN_VAIN = 500  # lines that a report costs which told nothing
_ANY, _NONE = rb"", rb"(?!)"
_COUNTS = rb".*\b\d+ ok\b.*\b\d+\.\d\d s\b"
_HEADINGS = rb"(?:Hardware|Driver|GPUs|Container (?:toolkit|engine|test)|Image|Contract|Not read)\s*$"


class _Form:
    """How a document begins, which lines belong to it, and with which it ends.

    What stands before the group ``at`` where it begins, a time or a host, stands before each of its lines.
    """

    def __init__(self, name: str, begins: bytes, belongs: bytes, ends: bytes) -> None:
        self.name = name
        self.begins, self.belongs, self.ends = (re.compile(pattern) for pattern in (begins, belongs, ends))


_FORMS = (
    _Form("markdown", rb".{0,80}?(?P<at>### gpucheck: )", rb"$|- |  |\*\*|.* \xc2\xb7 ", _COUNTS),
    _Form("tap", rb".{0,80}?(?P<at># " + _ANSWER + rb")", rb"$|ok |not ok |  ", _NONE),
    _Form("github", rb".{0,80}?(?P<at>::\w{5,7} title=gpucheck::)", rb"::", _NONE),
    _Form("json", rb'(?P<at>)\W{0,80}"schema": ?"gpucheck\.report/1"', _ANY, rb"[}\]]"),
    _Form("junit", rb'(?P<at>).{0,80}?<testsuites name="gpucheck"', _ANY, rb".*</testsuites>"),
    _Form("terminal", rb".{0,80}?(?P<at>" + _SIGN + _ANSWER + rb")", rb"$|  |" + _HEADINGS, _COUNTS),
)


@dataclass(slots=True)
class OwnReports:
    """Collects what each report of a text told, in their order."""

    told: list[Told] = field(default_factory=list)
    _form: _Form | None = None
    _prefix: int = 0
    _lines: list[bytes] = field(default_factory=list)
    _patience: int = _PATIENCE

    def sifted(self, blocks: Iterable[bytes]) -> Iterator[bytes]:
        """Yield blocks of whole lines without the reports in them."""
        for block in blocks:
            is_ours = self._form is not None or any(mark in block for mark in _MARKS)
            yield b"".join(self._others(block)) if is_ours and self._patience > 0 else block
        yield self._close()

    def _others(self, block: bytes) -> Iterator[bytes]:
        """Yield the lines that are no report's, and those of one that told nothing."""
        for line in block.splitlines(keepends=True):
            opened = _opened(line) if self._patience > 0 else None
            bare = line[self._prefix :].rstrip(b"\r\n")
            if self._form is not None and opened is None and self._belongs(self._form, bare):
                self._lines.append(bare)
                if self._form.ends.match(bare):
                    yield self._close()
                continue
            yield self._close()
            if opened is None:
                yield line
                continue
            self._form, self._prefix = opened
            self._lines = [line[self._prefix :].rstrip(b"\r\n")]
            if self._form.name == "json" and line[:1] == b"{":
                yield self._close()  # the whole document in one line

    def _belongs(self, form: _Form, bare: bytes) -> bool:
        is_short = len(self._lines) < _MOST_LINES
        return is_short and bool(form.belongs.match(bare) or form.ends.match(bare))

    def _close(self) -> bytes:
        """End the report that is open; return its lines where it told nothing, such as a bare first one."""
        form, lines = self._form, self._lines
        self._form, self._prefix, self._lines = None, 0, []
        if form is None:
            return b""
        told = told_by(form.name, b"\n".join(lines).decode("utf-8", "replace"))
        self._patience -= len(lines)
        if told is None:
            self._patience -= _IN_VAIN
            return b"\n".join(lines) + b"\n"
        self.told.append(told)
        return b""


def _opened(line: bytes) -> tuple[_Form, int] | None:
    """Return the form of the report that begins with this line, and how much stands before it."""
    if _SUITES not in line and not any(mark in line for mark in _MARKS):
        return None
    begun = ((form, form.begins.match(line)) for form in _FORMS)
    return next(((form, match.start("at")) for form, match in begun if match), None)
