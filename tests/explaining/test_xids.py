"""Xids, as the driver prints them and as people write them."""

import pytest

from gpucheck.explaining.xids import Xids


def told(*lines: str) -> list[int]:
    xids = Xids()
    xids.at("\n".join(lines).encode())
    return sorted(xids.lines)


@pytest.mark.parametrize(
    ("line", "numbers"),
    [
        ("NVRM: Xid (PCI:0000:01:00): 79, pid=1, name=python3, Ch 00000008", [79]),
        ("[  5.1] NVRM: Xid (0000:01:00): 31, Ch 0000000a, engmask 00000101", [31]),
        ("kernel: NVRM: Xid (PCI:0000:c1:00 GPU-I:05): 43, pid=9", [43]),
        ("NVRM: Xid (PCI:00000000:17:00.0): 119, Timeout", [119]),
        ("Xid 79: GPU has fallen off the bus", [79]),
        ("XID: 48", [48]),
        ("repeated Xid 31, 43 in dmesg", [31, 43]),
        ("Xid errors 13 and 31", [13, 31]),
        ("Xid 79/154", [79, 154]),
        ("xid_94", [94]),
        ("Xid event=62", [62]),
        ("no Xid", []),
        ("Xid since 2024-10", []),
        ("Xid at 10:31:02", []),
        ("foxid 79", []),
        ("xidx 79", []),
    ],
)
def test_numbers(line: str, numbers: list[int]) -> None:
    assert told(line) == numbers


def test_the_first_line_of_each_is_kept() -> None:
    xids = Xids()
    xids.at(b"Xid 31 first\nXid 31 second")
    xids.at(b"Xid 31 third\nXid 79 late")
    assert xids.lines == {31: b"Xid 31 first", 79: b"Xid 79 late"}


def test_the_drivers_lines_are_read_beside_any_number_of_other_mentions() -> None:
    xids = Xids()
    for _ in range(30):
        xids.at(b"foxid xid none\n" * 10_000)
    xids.at(b"NVRM: Xid (PCI:0000:01:00): 79, gone")
    assert xids.lines == {79: b"NVRM: Xid (PCI:0000:01:00): 79, gone"}
