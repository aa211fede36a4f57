"""Phrases are found in lines whatever their case, digits and punctuation; each shape is looked for in blocks."""

from itertools import pairwise

import pytest

from gpucheck.explaining.phrases import PhraseFinder


def found(line: str, *phrases: str) -> list[str]:
    finder = PhraseFinder((phrase, phrase) for phrase in phrases)
    return [key for _, keys in finder.find(line.encode()) for key in keys]


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
    assert [line for line, _ in finder.find(b"Xid 1\nnone\nXid 2")] == [b"Xid 1", b"Xid 2"]


def test_a_retired_key_is_sought_no_more() -> None:
    finder = PhraseFinder([(1, "xid"), (2, "xid"), (2, "gpu")])
    assert [keys for _, keys in finder.find(b"Xid 1")] == [[1, 2]]
    finder.retire({1}.__contains__)
    assert [keys for _, keys in finder.find(b"Xid 3\nXID gpu")] == [[2], [2]]
    finder.retire({1, 2}.__contains__)
    assert list(finder.find(b"Xid 4\ngpu")) == []


def test_words_of_a_phrase_in_two_lines_are_none() -> None:
    assert found("select device\ndriver", "select device driver") == []
    assert found("device driver select\nselect device driver", "select device driver") == [
        "select device driver"
    ]


def test_one_phrase_of_very_many_is_found_where_all_words_are_there() -> None:
    words = [a + b for a in "abcdefgh" for b in "klmnopqr"]
    phrases = [f"{one} {other}" for one in words for other in words if one != other]
    text = " ".join(reversed(words)) + "\n" + " ".join(words[5:9])
    expected = [f"{b} {a}" for a, b in pairwise(words)]
    expected += [f"{a} {b}" for a, b in pairwise(words[5:9])]
    assert sorted(found(text, *phrases)) == sorted(expected)


def test_of_a_long_line_what_is_around_each_phrase_is_yielded() -> None:
    finder = PhraseFinder([(1, "bad thing")])
    block = b"x " * 5000 + b"bad thing 1 " + b"y " * 9000 + b"bad thing 2" + b" z" * 100
    lines = [line for line, _ in finder.find(block)]
    assert max(map(len, lines)) <= 4096
    assert [number for number in (b"thing 1", b"thing 2") if any(number in line for line in lines)] == [
        b"thing 1", b"thing 2",
    ]  # fmt: skip


def test_a_phrase_is_found_after_any_number_of_lines_that_have_its_words() -> None:
    finder = PhraseFinder([(1, "select device driver")])
    noise = b"device driver select\ndriver select device\n" * 2000
    for _ in range(20):
        assert list(finder.find(noise)) == []
    assert [line for line, _ in finder.find(noise + b"now select device driver!\n" + noise)] == [
        b"now select device driver!"
    ]
