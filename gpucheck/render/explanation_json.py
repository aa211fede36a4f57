"""The causes of a text for programs: gpucheck.explain/1; see compat_data/schema/explain.schema.json."""

import json
from typing import Any

from gpucheck.model.codec import encode
from gpucheck.model.explanation import SCHEMA, Explanation, Match
from gpucheck.render._options import Options
from gpucheck.version import __version__


def render(explanation: Explanation, options: Options) -> str:  # noqa: ARG001 - one signature for all formats
    """Return the causes as one JSON document in ASCII, with a final newline."""
    return json.dumps(document(explanation), indent=2) + "\n"


def document(explanation: Explanation) -> dict[str, Any]:
    """Return the causes as JSON-ready data."""
    return _document(__version__, explanation.data_version) | {
        "host_looked_at": explanation.host_looked_at,
        "matches": [_match(match) for match in explanation.matches],
        "notes": list(explanation.notes),
    }


def failure(message: str, exit_code: int, tool_version: str) -> str:
    """Return the document of a run that ended before it could explain anything, and why."""
    data = _document(tool_version, "") | {"error": {"message": message, "exit_code": exit_code}}
    return json.dumps(data, indent=2) + "\n"


def _document(tool_version: str, data_version: str) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "tool": {"version": tool_version, "data_version": data_version},
        "host_looked_at": False,
        "matches": [],
        "notes": [],
        "error": None,
    }


def _match(match: Match) -> dict[str, Any]:
    data: dict[str, Any] = encode(match)
    return data
