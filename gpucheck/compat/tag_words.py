"""A tag taken apart by the patterns of its family, each word in one spelling.

12.8.1 is written cuda12.8.1, cu1281 or cu128; ubuntu22.04 also ubuntu2204 and ubuntu-22.04.
"""

import re
from functools import lru_cache

from gpucheck.model.image_rows import TagPatternRow

_UBUNTU = re.compile(r"ubuntu-?(\d\d)\.?(\d\d)")
_PLACE = re.compile(r"\{(\w+)\}")


def read_tag(
    patterns: tuple[TagPatternRow, ...], tag: str, name: str
) -> tuple[TagPatternRow | None, dict[str, str]]:
    """Return the first pattern that matches the whole tag (or repository name), and its words."""
    for row in patterns:
        match = _compiled(row.pattern).fullmatch(name if row.on == "name" else tag)
        if match is not None:
            return row, words_of(match.groupdict(), row)
    return None, {}


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def words_of(groups: dict[str, str | None], row: TagPatternRow) -> dict[str, str]:
    """Return what a pattern's groups say, in one spelling each."""
    words = {name: text for name, text in groups.items() if text}
    if "cu" in words:
        words["cuda"] = dotted_cuda(words["cu"])
    if "torchc" in words:
        words["torch"] = dotted_release(words["torchc"])
    if "capability" in words:
        words["capability"] = f"{words['capability'][:-1]}.{words['capability'][-1]}"
    if "cudnn" in words:
        words["cudnn"] = words["cudnn"].removeprefix("cudnn") or "unnumbered"
    if "version" in words:
        words["os"] = row.os + words["version"]
    elif row.os and "os" not in words and not _is_bare(row):
        words["os"] = row.os
    if "os" in words:
        words["os"] = _UBUNTU.sub(r"ubuntu\1.\2", words["os"])
    return words


def _is_bare(row: TagPatternRow) -> bool:
    """Return whether the row's system is a name to which the tag adds the version."""
    return "(?P<version>" in row.pattern


def dotted_cuda(digits: str) -> str:
    """Return cu92, cu124 and cu1281 as 9.2, 12.4 and 12.8.1."""
    if len(digits) == 2:  # noqa: PLR2004 - before CUDA 10
        return f"{digits[0]}.{digits[1]}"
    return ".".join((digits[:2], *digits[2:]))


def dotted_release(digits: str) -> str:
    """Return torch280 and torch2100 as 2.8.0 and 2.10.0."""
    return f"{digits[0]}.{digits[1:-1]}.{digits[-1]}"


def filled(template: str, words: dict[str, str]) -> str:
    """Return a template with its words in place.

    ``nvidia/cuda:{cuda}-base-{os}`` without a system is ``nvidia/cuda:12.5.0-base``.
    """
    if "{" not in template:
        return template
    return _PLACE.sub(lambda place: words.get(place.group(1), ""), template).rstrip("-")
