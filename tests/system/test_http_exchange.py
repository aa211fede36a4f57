"""What is shared by the engine's and the registries' answers; floods and stalls are in their own tests."""

from typing import Any

import pytest

from gpucheck.compat.reference import parse_reference
from gpucheck.model.fact import Reason, Unavailable
from gpucheck.system.host import host_system
from gpucheck.system.http_exchange import json_object, printable
from gpucheck.system.ports import NoRegistry
from gpucheck.system.registry import RegistryClient


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a b", "a b"),
        (" a\r\n\tb\x1b[0m ", "a b [0m"),
        ("a\u202eb\u2028c\x00", "a b c"),
        ("é 漢", "é 漢"),
        ("\ud800", ""),
        ("x" * 500, "x" * 200),
        ("\n" * 500 + "x", ""),
    ],
)
def test_texts_of_others_on_one_line(text: str, expected: str) -> None:
    assert printable(text) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [(b"{}", {}), (b' {"a": [1, -2.5e3, true, null, "\xc3\xa9"]}', {"a": [1, -2500.0, True, None, "é"]})],
)
def test_objects(body: bytes, expected: Any) -> None:
    assert json_object(body) == expected


@pytest.mark.parametrize(
    "body",
    [
        b"", b"[]", b"null", b'"x"', b"{", b"{} {}", b'{"a": NaN}', b'{"a": Infinity}', b'{"a": 123456789012345678901}',
        b'{"a": "\xff"}', b"\xef\xbb\xbf{}", "{}".encode("utf-16"), b"[" * 200_000, b'{"a":' * 200_000,
    ],
    ids=lambda body: repr(body[:20]),
)  # fmt: skip
def test_bodies_that_are_none(body: bytes) -> None:
    with pytest.raises((ValueError, TypeError)):
        json_object(body)


def test_a_live_host_may_ask_registries_and_a_bare_system_asks_nobody() -> None:
    assert isinstance(host_system().registry, RegistryClient)
    fact = NoRegistry().config_of(parse_reference("nvcr.io/a:b"), "amd64", 1.0)
    assert fact == Unavailable(Reason.NOT_COLLECTED, "nvcr.io was not asked")
