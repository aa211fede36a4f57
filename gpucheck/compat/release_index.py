"""Which rows of a table of releases speak of a release.

A row speaks of one release or of a range, never of what comes after it unless it goes on by its own
word. ``1.9`` is every 1.9.x; ``v0.4.4.post3`` is v0.4.4 with repairs; ``2.16.0-rc1`` is before 2.16.0.
"""

import re
from dataclasses import replace
from functools import lru_cache

from gpucheck.compat.image_knowledge import ImageKnowledge
from gpucheck.model.image_rows import ImageReleaseRow

_RELEASE = re.compile(r"[vr]?(\d+(?:\.\d+)*)(.*)")
_PRERELEASE = re.compile(r"[.-]?(?:rc|dev|a|b)\d*")
_PARTS = 4  # compared; no release has more numbers
_SEMANTIC = 3  # numbers of a full release
_LAST = 10**9  # greater than any number of a release

Key = tuple[int, ...]


class ReleaseIndex:
    """The rows of one table, found by release and variant."""

    def __init__(self, rows: tuple[ImageReleaseRow, ...]) -> None:
        self.rows = rows
        self._exact: dict[tuple[str, str], list[ImageReleaseRow]] = {}
        self._ranges: list[tuple[Key, Key, ImageReleaseRow]] = []
        self._by_tag: dict[str, list[ImageReleaseRow]] = {}
        for row in rows:
            if row.first:
                self._ranges.append((*_bounds(row), row))
            if row.first and row.first == row.last:
                self._exact.setdefault((row.first, row.variant), []).append(row)
        for row in rows:
            for tag in row.tags:
                told = self._exact.get((row.first, row.variant), [row]) if row.first == row.last else [row]
                self._by_tag.setdefault(tag, []).append(_with_cuda(told) if row.first else row)

    def of_tag(self, tag: str) -> list[ImageReleaseRow]:
        """Return the rows that name a tag; several where an alias has moved."""
        return self._by_tag.get(tag, [])

    def of_release(self, release: str, variant: str) -> list[ImageReleaseRow]:
        """Return the rows for a release: one, or several where it stands for several releases."""
        exact = self._exact.get((release, variant))
        if exact:
            return [_with_cuda(exact)]
        bounds = _of_text(release)
        if bounds is None:
            return []
        low, high = bounds
        found = [row for first, last, row in self._ranges if low <= last and first <= high]
        return [row for row in found if row.variant == variant]

    def variants_of(self, release: str) -> list[ImageReleaseRow]:
        """Return the rows of a release whatever their variant."""
        return [row for (first, _), rows in self._exact.items() if first == release for row in rows]


@lru_cache(maxsize=128)
def release_index(tables: ImageKnowledge, name: str, product: str) -> ReleaseIndex:
    """Return the index of a table of releases, for one product in it."""
    return ReleaseIndex(tables.image_releases(name, product))


def _with_cuda(rows: list[ImageReleaseRow]) -> ImageReleaseRow:
    """Return the first row, with the CUDA of the next that tells it where the first does not."""
    first = rows[0]
    if first.cuda or first.cuda_major or first.base or len(rows) == 1:
        return first
    return replace(first, cuda=rows[1].cuda, cuda_major=rows[1].cuda_major, source=rows[1].source)


def _bounds(row: ImageReleaseRow) -> tuple[Key, Key]:
    """Return the first and last key of a row; ``last`` with two parts takes all its patches along."""
    first = _padded(release_key(row.first), 0)
    if not row.last:
        return (*first, 0), (_LAST,)
    if row.first == row.last:
        return (*first, 0), (*first, 0)
    numbers = release_key(row.last)
    return (*first, 0), (*_padded(numbers, _LAST if len(numbers) < _SEMANTIC else 0), 0)


@lru_cache(maxsize=4096)
def _of_text(release: str) -> tuple[Key, Key] | None:
    match = _RELEASE.fullmatch(release)
    if match is None:
        return None
    numbers = tuple(int(part) for part in match.group(1).split("."))
    stage = -1 if _PRERELEASE.fullmatch(match.group(2)) else 0
    fill = _LAST if len(numbers) < _SEMANTIC else 0
    return (*_padded(numbers, 0), stage), (*_padded(numbers, fill), stage)


def release_key(release: str) -> Key:
    """Return the numbers of a release, to sort by; none where it has none."""
    match = _RELEASE.fullmatch(release)
    return tuple(int(part) for part in match.group(1).split(".")) if match else ()


def _padded(numbers: Key, fill: int) -> Key:
    return (numbers + (fill,) * _PARTS)[:_PARTS]
