"""A plan for programs: gpucheck.plan/1, described by compat_data/schema/plan.schema.json."""

import json
from typing import Any

from gpucheck.model.codec import encode
from gpucheck.model.plan import SCHEMA, Plan
from gpucheck.render._options import Options
from gpucheck.version import __version__

_NOTHING = Plan("", 0, "/", redacted=False, host=None, steps=(), by_hand=(), without_remedy=(), postponed=(),
                unknown=(), undetermined=True)  # fmt: skip


def render(plan: Plan, options: Options) -> str:  # noqa: ARG001 - one signature for all formats
    """Return the plan as one JSON document in ASCII, with a final newline."""
    return json.dumps(_document(plan, __version__), indent=2) + "\n"


def failure(message: str, exit_code: int, tool_version: str) -> str:
    """Return the document of a run that ended before it could plan anything, and why."""
    data = _document(_NOTHING, tool_version) | {"error": {"message": message, "exit_code": exit_code}}
    return json.dumps(data, indent=2) + "\n"


def _document(plan: Plan, tool_version: str) -> dict[str, Any]:
    body: dict[str, Any] = encode(plan)
    tool = {"version": tool_version, "data_version": body.pop("data_version")}
    return {"schema": SCHEMA, "tool": tool} | body | {"error": None}
