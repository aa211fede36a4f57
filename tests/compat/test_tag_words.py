"""Words of a tag in one spelling, and templates that take them."""

import pytest

from gpucheck.compat.tag_words import dotted_cuda, dotted_release, filled, read_tag
from gpucheck.model.image_rows import TagPatternRow


def pattern(text: str, **more: object) -> TagPatternRow:
    return TagPatternRow("g", text, "page", "2026-01-01", **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("digits", "cuda"),
    [
        ("92", "9.2"),
        ("100", "10.0"),
        ("118", "11.8"),
        ("124", "12.4"),
        ("1281", "12.8.1"),
        ("1300", "13.0.0"),
    ],
)
def test_compact_cuda(digits: str, cuda: str) -> None:
    assert dotted_cuda(digits) == cuda


@pytest.mark.parametrize(("digits", "release"), [("260", "2.6.0"), ("291", "2.9.1"), ("2100", "2.10.0")])
def test_compact_releases(digits: str, release: str) -> None:
    assert dotted_release(digits) == release


@pytest.mark.parametrize(
    ("text", "tag", "words"),
    [
        (r"cu(?P<cu>\d+)", "cu1281", {"cu": "1281", "cuda": "12.8.1"}),
        (r"(?P<os>ubuntu-?[\d.]+)", "ubuntu-22.04", {"os": "ubuntu22.04"}),
        (r"(?P<os>ubuntu\d+)", "ubuntu2404", {"os": "ubuntu24.04"}),
        (r"(?P<os>\w+)", "ubi8", {"os": "ubi8"}),
        (r"(?P<cudnn>cudnn\d*)", "cudnn", {"cudnn": "unnumbered"}),
        (r"(?P<cudnn>cudnn\d*)", "cudnn8", {"cudnn": "8"}),
        (r"cudnn(?P<cudnn>[\d.]+)", "cudnn8.9", {"cudnn": "8.9"}),
        (r"(?P<capability>\d+)", "120", {"capability": "12.0"}),
        (r"torch(?P<torchc>\d+)", "torch280", {"torchc": "280", "torch": "2.8.0"}),
        (r"(?P<cuda>\d+)?x", "x", {}),
    ],
)
def test_words(text: str, tag: str, words: dict[str, str]) -> None:
    row = pattern(text)
    assert read_tag((row,), tag, "name") == (row, words)


def test_a_system_may_be_split_between_pattern_and_tag() -> None:
    row = pattern(r"(?P<version>\d+)?(?:\.\d)?-?x?", os="debian")
    assert read_tag((row,), "12.4", "n")[1]["os"] == "debian12"
    assert read_tag((row,), "x", "n")[1] == {}
    fixed = pattern("bookworm", os="debian12")
    assert read_tag((fixed,), "bookworm", "n")[1] == {"os": "debian12"}
    own = pattern(r"v1(?:-(?P<os>ubuntu\d+))?", os="ubuntu22.04")
    assert read_tag((own,), "v1-ubuntu2404", "n")[1] == {"os": "ubuntu24.04"}
    assert read_tag((own,), "v1", "n")[1] == {"os": "ubuntu22.04"}


def test_the_first_pattern_that_matches_all_of_it_wins() -> None:
    rows = (pattern("a"), pattern("a.*"), pattern(".*b", on="name"), pattern(".*"))
    assert [read_tag(rows, tag, "name")[0] for tag in ("a", "ab", "c")] == [rows[0], rows[1], rows[3]]
    assert read_tag(rows, "c", "nameb")[0] is rows[2]
    assert read_tag(rows[:1], "c", "name") == (None, {})


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("docker.io/nvidia/cuda:{cuda}-base-{os}", "docker.io/nvidia/cuda:12.5.0-base"),
        ("cu{cu}", "cu125"),
        ("{variant}", ""),
        ("", ""),
        ("13.0-base", "13.0-base"),
    ],
)
def test_templates(template: str, text: str) -> None:
    assert filled(template, {"cuda": "12.5.0", "cu": "125"}) == text
