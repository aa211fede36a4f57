"""Causes of a text to be pasted."""

from gpucheck.render._options import Options
from gpucheck.render.explanation_markdown import render
from tests.render.explanations import FOUND, HOSTILE, NOTHING


def test_found() -> None:
    text = render(FOUND, Options())
    assert text.startswith("### gpucheck: Likely: It is not there")
    assert "(`toolkit_not_installed`)" in text
    assert "  - `sudo apt-get install it`\n" in text
    assert text.rstrip().endswith("data 2026\\.11\\.25") or text.rstrip().endswith("data 2026.11.25")


def test_nothing() -> None:
    assert "Could not tell" in render(NOTHING, Options())


def test_hostile_texts_are_inert() -> None:
    text = render(HOSTILE, Options())
    assert not {"\x1b", "\x07", "\u202e"} & set(text)
    assert "<script>" not in text
    assert "\n# y" not in text
