"""Real failures with labels (tests/vectors/cases.json): how many are named, and none wrongly as certain."""

import json
import subprocess
import sys
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.explaining.texts import shipped

ROOT = Path(__file__).parents[2]
FILE = ROOT / "tests" / "vectors" / "cases.json"
SCRIPT = ROOT / "scripts" / "score_cases"
CASES: list[dict[str, Any]] = json.loads(FILE.read_text("utf-8"))


def scoring() -> ModuleType:
    """Return scripts/score_cases as a module."""
    loader = SourceFileLoader("score_cases", str(SCRIPT))
    spec = spec_from_loader("score_cases", loader)
    assert spec
    module = module_from_spec(spec)
    sys.modules["score_cases"] = module  # its dataclass looks for it there
    loader.exec_module(module)
    return module


@pytest.mark.parametrize(("mode", "first", "three"), [("all", 97, 99), ("leave one out", 78, 88)])
def test_most_are_named_and_none_is_wrong_but_certain(mode: str, first: int, three: int) -> None:
    script = scoring()
    found = list(script.scores(CASES, leave_one_out=mode == "leave one out"))
    named_first, among_three, wrong_but_certain = script.shares(found)
    assert named_first >= first
    assert among_three >= three
    assert wrong_but_certain == 0


def test_the_script_tells_each_label_and_which_are_wrong() -> None:
    done = subprocess.run(
        [sys.executable, SCRIPT, FILE, "--wrong"], capture_output=True, text=True, check=True, timeout=120
    )
    lines = done.stdout.splitlines()
    labels = {case["root_cause"] for case in CASES}
    assert lines[0].split()[:2] == ["label", "cases"]
    assert {line.split()[0] for line in lines} >= labels | {"all", "confirmed"}


def test_the_labels_of_the_cases_are_tabled_and_the_cases_of_the_signatures_are_there() -> None:
    assert {case["root_cause"] for case in CASES} <= shipped().causes.keys()
    seen = {case for row in shipped().signatures for case in row.seen_in}
    assert seen <= {case["id"] for case in CASES}


def test_every_cause_of_a_case_has_a_remedy() -> None:
    causes = [shipped().causes[label] for label in {case["root_cause"] for case in CASES}]
    assert [cause.label for cause in causes if not cause.remedy] == []
