"""Why Docker would not take a text for an image reference, and what was probably meant.

Every search here is linear in the length of the text: it may come from anywhere.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

DEFAULT_REGISTRY = "docker.io"
OFFICIAL = "library/"  # where Docker Hub keeps images of one-part names

_MAX_REPOSITORY = 255
_MAX_TAG = 128
_HEX_DIGITS = {"sha256": 64, "sha384": 96, "sha512": 128}
_MAX_QUOTED = 40

_LABEL = r"[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?"
_HOST = re.compile(rf"(?:{_LABEL}(?:\.{_LABEL})*|\[[a-fA-F0-9:]+\])")
_PORT = re.compile(r"[0-9]+")
_PART = re.compile(r"[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*")
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
_IMAGE_ID = re.compile(r"[a-f0-9]{64}")
_NOT_HEX = re.compile(r"[^a-f0-9]")
_FOREIGN = re.compile(r"[^A-Za-z0-9._/:@\[\]+-]")
_VARIABLE = re.compile(r"\$(?:\w+|\{[\w:?=+/.-]{0,100}\}?)|\{\{|\{\w*\}|<\w*>", re.ASCII)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,30}://")

_PART_RULE = "a part is lower-case letters and digits, joined by one of . _ __ or dashes"


@dataclass(frozen=True, slots=True)
class Parts:
    """A text cut at the marks of a reference; whether the parts are sound is not yet said."""

    registry: str
    repository: str
    tag: str | None  # None: no colon
    digest: str | None  # None: no @


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong and where; the rule it breaks; and what to write, if that turns out to be sound."""

    what: str
    rule: str = ""
    instead: str = ""


def fault_in(text: str, parts: Parts) -> Fault | None:
    """Return the first fault of a reference, None if it has none."""
    return next(_faults(text, parts), None)


def _faults(text: str, parts: Parts) -> Iterator[Fault]:
    yield from _of_the_text(text)
    yield from _of_the_registry(text, parts.registry)
    if parts.digest is not None:
        yield from _of_the_digest(text, parts.digest)
    yield from _of_the_repository(text, parts)
    if parts.tag is not None:
        yield from _of_the_tag(text, parts.tag)


def _of_the_text(text: str) -> Iterator[Fault]:
    if not text.strip():
        yield Fault("it is empty")
    if text.strip() != text:
        yield Fault("it begins or ends with a blank", instead=text.strip())
    if found := _VARIABLE.search(text):
        yield Fault(f"'{found[0]}' at {_place(found)} has not been filled in", "; write its value")
    if found := _FOREIGN.search(text):
        yield Fault(f"{_named(found[0])} at {_place(found)}")
    if found := _SCHEME.match(text):
        rest = text[found.end() :]
        yield Fault(f"'{found[0]}' is a prefix of other tools, no part of a reference", instead=rest)
    if _IMAGE_ID.fullmatch(text):
        yield Fault("64 hex digits are the id of an image, not its name", "; write the name")


def _of_the_registry(text: str, registry: str) -> Iterator[Fault]:
    host, port = _host_and_port(registry)
    if _HOST.fullmatch(host) and (port is None or _PORT.fullmatch(port)):
        return
    path = text.partition("/")[2]
    if "@" in registry:
        what, rule, instead = "a slash after the @", "; the digest comes last", ""
    elif registry.startswith("[") or registry.count(":") > 1:
        bare = registry.strip("[]")
        what, instead = f"'{_cut(registry)}' is no IPv6 address in brackets", f"[{bare}]/{path}"
        rule = ", which is written [2001:db8::1] or [2001:db8::1]:5000"
    elif _HOST.fullmatch(host):
        what, rule, instead = f"the port '{_cut(port or '')}' of '{_cut(host)}' is no number", "", ""
        if not port:
            instead = f"{host}/{path}"
    else:
        what, instead = f"'{_cut(registry)}' is no registry", ""
        rule = ": a host name has letters, digits, dots and dashes"
    yield Fault(what, rule, instead)


