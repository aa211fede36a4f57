"""Which Xids a text tells, in the driver's words (``NVRM: Xid (PCI:0000:01:00): 79, …``) or in a person's.

Apart from the other signatures: a log may have millions of such lines, and each names another number.
"""

import re

_WORD = re.compile(rb"xid(?<![a-z0-9]xid)s?(?![a-z0-9])")
# the driver's words alone, which a log may repeat without end
_DRIVERS = re.compile(rb"xid \((?:pci:)?[0-9a-f]{4,8}:[0-9a-f:.]{1,10}(?: [^)\n]{1,24})?\): (\d{1,3})\b")
_NUMBERS = re.compile(
    _WORD.pattern
    + rb"(?:[ :]{0,3}\((?:pci:)?[0-9a-f]{4,8}:[^)\n]{0,24}\):?)?"  # the device, whose digits are no Xid
    rb"[a-z ():=#,._\"'-]{0,24}?(?<![a-z0-9.:])(\d{1,3})\b(?![.:]\d)"
    rb"(?:(?: ?[,/&]| and| or) ?(\d{1,3})\b(?![.:]\d))?"
)
_MOST_TOLD = 200_000  # mentions in other words than the driver's; beyond, only its own are read


class Xids:
    """The numbers that were met, each with its first line."""

    def __init__(self) -> None:
        self.lines: dict[int, bytes] = {}
        self._left = _MOST_TOLD

    def at(self, block: bytes) -> None:
        """Look at some more lines."""
        text = block.lower()
        if b"xid" not in text or not _WORD.search(text):
            return
        found = _DRIVERS.findall(text)
        self._keep(set(map(int, found)) - self.lines.keys(), _DRIVERS, block, text)
        others = text.count(b"xid") - len(found)
        if others and self._left > 0:
            self._left -= others
            self._keep(_told(text) - self.lines.keys(), _NUMBERS, block, text)

    def _keep(self, fresh: set[int], pattern: re.Pattern[bytes], block: bytes, text: bytes) -> None:
        for match in pattern.finditer(text) if fresh else ():
            for number in fresh & set(map(int, filter(None, match.groups()))):
                fresh.discard(number)
                start = block.rfind(b"\n", 0, match.start()) + 1
                end = block.find(b"\n", match.end())
                self.lines[number] = block[start : end if end >= 0 else len(block)]


def _told(text: bytes) -> set[int]:
    return {int(number) for pair in _NUMBERS.findall(text) for number in pair if number}
