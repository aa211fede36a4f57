"""The line of every key, in every layout that TOML has; the parser itself is the other judge."""

import pytest
import tomli

from gpucheck.contract.places import line_of, places

MULTILINE = 'a = """\nb = 1\n[t]\n\\"""\n""""\nc = \'\'\'x = "\ny = 2\'\'\'\'\nd = 1\n'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a = 1\n[t]\nb = 2\nc.d = 3\n", {"a": 1, "t": 2, "t.b": 3, "t.c.d": 4}),
        ("\"a\" . 'b' = 1\n[ \"t\" . u ]\n c = 2\n", {"a.b": 1, "t.u": 2, "t.u.c": 3}),
        ("t = { a = 1, b = 2 }\nc = 3\n", {"t": 1, "t.a": 1, "t.b": 1, "c": 2}),
        (
            "t = { a = { b = 1 }, c = [ 1, { d = 2 } ] }\n",
            {"t": 1, "t.a": 1, "t.a.b": 1, "t.c": 1, "t.c.0": 1, "t.c.0.d": 1},
        ),
        (
            "t = [\n  # one\n  {a = 1, b = 2},\n  {a = 1}, ]\nb = [\n1, [2,\n3], 4\n]\nc = 1\n",
            {"t": 1, "t.0": 3, "t.0.a": 3, "t.0.b": 3, "t.1": 4, "t.1.a": 4, "b": 5, "c": 9},
        ),
        (
            "[[t]]\na = 1\n\n[[t]]\na = 2 # x = 3\n[t.u]\nb = 3\n",
            {"t.0": 1, "t.0.a": 2, "t.1": 4, "t.1.a": 5, "t.u": 6, "t.u.b": 7},
        ),
        (MULTILINE, {"a": 1, "c": 6, "d": 8}),
        ("a = \"# [t]\"\nb = '= \" # '\nc = \"\\\\\"\nd = \"\\\"\"\ne = 1\n", dict(zip("abcde", range(1, 6), strict=True))),
        ('"a\\u0041\\"" = 1\n"x.y" = 2\n', {'aA"': 1, "x.y": 2}),
        ("# only\n\n", {}),
        ("a = 2027-01-01 07:32:00.5Z\nb = 1e-3\nc = -inf\nd = [1.5, 2]\ne = 1", dict(zip("abcde", range(1, 6), strict=True))),
    ],
)  # fmt: skip
def test_lines(text: str, expected: dict[str, int]) -> None:
    tomli.loads(text)  # or the layout is none
    assert places(text) == expected


def test_a_key_without_a_line_stands_where_its_table_does() -> None:
    found = {"t": 3, "t.0": 5}
    assert [line_of(key, found) for key in ("t.0.until", "t.4", "u.x")] == [5, 3, 1]


HOSTILE = ("a = [" * 1000, "]" * 99, "{[=,.", '"""' * 333 + '"', "'''" * 9, "a = {" * 9 + "}]" * 9, "[[[[")


@pytest.mark.parametrize("text", HOSTILE)
def test_what_is_no_toml_does_no_harm(text: str) -> None:
    assert all(line >= 1 for line in places(text).values())