def _of_the_digest(text: str, digest: str) -> Iterator[Fault]:
    name = text.partition("@")[0]
    algorithm, _, digits = digest.partition(":")
    wanted = _HEX_DIGITS.get(algorithm, 0)
    lower = f"{name}@{digest.lower()}"
    if not digits:
        yield Fault(f"after the @ comes {_quoted(digest)}", "; a digest is sha256: and 64 hex digits")
    elif not wanted:
        known = f": it is {', '.join(_HEX_DIGITS)}"
        yield Fault(f"'{_cut(algorithm)}' is no algorithm of a digest", known, lower)
    elif found := _NOT_HEX.search(digits):
        place = f"'{found[0]}' at {_place(found, len(name) + len(algorithm) + 2)} is no lower-case hex digit"
        yield Fault(place, f"; {algorithm} has {wanted} of them", lower)
    elif len(digits) != wanted:
        yield Fault(f"the digest has {len(digits)} hex digits", f"; {algorithm} has {wanted}")


def _of_the_repository(text: str, parts: Parts) -> Iterator[Fault]:
    path = parts.repository
    if path in {"", OFFICIAL}:
        yield _no_name(text, parts)
    if path.startswith((f"{OFFICIAL}[", "[")):
        yield Fault("it names a registry without an image", f"; write {_cut(text)}/NAME")
    if path != path.lower():
        yield Fault(f"'{_cut(_given(text, path))}' has upper-case letters", "", _lower_name(text, path))
    for part in path.split("/"):
        if not part:
            yield Fault("a part between slashes is empty", "", re.sub("//+", "/", text).strip("/"))
        elif not _PART.fullmatch(part):
            yield Fault(f"'{_cut(part)}' is no part of a name", f"; {_PART_RULE}")
    if len(path) > _MAX_REPOSITORY:
        yield Fault(f"the name has {len(path)} characters", f"; {_MAX_REPOSITORY} is the most")


def _no_name(text: str, parts: Parts) -> Fault:
    if "/" in text:
        return Fault(f"after the registry {_cut(parts.registry)} comes no name of an image")
    return Fault(f"no name comes before the {text[:1]}")


def _given(text: str, path: str) -> str:
    """Return the path without what Docker puts in front of it."""
    return path if path in text else path.removeprefix(OFFICIAL)


def _lower_name(text: str, path: str) -> str:
    """Return the text with its path in lower case; the registry and the tag may have upper-case letters."""
    name = _given(text, path)
    place = text.find(name)
    return text[:place] + name.lower() + text[place + len(name) :]


def _of_the_tag(text: str, tag: str) -> Iterator[Fault]:
    if not tag:
        yield Fault("nothing comes after the colon", "", text.replace(":@", "@").removesuffix(":"))
    elif "/" in tag:
        yield Fault(
            f"a slash in the tag '{_cut(tag)}'", "; a port belongs to the first part, a tag to the last"
        )
    elif ":" in tag:
        first, _, second = tag.partition(":")
        yield Fault(f"it has two tags, '{_cut(first)}' and '{_cut(second)}'")
    elif not _TAG.fullmatch(tag):
        rule = "; a tag is letters, digits, _ . and -, and begins with none of the last two"
        yield Fault(f"'{_cut(tag)}' is no tag", rule)
    elif len(tag) > _MAX_TAG:
        yield Fault(f"the tag has {len(tag)} characters", f"; {_MAX_TAG} is the most")


def _host_and_port(registry: str) -> tuple[str, str | None]:
    host, colon, port = registry.rpartition(":")
    if not colon or registry.endswith("]"):
        return registry, None
    return host, port


def _named(character: str) -> str:
    if character == " ":
        return "a blank"
    code = f"U+{ord(character):04X}"
    return f"'{character}' ({code})" if character.isprintable() else f"the character {code}"


def _place(found: re.Match[str], before: int = 0) -> str:
    return f"character {before + found.start() + 1}"


def _quoted(text: str) -> str:
    return f"'{_cut(text)}'" if text else "nothing"


def _cut(text: str) -> str:
    return text if len(text) <= _MAX_QUOTED else f"{text[:_MAX_QUOTED]}…"
