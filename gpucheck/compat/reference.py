"""An image reference taken apart as Docker does it: what the name means before anybody is asked.

Grammar, defaults and limits are those of Docker's own parser (ParseNormalizedNamed),
https://github.com/distribution/reference/blob/v0.6.0/normalize.go and regexp.go beside it; the
algorithms of a digest are those of https://github.com/opencontainers/go-digest.

One text is refused here that the parser lets through: a first part with an underscore in front of the dot
(``my_registry.io/app``). The parser finds no registry in it, and no engine can pull it.
"""

import re

from gpucheck.compat.reference_fault import DEFAULT_REGISTRY, OFFICIAL, Parts, fault_in
from gpucheck.errors import ImageReferenceError
from gpucheck.model.reference import ImageReference

_LEGACY_REGISTRY = "index.docker.io"
_MAX_SHOWN = 80  # characters of a text that cannot be read
_MAX_ADVICE = 300  # characters of what to write instead
# user:password@host/, as in a URL; name:tag@sha256:... has no slash behind the @
_LOGIN = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]{0,30}://)?([^/@]*)@(?=[^/@:]+(?::[0-9]+)?/)")


def parse_reference(text: str) -> ImageReference:
    """Return the reference with Docker's defaults filled in; raises ImageReferenceError."""
    _refuse_login(text)
    parts = _split(text)
    fault = fault_in(text, parts)
    if fault is None:
        tag = parts.tag or ("" if parts.digest else "latest")
        return ImageReference(text, parts.registry, parts.repository, tag or "", parts.digest or "")
    better = fault.instead
    advice = ""
    if 0 < len(better) <= _MAX_ADVICE and fault_in(better, _split(better)) is None:
        advice = f"; write {better}"
    raise ImageReferenceError(f"{shown(text)} is no image reference: {fault.what}{fault.rule}{advice}")


def _refuse_login(text: str) -> None:
    """Raise ImageReferenceError where a password stands in the text, without repeating it: logs are read."""
    found = _LOGIN.match(text)
    if found and ":" in found[1]:
        bare = shown(text[found.end() :])
        raise ImageReferenceError(
            f"{bare} has a login in front of it: engines take it from 'docker login' alone"
        )


def shown(text: str, most: int = _MAX_SHOWN) -> str:
    """Return a text of any origin in quotes, on one printable line."""
    safe = "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text[: most + 1])
    return f"'{safe[:most]}…'" if len(safe) > most else f"'{safe}'"


def _split(text: str) -> Parts:
    registry, rest = _registry(text)
    name, at, digest = rest.partition("@")
    repository, colon, tag = name.partition(":")
    return Parts(registry, repository, tag if colon else None, digest if at else None)


def _registry(text: str) -> tuple[str, str]:
    """Return the registry and what follows it.

    A first part names a registry only if it could not be the first part of a path: it has a dot, a
    colon or an upper-case letter, or is localhost.
    """
    first, slash, rest = text.partition("/")
    if not slash:
        return DEFAULT_REGISTRY, OFFICIAL + text
    if (
        first not in {"localhost", _LEGACY_REGISTRY}
        and not set(first) & {".", ":"}
        and first == first.lower()
    ):
        first, rest = DEFAULT_REGISTRY, text
    registry = DEFAULT_REGISTRY if first == _LEGACY_REGISTRY else first
    if registry == DEFAULT_REGISTRY and "/" not in rest:
        rest = OFFICIAL + rest
    return registry, rest
