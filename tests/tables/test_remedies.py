"""What every remedy says: what it changes, how to undo it, what it interrupts."""

import re

import pytest

from gpucheck.model.plan import CommandKind
from gpucheck.model.rows import RemedyRow
from gpucheck.planning.commands import command_of
from gpucheck.tables import load_tables

ROWS = list(load_tables().remedies.values())
PLACE = re.compile(r"\{(\w+)\}")


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.key)
def test_it_says_what_it_changes_and_how_to_undo_it(row: RemedyRow) -> None:
    assert row.changes.endswith("."), "a sentence"
    assert row.undo.keys() <= row.commands.keys()
    told = {family for family in row.commands if row.undo.get(family) or row.undo_note}
    assert told == row.commands.keys()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.key)
def test_its_words_have_no_places_but_those_of_its_commands(row: RemedyRow) -> None:
    filled = set(PLACE.findall(f"{row.summary} {row.commands}"))
    assert set(PLACE.findall(f"{row.changes} {row.undo} {row.undo_note} {row.interrupts}")) <= filled


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.key)
def test_what_ends_running_work_says_so(row: RemedyRow) -> None:
    commands = [command_of(argv) for lines in row.commands.values() for argv in lines if argv]
    ends_all = row.needs_reboot or any(command.kind is CommandKind.REBOOT for command in commands)
    engines = {"docker", "containerd", "crio"}
    ends_some = any(
        command.kind is CommandKind.RESTART and engines & set(command.argv) for command in commands
    )
    assert not (ends_all or ends_some) or row.interrupts.endswith(".")
