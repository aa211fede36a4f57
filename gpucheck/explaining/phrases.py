"""Finds phrases in many lines at once: a phrase is words that stand beside one another.

Case, digits and punctuation do not matter here: patterns look at these, in the few lines that a phrase
brings to light. Lines that differ in nothing else have one shape, and each shape is looked at once.
"""

from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Iterator
from typing import Generic, TypeVar

K = TypeVar("K")

_LETTERS = bytes(
    byte + 32 if 65 <= byte <= 90 else byte if 97 <= byte <= 122 or byte == 10 else 32  # noqa: PLR2004
    for byte in range(256)
)
_TINY, _SHORT = 3, 5  # letters: the shorter a word, the more lines have it; these are everywhere too
_EVERYWHERE = frozenset(
    b"""name pci error errors failed failure device devices driver kernel module version nvidia host docker
    container containers process service unknown found could cannot with""".split()
)
_MOST_REMEMBERED = 24 * 1024 * 1024  # bytes of shapes


def shape(text: bytes) -> bytes:
    """Return the text in lower case with everything but letters and newlines blanked."""
    return text.translate(_LETTERS)


def words(text: bytes) -> bytes:
    """Return the words of a line, one blank between and at the ends, for ``in``."""
    return b" " + b" ".join(shape(text).split()) + b" "


def _commonness(word: bytes) -> int:
    if word in _EVERYWHERE:
        return 2
    return 3 if len(word) < _TINY else int(len(word) < _SHORT)


class PhraseFinder(Generic[K]):
    """Names the keys whose phrases are in a line. Keys can be retired once they are settled."""

    def __init__(self, phrases: Iterable[tuple[K, str]]) -> None:
        sought = [(words(phrase.encode()), key) for key, phrase in phrases]
        shared = Counter(word for phrase, _ in sought for word in set(phrase.split()))
        by_anchor: dict[bytes, list[tuple[bytes, K]]] = defaultdict(list)
        for phrase, key in sought:  # lines are looked at for the word that is rarest, by all we know
            anchor = min(phrase.split(), key=lambda word: (_commonness(word), shared[word], -len(word)))
            by_anchor[anchor].append((phrase, key))
        self._by_anchor = dict(by_anchor)
        self._anchors = frozenset(self._by_anchor)
        self._found: dict[bytes, list[K]] = {}  # of shapes that hold a phrase
        self._seen: set[bytes] = set()
        self._size = 0

    def find(self, lines: list[bytes]) -> Iterator[tuple[bytes, list[K]]]:
        """Yield each line that holds phrases, with their keys, in the order of the lines."""
        shapes = shape(b"\n".join(lines)).split(b"\n")
        self._learn(set(shapes))
        found = self._found
        if found:
            both = zip(shapes, lines, strict=True)
            yield from ((line, found[form]) for form, line in both if form in found)

    def retire(self, keys: Container[K]) -> None:
        """Stop looking for some keys."""
        kept = {
            anchor: [entry for entry in entries if entry[1] not in keys]
            for anchor, entries in self._by_anchor.items()
        }
        self._by_anchor = {anchor: entries for anchor, entries in kept.items() if entries}
        self._anchors = frozenset(self._by_anchor)
        found = {form: [key for key in old if key not in keys] for form, old in self._found.items()}
        self._found = {form: left for form, left in found.items() if left}

    def _learn(self, shapes: set[bytes]) -> None:
        fresh = shapes - self._seen
        if self._size > _MOST_REMEMBERED:
            self._seen, self._found, self._size, fresh = set(), {}, 0, shapes
        self._seen |= fresh
        self._size += sum(map(len, fresh))
        is_dull = self._anchors.isdisjoint
        for form in [form for form in fresh if not is_dull(form.split())]:
            keys = list(self._keys(form))
            if keys:
                self._found[form] = keys

    def _keys(self, form: bytes) -> Iterator[K]:
        parts = form.split()
        text = b" " + b" ".join(parts) + b" "
        found = (
            key
            for anchor in self._anchors.intersection(parts)
            for phrase, key in self._by_anchor[anchor]
            if phrase in text
        )
        yield from dict.fromkeys(found)
