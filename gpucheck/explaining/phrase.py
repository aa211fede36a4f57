"""One phrase, words beside one another in a line whatever their case and punctuation, and where it stands."""

from collections.abc import Iterator
from typing import Generic, TypeVar

K = TypeVar("K")

_LETTERS = bytes(
    byte + 32 if 65 <= byte <= 90 else byte if 97 <= byte <= 122 or byte == 10 else 32  # noqa: PLR2004
    for byte in range(256)
)
_LONGEST = 4 * 1024  # bytes of a line that is taken whole; of a longer one, so much around the phrase


def shape(text: bytes) -> bytes:
    """Return the text in lower case with everything but letters and newlines blanked."""
    return text.translate(_LETTERS)


def words(text: bytes) -> bytes:
    """Return the words of a line, one blank between and at the ends, for ``in``."""
    return b" " + b" ".join(shape(text).split()) + b" "


class Phrase(Generic[K]):
    """A phrase with the keys that seek it."""

    def __init__(self, text: bytes) -> None:
        self.text = text
        self.words = text.split()
        self.pair = tuple(self.words[:2])
        self.keys: list[K] = []
        self.sought = text  # the word of it that is looked for, with its blanks
        self.vain = 0


def places(phrase: Phrase[K], shaped: bytes, flat: bytes) -> Iterator[tuple[int, int]]:
    """Yield (start, end) of the lines of a block that hold a phrase; of a long line, what is around it."""
    at = flat.find(phrase.sought)
    while at >= 0:
        start = max(shaped.rfind(b"\n", 0, at) + 1, at - _LONGEST // 2)
        end = shaped.find(b"\n", at, start + _LONGEST)
        end = min(start + _LONGEST, len(shaped)) if end < 0 else end
        if len(phrase.words) == 1 or phrase.text in words(shaped[start:end]):
            yield start, end
        else:
            phrase.vain += 1
        is_cut = end - start == _LONGEST
        at = flat.find(phrase.sought, max(end - _LONGEST // 4, at + 1) if is_cut else end)
