"""How near the words of a description come to those of a cause: a hint, where no known message decides.

Only short texts are compared, those that somebody wrote; in a log of megabytes every word occurs.
"""

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from gpucheck.model.rows import CauseRow

MOST_COMPARED = 6_000  # characters of a text; a longer one is not compared
_WORD = re.compile(r"[a-z][a-z0-9]+")
_ENDING = re.compile(r"(?:ings?|ed|es|s)$")
_STEMMED = 6  # letters from which a word is compared without its ending
_COMMON = 0.3  # of all causes: a word that so many share tells nothing
_IN_LABEL, _IN_TEXT = 3, 1
# words of any sentence, and of any text about GPUs in containers
_EMPTY = frozenset(
    _WORD.findall(
        """
    the and for with from that this than then where which when does has have had but into other one
    more they there what who will can may must only also still out over under not are was been its
    any all some error errors fail fails failed docker nvidia gpu gpus container containers run runs
    running image version note command ubuntu driver host using used use works work
    """
    )
)


@dataclass(frozen=True, slots=True)
class Likeness:
    """How near a text comes to a cause, and by which words, the most telling first."""

    degree: float
    words: tuple[str, ...]


def likenesses(text: str, causes: Mapping[str, CauseRow]) -> dict[str, Likeness]:
    """Return the causes whose label and description share telling words with a text."""
    described = {label: (_flat(label.replace("_", " ")), _described(row)) for label, row in causes.items()}
    weights: dict[str, dict[str, float]] = {label: {} for label in described}
    for word in _words(text):
        sought = f" {_stem(word)}" if len(word) >= _STEMMED else f" {word} "
        for label, weight in _weights(sought, described):
            weights[label][word] = weight
    return {label: _likeness(found, described[label]) for label, found in weights.items() if found}


def _weights(sought: str, described: Mapping[str, tuple[str, str]]) -> Iterable[tuple[str, float]]:
    hits = {
        label: (sought in name) * _IN_LABEL + (sought in text) * _IN_TEXT
        for label, (name, text) in described.items()
        if sought in name or sought in text
    }
    if not hits or len(hits) > _COMMON * len(described):
        return
    rarity = math.log(len(described) / len(hits)) ** 2
    yield from ((label, rarity * math.log(1 + hit)) for label, hit in hits.items())


def _likeness(found: dict[str, float], described: tuple[str, str]) -> Likeness:
    words_of_six_letters = sum(map(len, described)) / 6
    length = math.sqrt(words_of_six_letters + 40)  # so much more that short texts do not win by being short
    words = sorted(found, key=lambda word: (-found[word], word))
    return Likeness(sum(found.values()) / length, tuple(words))


def _described(row: CauseRow) -> str:
    return _flat(" ".join((row.meaning, row.shows, row.fix, *row.words)))


def _flat(text: str) -> str:
    return f" {' '.join(_WORD.findall(text.lower()))} "


def _words(text: str) -> Iterable[str]:
    return dict.fromkeys(word for word in _WORD.findall(text.lower()) if word not in _EMPTY)


def _stem(word: str) -> str:
    return _ENDING.sub("", word)
