"""Causes of a text at a terminal: exact text."""

from gpucheck.render._options import Options
from gpucheck.render.explanation_terminal import render
from tests.render.explanations import FOUND, HOSTILE, NOTED, NOTHING


def test_found() -> None:
    assert (
        render(FOUND, Options(width=100, unicode=True))
        == """\
! Likely: It is not there.                                                     toolkit_not_installed
      why  the text says "no driver"
      proved there is no hook (toolkit.hook; here it is absent)
      refuted it is old (driver.version; here it is 580)
      look it is older (docker.started): this proves it; if it is not so, the cause is ruled out
      open it is the snap (docker.snap; here it is false)
      fix  Install it.
         $ sudo apt-get install it
      see  https://example.org/it

? Possible: It is the snap.                                                              snap_docker
      shows A snap.
      fix  Leave it.
"""
    )


def test_all_is_shown_of_each_when_asked() -> None:
    text = render(FOUND, Options(width=100, verbose=True))
    assert 'why  the text says "snap"' in text


def test_nothing_is_known() -> None:
    assert render(NOTHING, Options()) == (
        "? Could not tell: the text has no sign of a fault that gpucheck knows.\n"
    )


def test_what_names_no_cause_is_noted() -> None:
    assert render(NOTED, Options()) == (
        '? No cause is named.\n      note Xid 31: A page fault. Debug it. "Xid 31"\n'
    )


def test_what_the_text_holds_does_nothing_to_the_terminal() -> None:
    text = render(HOSTILE, Options(width=80, unicode=True, colour=False))
    assert not {"\x1b", "\x07", "\u202e"} & set(text)
    assert "\x1b[3" in render(FOUND, Options(width=80, unicode=True, colour=True))
