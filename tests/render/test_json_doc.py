"""The report for programs, against its published schema."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from gpucheck.evaluate import evaluate
from gpucheck.model.report import Report
from gpucheck.render import json_doc
from gpucheck.render._options import Options
from gpucheck.tables import load_tables
from tests.builders import a_host
from tests.render import reports

SCHEMA = json.loads((Path(__file__).parents[2] / "compat_data" / "schema" / "report.schema.json").read_text())
ALL = [
    reports.NOT_READY, reports.READY, reports.READY_WITH_NOTES, reports.UNDETERMINED, reports.EMPTY,
    reports.HOSTILE_REPORT, reports.MANY, evaluate(a_host(), load_tables()),
]  # fmt: skip


@pytest.mark.parametrize("report", ALL, ids=range(len(ALL)))
def test_every_report_fits_the_schema(report: Report) -> None:
    Draft202012Validator.check_schema(SCHEMA)
    Draft202012Validator(SCHEMA).validate(json.loads(json_doc.render(report, Options())))


def test_a_failure_fits_the_schema_too() -> None:
    data = json.loads(json_doc.failure("cannot read", 2, "0.1.0"))
    Draft202012Validator(SCHEMA).validate(data)
    assert data["verdict"] == "undetermined"
    assert data["error"] == {"message": "cannot read", "exit_code": 2}


def test_the_schema_refuses_what_is_no_report() -> None:
    data = json_doc.document(reports.NOT_READY)
    assert not Draft202012Validator(SCHEMA).is_valid(data | {"verdict": "fine"})
    assert not Draft202012Validator(SCHEMA).is_valid({k: v for k, v in data.items() if k != "findings"})


def test_the_shape() -> None:
    data = json_doc.document(reports.NOT_READY)
    assert data["schema"] == "gpucheck.report/1"
    assert data["tool"] == {"version": "0.1.0", "data_version": "2026.11.23"}
    assert data["verdict"] == "not_ready"
    assert data["cause"] == {
        "check": "GC212",
        "cause": "driver_library_mismatch",
        "title": "libraries 550.163.01, module 550.144.03",
    }
    finding = next(f for f in data["findings"] if f["check"] == "GC212")
    assert finding == {
        "check": "GC212",
        "slug": "libraries_match_module",
        "category": "driver",
        "status": "fail",
        "subject": "host",
        "title": "libraries 550.163.01, module 550.144.03",
        "detail": "the package was upgraded under the running module, 2 h ago",
        "cause": "driver_library_mismatch",
        "because_of": [],
        "evidence": [
            {
                "fact": "libraries.libnvidia_ml.version",
                "observed": "550.163.01",
                "expected": "550.144.03",
                "source": "/usr/lib/libnvidia-ml.so.550.163.01",
            }
        ],
        "remedy": {
            "summary": "Reboot, or reload the module.",
            "commands": [["sudo", "systemctl", "reboot"]],
            "needs_root": True,
            "needs_reboot": True,
            "url": "",
            "changes": "",
            "undo": [],
            "undo_note": "",
            "interrupts": "",
            "by_hand": False,
            "replaces": "",
            "leaves": [],
        },
        "decides": True,
        "tolerated": "",
    }
    assert (data["images"], data["run"], data["error"]) == ([], None, None)


def test_consequences_are_never_hidden() -> None:
    checks = [f["check"] for f in json_doc.document(reports.NOT_READY)["findings"]]
    assert {"GC215", "GC302"} <= set(checks)
    assert len(json_doc.document(reports.MANY)["findings"]) == 5000


def test_the_document_is_ascii_and_hostile_text_comes_back_unchanged() -> None:
    text = json_doc.render(reports.HOSTILE_REPORT, Options())
    assert text.isascii()
    assert json.loads(text)["findings"][0]["title"] == reports.HOSTILE
