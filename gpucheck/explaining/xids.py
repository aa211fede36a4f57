"""Which Xids a text tells, in the driver's words (``NVRM: Xid (PCI:0000:01:00): 79, …``) or in a person's.

Apart from the other signatures: a log may have millions of such lines, and each names another number.
"""

import re

_NUMBERS = re.compile(
    rb"xid(?<![a-z0-9]xid)s?(?![a-z0-9])"
    rb"(?:[ :]{0,3}\((?:pci:)?[0-9a-f]{4,8}:[^)\n]{0,24}\):?)?"  # the device, whose digits are no Xid
    rb"[a-z ():=#,._\"'-]{0,24}?(?<![a-z0-9.:])(\d{1,3})\b(?![.:]\d)"
    rb"(?:(?: ?[,/&]| and| or) ?(\d{1,3})\b(?![.:]\d))?"
)


class Xids:
    """The numbers that were met, each with its first line."""

    def __init__(self) -> None:
        self.lines: dict[int, bytes] = {}

    def at(self, lines: list[bytes]) -> None:
        """Look at some more lines."""
        block = b"\n".join(lines).lower()
        for number in _told(block) - self.lines.keys():
            self.lines[number] = next(line for line in lines if number in _told(line.lower()))


def _told(text: bytes) -> set[int]:
    return {int(number) for pair in _NUMBERS.findall(text) for number in pair if number}
