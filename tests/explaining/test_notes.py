"""Xids that name no cause are told all the same."""

from tests.explaining.texts import explained, shipped

LINE = "NVRM: Xid (PCI:0000:3b:00): {}, pid=1, name=python"


def test_an_xid_of_a_program_is_told_with_its_meaning_and_action() -> None:
    found = explained(LINE.format(31))
    row = shipped().xids[31]
    assert found.matches == ()
    assert found.notes == (f'Xid 31: {row.meaning} {row.action} "{LINE.format(31)}"',)


def test_an_xid_of_no_table_is_told_and_one_with_a_cause_is_not() -> None:
    (note,) = explained(f"{LINE.format(999)}\n{LINE.format(79)}").notes
    assert note == f'Xid 999 is in no table of this gpucheck: "{LINE.format(999)}"'


def test_of_many_some_are_told_and_the_rest_counted() -> None:
    notes = explained("\n".join(LINE.format(number) for number in range(900, 930))).notes
    assert len(notes) == 9
    assert notes[-1] == "22 further Xids"
