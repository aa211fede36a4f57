"""Finds phrases in many lines at once: a phrase is words that stand beside one another in a line.

Case, digits and punctuation do not matter here: patterns look at these, in the few lines that a phrase
brings to light. A block of lines is looked at as a set of words first; only where a phrase may be in it,
its lines are sought.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import compress, pairwise
from operator import itemgetter
from typing import Generic

from gpucheck.explaining.phrase import K, Phrase, places, shape, words

_TINY, _SHORT = 3, 5  # letters: the shorter a word, the more lines have it; these are everywhere too
_EVERYWHERE = frozenset(
    b"""name pci error errors failed failure device devices driver kernel module version nvidia host docker
    container containers process service unknown found could cannot with""".split()
)
_FEW = 4  # phrases that are sought at once; of more, first those of whose words two stand side by side
_REPEATED, _OFTEN = 4, 16  # words repeat where each is there so often; every so many blocks that is seen
_VAIN = (
    2_000  # lines that have the rarest word of a phrase and not the phrase: from then on the block is asked
)


def _commonness(word: bytes) -> int:
    if word in _EVERYWHERE:
        return 2
    return 3 if len(word) < _TINY else int(len(word) < _SHORT)


class PhraseFinder(Generic[K]):
    """Names the keys whose phrases are in a line. Keys can be retired once they are settled."""

    def __init__(self, phrases: Iterable[tuple[K, str]]) -> None:
        sought: dict[bytes, Phrase[K]] = {}
        for key, phrase in phrases:
            text = words(phrase.encode())
            sought.setdefault(text, Phrase(text)).keys.append(key)
        self._blocks = 0
        self._repeats = False
        self._arrange(list(sought.values()))

    def _arrange(self, phrases: list[Phrase[K]]) -> None:
        shared = Counter(word for phrase in phrases for word in set(phrase.words))
        by_anchor: dict[bytes, list[Phrase[K]]] = defaultdict(list)
        for phrase in phrases:  # a phrase is sought by the word that is rarest, by all we know
            anchor = min(phrase.words, key=lambda word: (_commonness(word), shared[word], -len(word)))
            phrase.sought = b" " + anchor + b" "
            by_anchor[anchor].append(phrase)
        self._phrases = phrases
        self._by_anchor = dict(by_anchor)
        self._anchors = frozenset(by_anchor)

    def find(self, block: bytes) -> Iterator[tuple[bytes, list[K]]]:
        """Yield each line of a block that holds phrases, with their keys, in the order of the lines."""
        shaped = shape(block)
        phrases = self._perhaps_in(shaped.split())
        if not phrases:
            return
        flat = b" " + shaped.replace(b"\n", b" ") + b" "  # so that every word has a blank on both sides
        found: dict[tuple[int, int], list[K]] = defaultdict(list)
        for phrase in phrases:
            for place in places(phrase, shaped, flat):
                found[place] += phrase.keys
        for (start, end), keys in sorted(found.items(), key=itemgetter(0)):
            yield block[start:end], list(dict.fromkeys(keys))

    def retire(self, is_settled: Callable[[K], bool]) -> None:
        """Stop looking for some keys."""
        for phrase in self._phrases:
            phrase.keys = [key for key in phrase.keys if not is_settled(key)]
        self._arrange([phrase for phrase in self._phrases if phrase.keys])

    def _perhaps_in(self, parts: list[bytes]) -> list[Phrase[K]]:
        """Return the phrases whose words are all there, beside one another somewhere."""
        there = self._there(parts)
        near = [phrase for anchor in self._anchors & there for phrase in self._by_anchor[anchor]]
        near = [phrase for phrase in near if there.issuperset(phrase.words)]
        if sum(len(phrase.words) > 1 for phrase in near) > _FEW:
            near = self._side_by_side(near, parts)
        if any(phrase.vain > _VAIN for phrase in near):
            text = b" " + b" ".join(parts) + b" "
            near = [phrase for phrase in near if phrase.vain <= _VAIN or phrase.text in text]
        return near

    def _side_by_side(self, near: list[Phrase[K]], parts: list[bytes]) -> list[Phrase[K]]:
        """Keep the phrases of which the first two words stand beside one another."""
        several = [phrase for phrase in near if len(phrase.words) > 1]
        wanted = frozenset(phrase.pair for phrase in several)
        begins = frozenset(pair[0] for pair in wanted).__contains__
        pairs = wanted.intersection(compress(pairwise(parts), map(begins, parts)))
        return [phrase for phrase in near if len(phrase.words) == 1 or phrase.pair in pairs]

    def _there(self, parts: list[bytes]) -> set[bytes] | frozenset[bytes]:
        """Return which words there are, of those that matter; none where no phrase can be."""
        self._blocks += 1
        if self._repeats or self._blocks % _OFTEN == 1:
            every = set(parts)  # the fastest where words repeat, as in most logs
            self._repeats = len(every) * _REPEATED < len(parts)
            return every
        anchors = self._anchors.intersection(parts)
        near = [phrase for anchor in anchors for phrase in self._by_anchor[anchor]]
        others = frozenset(word for phrase in near for word in phrase.words) - anchors
        return anchors | others.intersection(parts) if others else anchors
