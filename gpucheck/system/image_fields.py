"""Fields that an image's configuration has wherever it is read: in a registry, or from an engine.

The format: https://github.com/opencontainers/image-spec/blob/v1.1.0/config.md. All of it is text of
others; raises ValueError where it is not even of the right type.
"""

from typing import Any

_ABSURD_BYTES = 1 << 44  # 16 TiB
_ABSURD = "sizes that cannot be; none is given"


def environment(value: Any) -> tuple[tuple[str, str], ...]:
    """Return Env as names and values, in order."""
    pairs = (text(entry).partition("=") for entry in listed(value))
    return tuple((name, said) for name, _, said in pairs if name)


def labels(value: Any) -> dict[str, str]:
    """Return Labels."""
    return {text(name): text(said) for name, said in table(value).items()}


def table(value: Any) -> dict[str, Any]:
    """Return an object; none counts as an empty one."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise ValueError("not an object")  # noqa: TRY004 - one kind of error for all nonsense
    return value


def listed(value: Any) -> list[Any]:
    """Return a list; none counts as an empty one."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise ValueError("not a list")  # noqa: TRY004
    return value


def text(value: Any) -> str:
    """Return a text that can be written out: half a surrogate pair is replaced."""
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ValueError("not text")  # noqa: TRY004
    return value.encode("utf-8", "replace").decode()


def total(sizes: list[Any]) -> tuple[int | None, tuple[str, ...]]:
    """Return the sum of sizes, or None and a note where they make no sense."""
    if not all(type(size) is int and 0 <= size <= _ABSURD_BYTES for size in sizes):
        return None, (_ABSURD,)
    found = sum(sizes)
    return (found, ()) if found <= _ABSURD_BYTES else (None, (_ABSURD,))
