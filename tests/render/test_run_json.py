"""A container test for programs, against its published schema."""

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from gpucheck.cli.run_cause import settled
from gpucheck.evaluate import evaluate
from gpucheck.model.container import Attempt, Ended
from gpucheck.model.run_result import RunResult
from gpucheck.render import json_doc, run_json
from gpucheck.render._options import Options
from tests.checks.judge import tables
from tests.container.runs import H100, HOST, a_probe, came_of, exited, refused, without_driver
from tests.tables.folder import schema

HOSTILE = refused("\x1b[31m\u202e" + "x" * 5000)
RESULTS = [
    settled(came_of(*attempts, **options), HOST, tables())
    for attempts, options in (
        ((a_probe(H100),), {}),
        ((a_probe(H100[:1]),), {"gpus": ("all",)}),
        ((without_driver(),), {}),
        ((HOSTILE,), {}),
        ((Attempt(Ended.TIMED_OUT),), {}),
        ((a_probe(H100), exited("out", 3, "err")), {"command": ("true",)}),
        ((), {"image": "nosuch:1"}),
    )
]


@pytest.mark.parametrize("result", RESULTS, ids=range(len(RESULTS)))
def test_every_result_fits_the_schema(result: RunResult) -> None:
    document = json.loads(run_json.render(result, "2026.11.25"))
    Draft202012Validator(schema("run")).validate(document)
    report = json.loads(json_doc.render(evaluate(HOST, tables(), run=result), Options()))
    Draft202012Validator(schema("report")).validate(report)
    assert report["run"] == {k: v for k, v in document.items() if k not in {"schema", "tool", "error"}}


def test_a_failure_fits_the_schema_too() -> None:
    document = json.loads(run_json.failure("cannot", 4, "0.1.0"))
    Draft202012Validator(schema("run")).validate(document)
    assert (document["verdict"], document["error"]) == ("unknown", {"message": "cannot", "exit_code": 4})


def test_the_schema_refuses_what_is_no_result() -> None:
    document: dict[str, Any] = json.loads(run_json.render(RESULTS[0], ""))
    assert not Draft202012Validator(schema("run")).is_valid(document | {"devices": "fine"})
    assert not Draft202012Validator(schema("run")).is_valid(
        {k: v for k, v in document.items() if k != "seen"}
    )


def test_the_report_holds_the_same_definitions() -> None:
    own = {name: shape for name, shape in schema("run")["$defs"].items() if name.startswith("run")}
    report = schema("report")["$defs"]
    assert own == {name: shape for name, shape in report.items() if name.startswith("run_")}
    assert report["run"]["properties"].items() <= schema("run")["properties"].items()


def test_the_keys_that_others_program_against() -> None:
    document = json.loads(run_json.render(RESULTS[0], ""))
    assert {
        "schema", "engine", "runtime", "injection_path", "image", "requested", "seen", "devices", "compute",
        "cause", "exit_code", "stderr_tail", "duration_ms",
    } <= document.keys()  # fmt: skip
    assert document["requested"]["gpus"] == document["seen"] == list(H100)
