import pytest

from gpucheck.system.web_address import beside, is_loopback, web_address


@pytest.mark.parametrize(
    ("text", "authority", "target"),
    [
        ("https://nvcr.io", "nvcr.io", "/"),
        ("https://NVCR.io:443/v2/?a=b#c", "nvcr.io", "/v2/?a=b"),
        ("http://nvcr.io:443/", "nvcr.io:443", "/"),
        ("http://[2001:DB8::1]:5000/x", "[2001:db8::1]:5000", "/x"),
        ("https://user:secret@host.test/x", "host.test", "/x"),
    ],
)
def test_addresses(text: str, authority: str, target: str) -> None:
    found = web_address(text)
    assert (found.authority, found.target) == (authority, target)
    assert "secret" not in repr(found)


@pytest.mark.parametrize(
    "text",
    ["", "nvcr.io", "//nvcr.io/", "ftp://a/", "https://", "https:///x", "https://a b/", "https://a\n/", "https://ä/",
     "https://a:b/", "https://a:99999/", "https://[::1", "https://[fe80::1%25eth0]/", "https://" + "a" * 9000],
)  # fmt: skip
def test_texts_that_are_none(text: str) -> None:
    with pytest.raises(ValueError):
        web_address(text)


@pytest.mark.parametrize(
    ("location", "expected"),
    [
        ("https://b.test/y", "https://b.test/y"),
        ("//b.test/y", "https://b.test/y"),
        ("/y", "https://a.test:8443/y"),
        ("y", "https://a.test:8443/x/y"),
        ("?q=secret", "https://a.test:8443/x/z"),
        (" /y ", "https://a.test:8443/y"),
    ],
)
def test_where_a_redirect_leads(location: str, expected: str) -> None:
    assert beside(web_address("https://a.test:8443/x/z"), location).shown == expected


def test_what_is_shown_has_no_query_and_an_end() -> None:
    found = web_address("https://a.test/" + "x" * 1000 + "?signature=secret")
    assert len(found.shown) == 200
    assert "secret" not in web_address("https://a.test/x?signature=secret").shown


@pytest.mark.parametrize(
    ("host", "expected"),
    [("localhost", True), ("127.0.0.1", True), ("127.9.9.9", True), ("::1", True), ("0.0.0.0", False),
     ("128.0.0.1", False), ("localhost.test", False), ("127.0.0.1.test", False), ("::2", False), ("", False)],
)  # fmt: skip
def test_loopback_by_definition(host: str, expected: bool) -> None:  # noqa: FBT001
    assert is_loopback(host) is expected
