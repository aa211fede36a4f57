"""Phrases are found in lines whatever their case, digits and punctuation; each shape is looked at once."""

import pytest

from gpucheck.explaining.phrases import PhraseFinder


def found(line: str, *phrases: str) -> list[str]:
    finder = PhraseFinder((phrase, phrase) for phrase in phrases)
    return [key for _, keys in finder.find([line.encode()]) for key in keys]


@pytest.mark.parametrize(
    ("line", "phrase"),
    [
        ('Could NOT select device driver "" with', "could not select device driver"),
        ("nvidia-container-cli: initialization error: nvml error", "nvidia container cli"),
        ("Xid (PCI:0000:01:00): 79", "xid"),
        ("error:34 <cudaErrorStubLibrary>", "cudaErrorStubLibrary"),
        ("a\tb", "a b"),
        ("don't match", "don t match"),
    ],
)
def test_words_beside_one_another(line: str, phrase: str) -> None:
    assert found(line, phrase) == [phrase]


@pytest.mark.parametrize(
    ("line", "phrase"),
    [
        ("selected device", "select device"),
        ("xids", "xid"),
        ("device the driver", "device driver"),
        ("", "xid"),
    ],
)
def test_other_words_are_not_found(line: str, phrase: str) -> None:
    assert found(line, phrase) == []


def test_all_phrases_of_a_line_are_found_once_each() -> None:
    assert sorted(found("no such device or address", "no such device", "device", "such", "address")) == [
        "address", "device", "no such device", "such",
    ]  # fmt: skip


def test_lines_of_one_shape_are_all_yielded_in_order() -> None:
    finder = PhraseFinder([("x", "xid")])
    lines = [b"Xid 1", b"none", b"Xid 2"]
    assert [line for line, _ in finder.find(lines)] == [b"Xid 1", b"Xid 2"]


def test_a_retired_key_is_sought_no_more() -> None:
    finder = PhraseFinder([(1, "xid"), (2, "xid"), (2, "gpu")])
    assert [keys for _, keys in finder.find([b"Xid 1"])] == [[1, 2]]
    finder.retire({1})
    assert [keys for _, keys in finder.find([b"Xid 3", b"XID gpu"])] == [[2], [2]]
    finder.retire({2})
    assert list(finder.find([b"Xid 4", b"gpu"])) == []
