"""Versions as golang.org/x/mod/semver reads them."""

import pytest

from gpucheck.compat.go_semver import is_version, major_minor, order


@pytest.mark.parametrize(
    "text", ["12", "12.4", "12.4.1", "v12.4", "0.0.0", "1.2.3-rc.1", "1.2.3-0a+build.01", "1.2.3+b"]
)
def test_versions(text: str) -> None:
    assert is_version(text)


@pytest.mark.parametrize(
    "text",
    ["", "v", "vv1", ".5", "12.", "1..2", "01.2", "535.104.05", "12.3.2.001", "12.4-rc1", "1.2.3-", "1.2.3-01",
     "1.2.3+", "10_1", "=12", "1.2.3-a..b", " 12", "\u0661"],
)  # fmt: skip
def test_what_is_none(text: str) -> None:
    assert not is_version(text)
    assert major_minor(text) is None


ASCENDING = ["none", "1", "1.2", "1.2.3-1", "1.2.3-2", "1.2.3-10", "1.2.3-a", "1.2.3-a.1", "1.2.3-b", "1.2.3",
             "1.10", "2", "12", "1" + "0" * 5000]  # fmt: skip


def test_order() -> None:
    for place, low in enumerate(ASCENDING):
        assert order(low, low) == 0
        for high in ASCENDING[place + 1 :]:
            assert (order(low, high), order(high, low)) == (-1, 1), (low, high)
    assert order("1.2", "v1.2.0+any") == 0
    assert order("", "none") == 0


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("0", "0.0"), ("8", "8.0"), ("7.5", "7.5"), ("9.0.116", "9.0"), ("v11.6", "11.6"),
        ("4294967295.4294967295.4294967295", "4294967295.4294967295"),
        ("9.4294967296", None), ("4294967296", None), ("9.0.116.50", None), ("foo", None), ("-9", None),
    ],
)  # fmt: skip
def test_the_two_parts_that_an_image_of_old_requires(text: str, parts: str | None) -> None:
    # the cases of the toolkit's own test, internal/config/image/cuda_image_test.go
    assert major_minor(text) == parts
