"""Suggested images for programs: gpucheck.suggest/1, described by compat_data/schema/suggest.schema.json."""

import json
from typing import Any

from gpucheck.model.codec import encode
from gpucheck.model.suggestion import SCHEMA, Suggestions, SuggestReport
from gpucheck.render._judgement import judgement_document
from gpucheck.render._options import Options


def render(report: SuggestReport, options: Options) -> str:  # noqa: ARG001 - one signature for all formats
    """Return the suggestions as one JSON document in ASCII, with a final newline."""
    return json.dumps(document(report), indent=2) + "\n"


def document(report: SuggestReport) -> dict[str, Any]:
    """Return the suggestions as JSON-ready data."""
    return _document(report.tool_version, report.data_version) | {
        "host": {"hostname": report.hostname} | encode(report.target),
        "families": [_family(found) for found in report.families],
        "overrides": list(report.overrides),
    }


def failure(message: str, exit_code: int, tool_version: str) -> str:
    """Return the document of a run that ended before it could suggest anything, and why."""
    data = _document(tool_version, "") | {"error": {"message": message, "exit_code": exit_code}}
    return json.dumps(data, indent=2) + "\n"


def _document(tool_version: str, data_version: str) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "tool": {"version": tool_version, "data_version": data_version},
        "host": None,
        "families": [],
        "overrides": [],
        "error": None,
    }


def _family(found: Suggestions) -> dict[str, Any]:
    return {
        "family": found.family,
        "repository": found.repository,
        "verdict": found.verdict.value,
        "images": [judgement_document(judgement) for judgement in found.images],
        "reason": found.reason,
    }
