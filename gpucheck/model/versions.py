"""Driver and CUDA versions: dotted numbers, compared number by number, missing parts are zero."""

import re
from functools import total_ordering

_NUMBERS = re.compile(r"\d+(?:\.\d+)*")
# a release before the release: 1.18.0~rc.1 of Debian's packages, 1.18.0-rc.1 of the projects, 5.0.0-dev
_BEFORE = re.compile(r"[~.+-]?(alpha|beta|rc|dev)[.-]?(\d*)", re.IGNORECASE)


@total_ordering
class Version:
    """A dotted version such as 550.144.03 or 12.4, with the text it was written in.

    Leading zeros are kept in ``text`` and do not count in comparisons: 535.104.05 > 535.104.3.
    Anything after the numbers (``-1ubuntu1``, ``+dfsg1``) is ignored. Debian epochs (``1:``) too.
    """

    __slots__ = ("parts", "text")

    def __init__(self, text: str) -> None:
        """Parse ``text``; raises ValueError if it does not begin with a number."""
        bare = text.strip().removeprefix("v")
        bare = re.sub(r"^\d+:", "", bare)
        match = _NUMBERS.match(bare)
        if match is None:
            raise ValueError(f"not a version: {text[:40]!r}")
        self.text = match.group()
        numbers = [int(part) for part in self.text.split(".")]
        while len(numbers) > 1 and numbers[-1] == 0:
            numbers.pop()
        self.parts = tuple(numbers)

    @property
    def major(self) -> int:
        """The first number: the branch of a driver, the major of CUDA."""
        return self.parts[0]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Version) and self.parts == other.parts

    def __lt__(self, other: "Version") -> bool:
        return self.parts < other.parts

    def __hash__(self) -> int:
        return hash(self.parts)

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"Version({self.text!r})"


def pep440(text: str) -> str:
    """Return a release as PEP 440 writes it: its numbers, and whether it is one before the release.

    What distributions put behind it does not count (28.5.2-1, 20.10.24+dfsg1). Raises ValueError where
    ``text`` does not begin with a number.
    """
    numbers = Version(text).text
    before = _BEFORE.match(text.partition(numbers)[2])
    if before is None:
        return numbers
    word, number = before[1].lower(), before[2] or "0"
    return f"{numbers}.dev{number}" if word == "dev" else f"{numbers}{word}{number}"
