"""The first record of a CSV text as Go reads it."""

import pytest

from gpucheck.compat.go_csv import CsvError, first_record


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("a,b", ["a", "b"]),
        ("a,", ["a", ""]),
        (" a , b ", [" a ", " b "]),
        ('"a,b",c', ["a,b", "c"]),
        ('"a""b"', ['a"b']),
        ('""', [""]),
        ('"a\nb",c', ["a\nb", "c"]),
        ('"a\r\nb"', ["a\nb"]),
        ("\n\r\na\nb", ["a"]),
        ("a\r", ["a"]),
        ("a\r\n", ["a"]),
        ("a\rb", ["a\rb"]),
        ("a\r\r\n", ["a\r"]),
        ('a\n"', ["a"]),
    ],
)
def test_a_record(text: str, fields: list[str]) -> None:
    assert first_record(text) == fields


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "EOF"),
        ("\n\r\n\r", "EOF"),
        ('a"', 'parse error on line 1, column 2: bare " in non-quoted-field'),
        ('\n\na,b"', 'parse error on line 3, column 4: bare " in non-quoted-field'),
        ('"a', 'parse error on line 1, column 3: extraneous or missing " in quoted-field'),
        ('"a"b', 'parse error on line 1, column 3: extraneous or missing " in quoted-field'),
        ('"a\n', 'parse error on line 1, column 4: extraneous or missing " in quoted-field'),
        ('"a\n\r', 'parse error on line 1, column 4: extraneous or missing " in quoted-field'),
        (
            '"a\nb',
            'record on line 1; parse error on line 2, column 2: extraneous or missing " in quoted-field',
        ),
        (
            '"a\nb",c"',
            'record on line 1; parse error on line 2, column 5: bare " in non-quoted-field',
        ),
    ],
)
def test_no_record(text: str, why: str) -> None:
    with pytest.raises(CsvError) as caught:
        first_record(text)
    assert str(caught.value) == why
