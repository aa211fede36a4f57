"""Which row holds: releases and facts, three-valued."""

from collections.abc import Mapping

import pytest

from gpucheck.compat.injection import Circumstances, Decision, decide, holding, holds_for, within
from gpucheck.model.injection_rows import InjectionPathRow
from gpucheck.model.versions import Version


def a_row(row: str, path: str = "none", **more: object) -> InjectionPathRow:
    return InjectionPathRow(row, "docker", "gpus", 1, path, "m", "s", "2026-11-25", **more)  # type: ignore[arg-type]


def at(version: str = "", toolkit: str = "", **facts: str) -> Circumstances:
    known: Mapping[str, str] = facts
    return Circumstances(
        Version(version) if version else None, Version(toolkit) if toolkit else None, known.get
    )


OLD = a_row("old", below="25")
CDI = a_row("cdi", "cdi", since="29.2.0", when={"devices": "found", "helper": "found"})
JIT = a_row("jit", "jit-cdi", toolkit_since="1.18.0", when={"mode": "auto"})
HOOK = a_row("hook", "legacy", when={"hook": "found"})
LAST = a_row("last")
ROWS = (OLD, CDI, HOOK, LAST)


@pytest.mark.parametrize(
    ("version", "since", "below", "inside"),
    [
        ("29.2.0", "29.2", "", True),
        ("29.1.9", "29.2", "", False),
        ("27.2.1", "26.0", "27.3.0", True),
        ("27.3.0", "26.0", "27.3.0", False),
        ("1", "", "", True),
    ],
)
def test_ranges(version: str, since: str, below: str, *, inside: bool) -> None:
    assert within(Version(version), since, below) is inside


@pytest.mark.parametrize(
    ("row", "circumstances", "answer", "facts"),
    [
        (LAST, at(), True, ()),
        (OLD, at("24.0.9"), True, ("engine_version",)),
        (OLD, at("25.0.0"), False, ("engine_version",)),
        (OLD, at(), None, ("engine_version",)),
        (JIT, at(toolkit="1.18.0", mode="auto"), True, ("toolkit", "mode")),
        (JIT, at(toolkit="1.17.9", mode="auto"), False, ("toolkit",)),
        (JIT, at(mode="auto"), None, ("toolkit",)),
        # what speaks against it decides, whatever else is not known
        (JIT, at(mode="cdi"), False, ("mode",)),
        (CDI, at("29.2.0", helper="absent"), False, ("helper",)),
        (CDI, at(devices="found"), None, ("engine_version", "helper")),
    ],
)
def test_a_row(
    row: InjectionPathRow, circumstances: Circumstances, *, answer: bool | None, facts: tuple[str, ...]
) -> None:
    holds = holds_for(row, circumstances)
    assert (holds.answer, holds.facts) == (answer, facts)


@pytest.mark.parametrize(
    ("circumstances", "possible", "missing"),
    [
        (at("24.0"), ("old",), ()),
        (at("29.2", devices="found", helper="found"), ("cdi",), ()),
        (at("29.2", devices="none", hook="found"), ("hook",), ()),
        (at("29.2", devices="none", hook="absent"), ("last",), ()),
        (at("29.2", devices="found", hook="found"), ("cdi", "hook"), ("helper",)),
        (at("28.5"), ("hook", "last"), ("hook",)),
        (at(), ("old", "cdi", "hook", "last"), ("engine_version", "devices", "helper", "hook")),
    ],
)
def test_decisions(circumstances: Circumstances, possible: tuple[str, ...], missing: tuple[str, ...]) -> None:
    decision = decide(ROWS, circumstances)
    assert tuple(row.row for row in decision.possible) == possible
    assert decision.missing == missing
    assert (decision.row is None) == bool(missing)


def test_no_row_decides_nothing() -> None:
    empty: Decision[InjectionPathRow] = decide((), at())
    assert (empty.row, empty.possible) == (None, ())
    only = decide((OLD,), at())
    assert (only.row, only.missing) == (None, ("engine_version",))  # it may hold, and may not


def test_the_facts_that_decide_are_named() -> None:
    assert decide(ROWS, at("29.2", devices="none", hook="found")).facts == (
        "engine_version",
        "devices",
        "hook",
    )


def test_those_that_certainly_hold() -> None:
    assert [row.row for row in holding(ROWS, at("29.2", devices="found"))] == ["last"]
