"""Signatures that follow from the tables of Xids and result codes."""

import pytest

from gpucheck.explaining.table_rows import all_signatures
from tests.explaining.texts import best, explained, shipped


def test_every_xid_and_every_code_with_a_cause_has_one_and_rows_of_the_table_go_before() -> None:
    names = [row.signature for row in all_signatures(shipped())]
    assert len(names) == len(set(names))
    assert {f"xid_{number}" for number in shipped().xids} <= set(names)
    assert {row.name.lower() for row in shipped().errors.values() if row.causes} <= set(names)


def test_a_row_for_a_code_has_one_pattern_so_that_its_number_can_be_added() -> None:
    codes = {row.name.lower() for row in shipped().errors.values() if row.api == "cuda"}
    rows = [row for row in shipped().signatures if row.signature in codes]
    assert rows
    assert [row.signature for row in rows if len(row.patterns) != 1] == []


@pytest.mark.parametrize(
    "text",
    [
        "CUDA_ERROR_SYSTEM_NOT_READY",
        "RuntimeError: cudaErrorSystemNotReady",
        "cuInit() failed with 802",
        "cudaGetDeviceCount returned 802",
    ],
)
def test_a_code_is_known_by_its_names_and_its_number(text: str) -> None:
    assert best(text) == "fabricmanager_not_running"


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("Unable to determine CUDA driver version (error 34)", "cuda_stub_loaded"),
        ("cuda driver library failed to get device context 999", "uvm_not_loaded"),
    ],
)
def test_a_code_is_known_behind_what_was_asked_of_the_driver(text: str, cause: str) -> None:
    assert best(text) == cause


@pytest.mark.parametrize(
    ("line", "cause"),
    [
        ("NVRM: Xid (PCI:0000:01:00): 79, GPU has fallen off the bus.", "gpu_fell_off_bus"),
        ("NVRM: Xid (PCI:0000:01:00): 48, Double Bit ECC Error", "gpu_ecc_error"),
        ("NVRM: Xid (PCI:0000:01:00): 119, Timeout waiting for RPC from GSP", "gsp_firmware_failure"),
    ],
)
def test_xids(line: str, cause: str) -> None:
    assert best(line) == cause
    assert explained(line).matches[0].clues[0].quote
