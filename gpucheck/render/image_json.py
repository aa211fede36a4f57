"""Judgements for programs: gpucheck.image/1, described by compat_data/schema/image.schema.json."""

import json
from typing import Any

from gpucheck.model.codec import encode
from gpucheck.model.image_report import ImageReport
from gpucheck.model.judgement import SCHEMA
from gpucheck.render._judgement import judgement_document
from gpucheck.render._options import Options


def render(report: ImageReport, options: Options) -> str:  # noqa: ARG001 - one signature for all formats
    """Return the judgements as one JSON document in ASCII, with a final newline."""
    return json.dumps(document(report), indent=2) + "\n"


def document(report: ImageReport) -> dict[str, Any]:
    """Return the judgements as JSON-ready data."""
    return _document(report.tool_version, report.data_version) | {
        "host": {"hostname": report.hostname} | encode(report.target),
        "images": [judgement_document(judgement) for judgement in report.images],
        "overrides": list(report.overrides),
    }


def failure(message: str, exit_code: int, tool_version: str) -> str:
    """Return the document of a run that ended before it could judge: no image, and why."""
    data = _document(tool_version, "") | {"error": {"message": message, "exit_code": exit_code}}
    return json.dumps(data, indent=2) + "\n"


def _document(tool_version: str, data_version: str) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "tool": {"version": tool_version, "data_version": data_version},
        "host": None,
        "images": [],
        "overrides": [],
        "error": None,
    }
