"""Lines that a terminal wrapped are joined again; others are left alone."""

import textwrap

import pytest

from gpucheck.explaining.wrapped_lines import rejoined
from tests.explaining.texts import best

MESSAGE = "nvidia-container-cli: initialization error: nvml error: driver/library version mismatch: unknown."


@pytest.mark.parametrize("width", [72, 80])
def test_a_message_cut_at_the_edge_of_a_terminal_is_recognised(width: int) -> None:
    cut = [MESSAGE[start : start + width] for start in range(0, len(MESSAGE), width)]
    assert rejoined("\n".join(cut).encode()) == MESSAGE.encode() + b"\n"
    assert best("\n".join(cut)) == "driver_library_mismatch"


def test_lines_filled_with_words_are_joined_by_a_blank() -> None:
    text = textwrap.fill(MESSAGE + " " + MESSAGE, 80).encode()
    assert rejoined(text) == f"{MESSAGE} {MESSAGE}\n".encode()


@pytest.mark.parametrize(
    "text",
    ["", "short\nlines", f"{MESSAGE}\ndocker: 27.3", f"{'x' * 80}\n[ 1.2] another", f"{'x' * 300}\ny"],
)
def test_other_lines_are_left_alone(text: str) -> None:
    assert rejoined(text.encode()).strip() == b""
