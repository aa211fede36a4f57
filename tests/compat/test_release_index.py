"""Ranges of releases: what is inside, what comes after, what stands for several."""

import pytest

from gpucheck.compat.image_draft import agreed, agreed_base
from gpucheck.compat.release_index import ReleaseIndex, release_key
from gpucheck.model.image import ImageNeed, NeedSource
from gpucheck.model.image_rows import ImageReleaseRow
from gpucheck.model.reference import ImageReference


def row(first: str, last: str, cuda: str = "", **more: object) -> ImageReleaseRow:
    return ImageReleaseRow("page", "2026-01-01", first=first, last=last, cuda=cuda, **more)  # type: ignore[arg-type]


ROWS = (
    row("v2.0.0", "", "13.0"),
    row("v1.1.0", "v1.9", "12.9"),
    row("v1.1.0", "v1.9", "13.0", variant="cu130"),
    row("v1.0.0", "v1.0.2", "12.1"),
    row("v0.9.0", "v0.9.0", "11.8"),
    row("24.03", "24.03", "12.4"),
)


@pytest.mark.parametrize(
    ("release", "variant", "found"),
    [
        ("0.9.0", "", ["11.8"]),
        ("v0.9.0", "", ["11.8"]),
        ("0.9.1", "", []),
        ("0.9.0.post2", "", ["11.8"]),  # the same release, repaired
        ("0.9", "", ["11.8"]),
        ("1.0.0", "", ["12.1"]),
        ("1.0.2", "", ["12.1"]),
        ("1.0.3", "", []),
        ("1.0", "", ["12.1"]),
        ("1.1.0rc1", "", []),  # before the first, after the last
        ("1.1.1-rc1", "", ["12.9"]),
        ("1.9.17", "", ["12.9"]),  # a last release of two parts takes its patches along
        ("1.10.0", "", []),
        ("1.5.0", "cu130", ["13.0"]),
        ("1.5.0", "cu129", []),
        ("1", "", ["12.9", "12.1"]),
        ("7.7.7", "", ["13.0"]),  # the row goes on
        ("24.03", "", ["12.4"]),
        ("24.03.1", "", ["13.0"]),
        ("main", "", []),
        ("", "", []),
    ],
)
def test_rows_of_a_release(release: str, variant: str, found: list[str]) -> None:
    assert [r.cuda for r in ReleaseIndex(ROWS).of_release(release, variant)] == found


def test_a_row_without_cuda_takes_that_of_the_next_for_the_same_release() -> None:
    own, any_product = row("24.03", "24.03", os="ubuntu22.04"), row("24.03", "24.03", "12.4.0")
    (found,) = ReleaseIndex((own, any_product)).of_release("24.03", "")
    assert (found.cuda, found.os) == ("12.4.0", "ubuntu22.04")
    (alone,) = ReleaseIndex((own,)).of_release("24.03", "")
    assert alone == own


def test_tags_are_found_as_they_are() -> None:
    first = row("24.03", "24.03", tags=("24.03-py3",))
    aliases = (row("", "", "12.9", tags=("0.5-gpu", "0.5.1")), row("", "", "13.0", tags=("0.5-gpu",)))
    index = ReleaseIndex((first, row("24.03", "24.03", "12.4"), *aliases))
    assert [r.cuda for r in index.of_tag("24.03-py3")] == ["12.4"]
    assert [r.cuda for r in index.of_tag("0.5-gpu")] == ["12.9", "13.0"]
    assert index.of_tag("0.6") == []
    assert index.of_release("0.5", "") == []


def test_the_numbers_of_a_release() -> None:
    assert [release_key(text) for text in ("v1.2.3-cu130", "r36.4", "24.03", "main")] == [
        (1, 2, 3),
        (36, 4),
        (24, 3),
        (),
    ]


def test_what_several_rows_agree_on() -> None:
    rows = [row("1.0", "1.0", "12.4.0", os="ubi8"), row("1.1", "1.1", "12.4.1", os="ubi9", flavour="base")]
    found = agreed(rows)
    assert (found.cuda, found.cuda_major, found.os, found.flavour) == ("12.4", "", "", "")
    assert agreed([row("1", "1", "12.1"), row("2", "2", "12.9")]).cuda_major == "12"
    assert agreed([row("1", "1", "12.1"), row("2", "2", "13.0")]).cuda_major == ""
    assert agreed([row("1", "1", "12.1"), row("2", "2")]).cuda == ""
    assert agreed(rows[:1]) == rows[0]


def need(**more: object) -> ImageNeed:
    return ImageNeed(ImageReference("a", "docker.io", "a", "b"), NeedSource.TABLES, **more)  # type: ignore[arg-type]


def test_what_several_bases_agree_on() -> None:
    found = agreed_base(
        [need(cuda="12.1.0", flavour="base", requirements=()), need(cuda="12.4.0", flavour="base")]
    )
    assert found is not None
    assert (found.cuda, found.flavour, found.requirements) == ("", "base", None)
    assert agreed_base([]) is None
    assert agreed_base([need(cuda="12.1.0")]) == need(cuda="12.1.0")
