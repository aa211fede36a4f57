"""What data verify says of signatures, readings and proofs that name what is not there."""

from typing import Any

import pytest

from gpucheck.tables.signature_links import DERIVED
from gpucheck.tables.verify import verify
from tests.tables.test_verify import changed, with_changed

KEY = {"signature": "no_gpu_device_driver"}
LABEL = {"label": "toolkit_not_installed"}
PROOF = {"fact": "driver.module_version", "expected": "x", "op": "=", "value": "1"}


@pytest.mark.parametrize(
    ("values", "what"),
    [
        ({"causes": {"no_such_cause": 3}}, "no_such_cause is not tabled"),
        ({"decides": "nouveau_loaded"}, "nouveau_loaded is not tabled"),
        ({"needs": ["no_such_signature"]}, "no_such_signature is not tabled"),
        ({"needs": ["driver!=@no_such_reading"]}, "no_such_reading is not tabled"),
        ({"needs": ["No Condition"]}, "needs: 'No Condition' does not match"),
        ({"needs": [], "phrases": []}, "it has neither phrases nor needs"),
        ({"kind": "rumour"}, "kind: 'rumour' is not one of message, circumstance, background"),
        ({"patterns": ["("]}, "patterns: '(' is no regular expression"),
        ({"patterns": ["a.*b"]}, "patterns: 'a.*b' repeats any character without a bound"),
        ({"patterns": ["a[bc]+"]}, "patterns: 'a[bc]+' repeats any character without a bound"),
        ({"patterns": ["\\w{3,}"]}, "patterns: '\\w{3,}' repeats any character without a bound"),
        ({"phrases": [" "]}, "phrases: it is empty"),
    ],
)
def test_signatures(values: dict[str, Any], what: str) -> None:
    found = verify(with_changed("signatures.json", changed(KEY, **values)))
    assert any(p.row == KEY["signature"] and p.what.startswith(what) for p in found)


@pytest.mark.parametrize("pattern", ["a.{0,9}b", "[.+*]x", r"\.+", "a?b", r"(?:ab){1,3}"])
def test_bounded_patterns_are_fine(pattern: str) -> None:
    assert verify(with_changed("signatures.json", changed(KEY, patterns=[pattern]))) == []


def test_needs_may_name_readings_derived_ones_xids_and_codes() -> None:
    needs = ["toolkit<99", *(f"!{name}=none" for name in DERIVED), "!xid_79", "!cuda_error_unknown"]
    assert verify(with_changed("signatures.json", changed(KEY, needs=needs))) == []


def test_readings() -> None:
    found = verify(with_changed("readings.json", changed({"reading": "toolkit"}, fact="toolkit.nothing")))
    assert [problem.what for problem in found] == ["fact: toolkit.nothing is no fact of a snapshot"]


@pytest.mark.parametrize(
    ("values", "what"),
    [
        ({"remedy": "no_such_remedy"}, "remedy no_such_remedy is not tabled"),
        ({"remedies": {"nixos": "no_such_remedy"}}, "remedy no_such_remedy is not tabled"),
        ({"explains": ["no_such_cause"]}, "explains: no_such_cause is not tabled"),
        ({"proof": [PROOF | {"fact": "driver.nothing"}]}, "proof: driver.nothing is no fact of a snapshot"),
        ({"proof": [PROOF | {"fact": ".."}]}, "proof: .. is no fact of a snapshot"),
        ({"proof": [PROOF | {"op": "=="}]}, "proof: '==' is no operator"),
        ({"proof": [PROOF | {"if_so": "maybe"}]}, "proof: 'maybe' is no outcome"),
        ({"proof": [PROOF | {"value": "@text.nothing"}]}, "proof: nothing is no reading"),
        ({"proof": [PROOF | {"value": "@driver.nothing"}]}, "proof: driver.nothing is no fact of a snapshot"),
        ({"proof": [PROOF | {"when": "driver.nothing=1"}]}, "proof: driver.nothing is no fact of a snapshot"),
        ({"proof": [PROOF | {"when": "driver"}]}, None),
        ({"proof": [PROOF | {"when": "words only"}]}, "proof: words only is no fact of a snapshot"),
    ],
)
def test_causes(values: dict[str, Any], what: str | None) -> None:
    found = [problem.what for problem in verify(with_changed("causes.json", changed(LABEL, **values)))]
    assert found == ([what] if what else [])
