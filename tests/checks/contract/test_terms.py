"""Releases as distributions and projects write them, beside specifiers of PEP 440."""

import pytest

from gpucheck.checks.contract._terms import fits


@pytest.mark.parametrize(
    ("specifier", "release", "met"),
    [
        (">=28.5.2", "28.5.2-1", True),
        ("==27.3.1", "5:27.3.1-1~ubuntu.24.04~noble", True),
        (">=27", "5:27.3.1-1~ubuntu.24.04~noble", True),
        ("<6", "5:27.3.1-1~ubuntu.24.04~noble", False),
        ("==24.0.*", "24.0.9+dfsg1", True),
        ("~=24.0.5", "24.0.9+dfsg1", True),
        ("~=24.0", "25.0.1", False),
        ("!=24.0.9", "24.0.9+dfsg1", False),
        (">=20.10", "20.10.24-ce", True),
        # what comes before a release is not that release
        (">=1.17.8", "1.17.8~rc1", False),
        (">=1.17.8", "1.17.8~rc.1-1", False),
        (">=1.17.8", "1.17.8-1", True),
        (">=1.17.8rc1", "1.17.8~rc1", True),
        ("<1.17.8", "1.17.8~rc1", False),  # PEP 440: what comes before it is not older than it either
        (">=29", "29.0.0-rc.2", False),
        (">=28", "29.0.0-rc.2", True),
        (">=5.0", "5.0.0-dev", False),
        (">=29", "v29.0.0-beta.1", False),
    ],
)
def test_releases(specifier: str, release: str, *, met: bool) -> None:
    assert fits(specifier, release) is met


def test_a_text_without_a_number_is_no_release() -> None:
    with pytest.raises(ValueError, match="not a version"):
        fits(">=1", "library-import")
