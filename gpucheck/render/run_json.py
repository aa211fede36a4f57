"""A container test for programs: gpucheck.run/1, described by compat_data/schema/run.schema.json."""

import json
from typing import Any

from gpucheck.model.codec import encode
from gpucheck.model.run_result import SCHEMA, RunResult
from gpucheck.version import __version__


def render(result: RunResult, data_version: str) -> str:
    """Return the result as one JSON document in ASCII, with a final newline."""
    return json.dumps(document(result, data_version), indent=2) + "\n"


def document(result: RunResult, data_version: str) -> dict[str, Any]:
    """Return the result as JSON-ready data."""
    return _head(__version__, data_version) | run_document(result) | {"error": None}


def run_document(result: RunResult) -> dict[str, Any]:
    """Return the result as it also stands in a report, at ``run``. What is not known is null, or empty."""
    data: dict[str, Any] = encode(result)
    data["cause"] = result.cause or None
    if result.expected is not None:
        data["expected"]["cause"] = result.expected.cause or None
    return data


def failure(message: str, exit_code: int, tool_version: str) -> str:
    """Return the document of a test that ended before it could tell anything, and why."""
    nothing: dict[str, Any] = {
        "verdict": "unknown",
        "engine": "",
        "runtime": "",
        "injection_path": None,
        "image": "",
        "requested": {"spec": "", "gpus": []},
        "seen": [],
        "devices": "unknown",
        "compute": "not_run",
        "cause": None,
        "exit_code": None,
        "stderr_tail": "",
        "duration_ms": 0,
        "overrides": [],
    }
    data = _head(tool_version, "") | nothing | {"error": {"message": message, "exit_code": exit_code}}
    return json.dumps(data, indent=2) + "\n"


def _head(tool_version: str, data_version: str) -> dict[str, Any]:
    return {"schema": SCHEMA, "tool": {"version": tool_version, "data_version": data_version}}
