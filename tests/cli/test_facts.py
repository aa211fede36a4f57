"""``gpucheck facts`` from outside: flat, in time, and a document whatever happens."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from gpucheck.examples import names
from tests.cli.runner import gpucheck
from tests.fakes.libraries import environment
from tests.fakes.requirement import no_driver_library
from tests.fakes.scenarios import preset

SCHEMA = Draft202012Validator(
    json.loads((Path(__file__).parents[2] / "compat_data" / "schema" / "facts.schema.json").read_text())
)
KEYS = {
    "schema", "verdict", "ready", "cause", "check", "driver_version", "cuda_version", "gpu_count", "gpu_products",
    "toolkit_version", "engine", "contract", "taken_at", "error",
}  # fmt: skip


def facts(*options: str | Path, **more: Any) -> dict[str, Any]:
    done = gpucheck("facts", *options, **more)
    assert (done.returncode, done.stderr) == (0, "")
    told: dict[str, Any] = json.loads(done.stdout)
    assert told.keys() == KEYS
    SCHEMA.validate(told)
    assert told["ready"] is (told["verdict"] == "ready")
    return told


@pytest.mark.parametrize("example", names())
def test_facts_and_report_agree(example: str) -> None:
    report = json.loads(gpucheck("doctor", "--from", f"@{example}", "--format", "json").stdout)
    told = facts("--from", f"@{example}")
    assert (told["verdict"], told["error"]) == (report["verdict"], None)
    assert told["cause"] == (report["cause"] or {}).get("cause")
    assert told["gpu_products"] == list(dict.fromkeys(report["host"]["gpus"]))
    assert not any(isinstance(value, dict) for value in told.values())


def test_what_is_looked_for_and_not_there_is_not_what_is_not_known() -> None:
    assert facts("--from", "@no-gpu")["gpu_count"] == 0
    assert facts("--from", "@mismatch")["cuda_version"] is None


def test_a_contract(tmp_path: Path) -> None:
    contract = tmp_path / "c.toml"
    contract.write_text("[gpus]\ncount = 99\n")
    assert facts("--from", "@dgx-h100", "--contract", contract)["contract"] == "not_met"
    contract.write_text("[gpus]\ncount = 8\n")
    assert facts("--from", "@dgx-h100", "--contract", contract)["contract"] == "met"
    assert facts("--from", "@hung-driver", "--contract", contract)["contract"] == "undetermined"


@pytest.mark.parametrize(
    ("options", "error"),
    [
        (["--from", "@nothing"], "UsageError: no example @nothing"),
        (["--contract", "/nonexistent.toml"], "ContractError: "),
        (["--from", "/nonexistent.json"], "SnapshotError: "),
    ],
)
def test_what_cannot_be_used_is_told_in_the_document(options: list[str], error: str) -> None:
    told = facts(*options)
    assert told["error"].startswith(error)
    assert (told["verdict"], told["gpu_count"], told["taken_at"]) == ("undetermined", None, None)


def test_a_driver_that_hangs(tmp_path: Path) -> None:
    no_driver_library("libnvidia-ml.so.1")
    told = facts(env=environment(preset("t4") + "init=hang\ncuda.init=hang\n", tmp_path))
    assert told["verdict"] != "ready"
    assert (told["driver_version"], told["cuda_version"], told["error"]) == (None, None, None)


def test_what_was_found_until_the_time_was_over_is_told() -> None:
    """A start that takes nearly all of the time: nothing is looked at long enough, and a document comes all the same."""
    code = (
        "import gpucheck.cli.facts as f; f.age_seconds = lambda: 4.9; f._LEAST = 0.001\n"
        "raise SystemExit(f.run_facts('none', ''))"
    )
    import subprocess

    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )
    told = json.loads(done.stdout)
    assert (done.returncode, done.stderr, told.keys()) == (0, "", KEYS)
    assert told["verdict"] == "undetermined"
    assert told["error"] == "no answer within 0.001 s"
