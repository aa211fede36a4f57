"""The settings of apt.conf(5), from its folder and its file, as far as they are asked for.

https://manpages.debian.org/stable/apt/apt.conf.5.en.html: names in any case, ``A::B "value";`` and
``A { B "value"; };`` are the same, an item without a name appends to a list, ``#clear A;`` empties it.
"""

import re
from collections.abc import Iterator

from gpucheck.model.fact import Fact, Known, Unavailable
from gpucheck.system.ports import Files

FOLDER = "/etc/apt/apt.conf.d"
FILE = "/etc/apt/apt.conf"
# apt reads names of letters, digits, _ and -, without an extension or with .conf
_NAME = re.compile(r"[\w-]+(\.conf)?")
_TOKEN = re.compile(
    r'"(?P<text>[^"\n]*)"|(?P<clear>\#clear\b)|(?P<comment>//[^\n]*|\#[^\n]*|/\*.*?\*/)|(?P<mark>[{};])'
    r'|(?P<word>(?:(?!//|/\*)[^\s{};"])+)',
    re.DOTALL,
)
_MOST_FILES = 200

Settings = dict[str, list[str]]


def apt_settings(files: Files) -> Fact[Settings]:
    """Return the values of every setting by its lower-case name; a later file adds and overrides."""
    names = files.entries(FOLDER)
    if isinstance(names, Unavailable):
        return names
    texts = [files.text(f"{FOLDER}/{name}") for name in names.get(())[:_MOST_FILES] if _NAME.fullmatch(name)]
    texts.append(files.text(FILE))
    for text in texts:
        if isinstance(text, Unavailable):
            return text
    found: Settings = {}
    for text in texts:
        parse_apt_conf(text.get(""), found)
    return Known(found, FOLDER)


def parse_apt_conf(text: str, into: Settings) -> None:
    """Add the settings of one file."""
    scopes: list[str] = []
    words: list[str] = []
    for kind, value in _tokens(text):
        if kind != "mark":
            words.append(f"{kind} {value}")
        elif value == "{":
            scopes.append(_scoped(scopes, _first(words, "word")))
            words = []
        else:
            _statement(words, scopes, into)
            words = []
            if value == "}" and scopes:
                scopes.pop()


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    for found in _TOKEN.finditer(text):
        kind = found.lastgroup or ""
        if kind != "comment":
            yield kind, found[kind]


def _statement(words: list[str], scopes: list[str], into: Settings) -> None:
    name = _first(words, "word")
    if any(word.startswith("clear") for word in words):
        for key in [key for key in into if key == name or key.startswith(f"{name}::")]:
            del into[key]
        return
    values = [word.removeprefix("text ") for word in words if word.startswith("text ")]
    if not values:
        return
    key = _scoped(scopes, name.removesuffix("::"))
    if name and not name.endswith("::"):
        into[key] = values  # a plain setting: the last one counts
    else:
        into.setdefault(key, []).extend(values)


def _scoped(scopes: list[str], name: str) -> str:
    return "::".join(part for part in (scopes[-1] if scopes else "", name) if part)


def _first(words: list[str], kind: str) -> str:
    word = next((word for word in words if word.startswith(f"{kind} ")), "")
    return word.removeprefix(f"{kind} ").lower()
