"""apt's entries that lead to NVIDIA's repositories: lists of one line each, and deb822 stanzas.

https://manpages.debian.org/stable/apt/sources.list.5.en.html
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from gpucheck.model.driver import Repository
from gpucheck.model.fact import Fact, Known, Unavailable
from gpucheck.system.ports import Files

_MAIN = "/etc/apt/sources.list"
_FOLDER = "/etc/apt/sources.list.d"
_MOST_FILES = 200
_OURS = re.compile(r"//[^/]*\bnvidia\b", re.IGNORECASE)
_LINE = re.compile(r"deb\s+(?:\[(?P<options>[^\]]*)\]\s+)?(?P<uri>\S+)\s+(?P<suite>\S+)")
_SIGNED_BY = re.compile(r"signed-by=(\S+)", re.IGNORECASE)
_USER = re.compile(r"(?<=//)[^/]*@")  # a password may stand there
INLINE = "inline"


def repositories(files: Files) -> Fact[tuple[Repository, ...]]:
    """Return the entries in the order apt reads them."""
    names = files.entries(_FOLDER)
    if isinstance(names, Unavailable):
        return names
    ours = [name for name in names.get(())[:_MOST_FILES] if name.endswith((".list", ".sources"))]
    found: list[Repository] = []
    for path in (_MAIN, *(f"{_FOLDER}/{name}" for name in ours)):
        text = files.text(path)
        if isinstance(text, Unavailable):
            return text
        parse = parse_sources if path.endswith(".sources") else parse_list
        found += parse(text.get(""), path)
    return Known(tuple(_looked_at(files, entry) for entry in found), f"{_MAIN} · {_FOLDER}")


def _looked_at(files: Files, entry: Repository) -> Repository:
    named = entry.signed_by.startswith("/")
    return replace(entry, key_there=not named or files.exists(entry.signed_by))


def parse_list(text: str, path: str) -> list[Repository]:
    """Return NVIDIA's entries of a .list file."""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        entry = _LINE.match(line.strip())
        if entry and _OURS.search(entry["uri"]):
            key = _SIGNED_BY.search(entry["options"] or "")
            signed_by = key[1] if key else ""
            found.append(Repository(path, number, _shown(entry["uri"]), entry["suite"], signed_by))
    return found


def parse_sources(text: str, path: str) -> list[Repository]:
    """Return NVIDIA's entries of a .sources file; a stanza may stand for several."""
    return [
        Repository(path, number, _shown(uri), suite, _key(stanza))
        for number, stanza in _stanzas(text)
        if stanza.get("enabled", "yes").strip().lower() not in {"no", "false", "0"}
        and "deb" in stanza.get("types", "").split()
        for uri in stanza.get("uris", "").split()
        if _OURS.search(uri)
        for suite in stanza.get("suites", "").split()
    ]


def _stanzas(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    stanza: dict[str, str] = {}
    first, name = 0, ""
    for number, line in enumerate((*text.splitlines(), ""), 1):
        if not line.strip():
            if stanza:
                yield first, stanza
            stanza, name = {}, ""
        elif line[0] in " \t" and name:
            stanza[name] += f"\n{line.strip()}"
        elif not line.startswith("#"):
            first = first if stanza else number
            name, _, value = line.partition(":")
            name = name.strip().lower()
            stanza[name] = value.strip()


def _key(stanza: dict[str, str]) -> str:
    text = stanza.get("signed-by", "").strip()
    return INLINE if "\n" in text or "BEGIN PGP" in text else text


def _shown(uri: str) -> str:
    return _USER.sub("", uri)
