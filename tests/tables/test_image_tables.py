"""The tables of images: every pattern and release is sound, and only what is asked for is decoded."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from gpucheck.errors import DataError
from gpucheck.model.image_rows import ImageReleaseRow, TagPatternRow
from gpucheck.tables import Tables, load_tables
from tests.tables.folder import FOLDER, read

GROUPS = {
    "cuda", "cu", "major", "flavour", "os", "version", "cudnn", "release", "variant", "torch", "torchc",
    "capability", "month",
}  # fmt: skip
RELEASES = sorted(path.stem for path in FOLDER.glob("images/releases/*.json"))


@pytest.fixture(scope="module")
def tables() -> Tables:
    return load_tables()


def patterns() -> list[TagPatternRow]:
    tables = load_tables()
    grammars = dict.fromkeys(row["grammar"] for row in read("images/tag_patterns.json")["rows"])
    return [row for grammar in grammars for row in tables.tag_patterns(grammar)]


def releases(name: str) -> list[ImageReleaseRow]:
    tables = load_tables()
    products = dict.fromkeys(row.get("product", "") for row in read(f"images/releases/{name}.json")["rows"])
    # what is asked for a product comes with the rows of all products
    return list(dict.fromkeys(row for product in products for row in tables.image_releases(name, product)))


def test_patterns_name_known_words_only() -> None:
    for row in patterns():
        compiled = re.compile(row.pattern)
        assert set(compiled.groupindex) <= GROUPS, row
        places = set(re.findall(r"\{(\w+)\}", row.base + row.release + row.variant))
        assert places <= GROUPS, row


def test_every_grammar_and_table_of_releases_is_used(tables: Tables) -> None:
    grammars = {row["grammar"] for row in read("images/tag_patterns.json")["rows"]}
    assert {row.grammar or row.family for row in tables.image_families} == grammars
    assert {row.releases for row in tables.image_families if row.releases} == set(RELEASES)


def test_no_repository_belongs_to_two_families(tables: Tables) -> None:
    listed = [name for row in tables.image_families for name in row.repositories]
    assert len(listed) == len(set(listed))
    assert all("/" in name for name in listed)


@pytest.mark.parametrize("name", RELEASES)
def test_a_release_says_something_and_stands_on_a_known_image(name: str, tables: Tables) -> None:
    known = tables.image_repositories
    for row in releases(name):
        assert row.first or row.tags, row
        if row.base:
            registry, _, path = row.base.rpartition(":")[0].partition("/")
            assert registry in {found for found, _ in known[path]}, row


@pytest.mark.parametrize("name", RELEASES)
def test_ranges_do_not_run_backwards_or_name_a_release_twice(name: str) -> None:
    seen: set[tuple[str, ...]] = set()
    for row in releases(name):
        if row.first:
            key = (row.product, row.first, row.variant)
            assert key not in seen, row
            seen.add(key)


def test_only_what_is_asked_for_is_decoded() -> None:
    def reader(name: str) -> bytes:
        content = json.loads((FOLDER / name).read_text("utf-8"))
        for row in content["rows"]:
            if row.get("grammar") not in {None, "tgi"}:
                row["pattern"] = 5
        return json.dumps(content).encode()

    tables = Tables(reader)
    assert len(tables.tag_patterns("tgi")) > 5
    with pytest.raises(DataError, match=r"images/tag_patterns.json \(grammar 'tei'\): row 1.pattern"):
        tables.tag_patterns("tei")
    assert tables.tag_patterns("no-such") == ()


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ({"title": "t"}, "'rows' is missing"),
        ({"rows": [5]}, "rows are not a list of objects"),
        ({"rows": 5}, "rows are not a list of objects"),
        ([], "'rows' is missing"),
    ],
)
def test_damage_is_named(content: Any, complaint: str) -> None:
    tables = Tables(lambda name: json.dumps(content).encode())
    with pytest.raises(DataError, match=complaint):
        tables.image_size("docker.io/library/ubuntu:22.04")


def test_rows_by_their_keys(tables: Tables) -> None:
    assert tables.require_expression("r001") == "cuda>=8.0" == tables.require_strings["r001"]
    assert tables.require_expression("r999") == ""
    size = tables.image_size("docker.io/library/ubuntu:22.04")
    assert size is not None
    assert size.size_bytes == 77_900_000
    assert tables.image_size("docker.io/library/ubuntu:1") is None
    assert list(tables.cuda_tags)[:1] == ["13.3.0"]
    assert tables.torch_wheels["2.4.0"].cuda == ("11.8", "12.1", "12.4")
    assert [row.string for row in tables.require_variants("12.4.1") if row.architecture == "amd64"] == [
        "r091"
    ]


def test_no_table_of_images_is_large() -> None:
    sizes = {path.name: path.stat().st_size for path in Path(FOLDER / "images").rglob("*.json")}
    assert max(sizes.values()) < 80_000
