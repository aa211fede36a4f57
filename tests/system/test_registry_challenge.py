from email.message import Message

import pytest

from gpucheck.system.registry_challenge import challenges, chosen


def headers(*values: str) -> Message:
    message = Message()
    for value in values:
        message["WWW-Authenticate"] = value
    return message


HUB = 'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:a/b:pull"'


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([], []),
        ([HUB], [("bearer", {"realm": "https://auth.docker.io/token", "service": "registry.docker.io", "scope": "repository:a/b:pull"})]),
        (['Basic realm="Registry Realm"'], [("basic", {"realm": "Registry Realm"})]),
        (["Basic"], [("basic", {})]),
        (['bearer realm = "a" , service=b'], [("bearer", {"realm": "a", "service": "b"})]),
        (['Bearer realm="a, Basic realm=b"'], [("bearer", {"realm": "a, Basic realm=b"})]),
        ([r'Bearer realm="say \"a\" \\ b"'], [("bearer", {"realm": r'say "a" \ b'})]),
        (['Bearer realm="a", Basic realm="b"'], [("bearer", {"realm": "a"}), ("basic", {"realm": "b"})]),
        (['Bearer realm="a"', 'Basic realm="b"'], [("bearer", {"realm": "a"}), ("basic", {"realm": "b"})]),
        (['Bearer REALM="a",realm="b"'], [("bearer", {"realm": "a"})]),
        (['realm="a"'], []),
        (['Bearer realm=""'], [("bearer", {"realm": ""})]),
        (["Negotiate"], [("negotiate", {})]),
        ([",;=\x01"], []),
    ],
)  # fmt: skip
def test_headers(values: list[str], expected: list[tuple[str, dict[str, str]]]) -> None:
    assert [(one.scheme, one.parameters) for one in challenges(headers(*values))] == expected


@pytest.mark.parametrize(
    ("values", "scheme"),
    [
        ([HUB], "bearer"),
        (['Basic realm="b"', HUB], "bearer"),
        (['Bearer service="x"', "Basic"], "basic"),
        (["Bearer"], None),
        (["Digest realm=x", "Negotiate"], None),
        ([], None),
    ],
)
def test_which_one_is_followed(values: list[str], scheme: str | None) -> None:
    found = chosen(challenges(headers(*values)))
    assert (found and found.scheme) == scheme


@pytest.mark.parametrize(
    "value", ['Bearer realm="' + "\\" * 60_000, 'a="b ' * 12_000, "Bearer " * 9_000, '"' * 60_000]
)
def test_endless_headers_are_cut(value: str) -> None:
    assert len(challenges(headers(value))) < 9_000
