"""What a play reads of a report (gpucheck.report/1): plain values of one JSON document."""

from __future__ import annotations

import json
from typing import Any

SCHEMA = "gpucheck.report/1"
VERDICTS = ("ready", "not_ready", "undetermined")
# what stops containers, then what could not be told, then what warns
_WORST_FIRST = ("fail", "error", "unknown", "warn")
_OF_HOST = {
    "driver_version": "driver",
    "cuda_version": "cuda",
    "toolkit_version": "toolkit",
    "engine": "engine",
}
_NOTHING: dict[str, Any] = {
    "verdict": "undetermined",
    "cause": None,
    "findings": [],
    "contract": "",
    "host": None,
    "error": None,
}


def parse(stdout: bytes) -> dict[str, Any]:
    """Return the document on stdout; raises ValueError, one line, for anything that is no report."""
    try:
        document = json.loads(stdout)
    except RecursionError:
        raise ValueError("JSON nested without end") from None
    except ValueError as error:
        raise ValueError("no JSON" if stdout.strip() else "nothing") from error
    if not isinstance(document, dict) or "schema" not in document:
        raise ValueError("JSON that is no report")
    if document["schema"] != SCHEMA:
        raise ValueError(f"a document {str(document['schema'])[:80]!r}, where {SCHEMA} is read")
    whole = _NOTHING | document
    if not _is_sound(whole):
        raise ValueError(f"a document that is no {SCHEMA}")
    return encodable(whole)


def _is_sound(document: dict[str, Any]) -> bool:
    host = {} if document["host"] is None else document["host"]
    gpus = host.get("gpus", []) if isinstance(host, dict) else None
    return (
        document["verdict"] in VERDICTS
        and isinstance(document["findings"], list)
        and all(_is_finding(finding) for finding in document["findings"])
        and isinstance(document["contract"], str)
        and all(isinstance(document[key], (dict, type(None))) for key in ("cause", "error"))
        and isinstance(gpus, list)
        and all(isinstance(name, str) for name in gpus)
    )


def _is_finding(given: Any) -> bool:
    return isinstance(given, dict) and all(
        isinstance(given.get(key), str) for key in ("check", "category", "status")
    )


def encodable(document: dict[str, Any]) -> dict[str, Any]:
    """Return the document without lone surrogates, which stand for bytes of the host that are no UTF-8."""
    text = json.dumps(document, ensure_ascii=False).encode("utf-8", "replace").decode("utf-8")
    whole: dict[str, Any] = json.loads(text)
    return whole


def answer(document: dict[str, Any] | None) -> dict[str, Any]:
    """Return the values that the module returns beside the report; None: there is no report."""
    told = document or _NOTHING
    return {
        "report": document,
        "verdict": told["verdict"],
        "ready": told["verdict"] == "ready",
        "cause": told["cause"],
        "findings": worst_first(told),
        "contract": {"file": told.get("contract") or None, "state": contract_state(told)},
        "fails_on": fails_on(told),
    }


def worst_first(document: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what complains or could not be looked at: the lead cause, causes, consequences, tolerated."""
    lead = (document["cause"] or {}).get("check")
    found = [f for f in document["findings"] if f.get("status") in _WORST_FIRST]

    def rank(finding: dict[str, Any]) -> tuple[Any, ...]:
        return (
            bool(finding.get("tolerated")),
            finding.get("check") != lead,
            _WORST_FIRST.index(finding["status"]),
            not finding.get("decides", True),
            bool(finding.get("because_of")),
        )

    return sorted(found, key=rank)


def fails_on(document: dict[str, Any]) -> list[str]:
    """Return the values of ``fail_on`` that fail a task: with them `gpucheck doctor` does not exit with 0."""
    statuses = {f.get("status") for f in document["findings"] if not f.get("tolerated")}
    base = "fail" in statuses or "error" in statuses or document["verdict"] != "ready"
    failing = {"fail": base, "warn": base or "warn" in statuses, "unknown": base or "unknown" in statuses}
    return [name for name, fails in failing.items() if fails]


def contract_state(document: dict[str, Any]) -> str | None:
    """Return met, not_met or undetermined for the terms and the images asked for; None without a contract."""
    if not document.get("contract"):
        return None
    judged = [f for f in document["findings"] if f.get("category") in {"contract", "image"}]
    statuses = {f.get("status") for f in judged if not f.get("tolerated")}
    if "fail" in statuses:
        return "not_met"
    return "undetermined" if statuses & {"unknown", "error"} else "met"


def flat_facts(document: dict[str, Any]) -> dict[str, Any]:
    """Return what `gpucheck facts` prints of the same host; what is not known is None."""
    host, cause = document["host"] or {}, document["cause"] or {}
    products = list(dict.fromkeys(host.get("gpus") or ()))
    none_there = any(f.get("check") == "GC101" and f.get("status") == "fail" for f in document["findings"])
    return {
        "schema": "gpucheck.facts/1",
        "verdict": document["verdict"],
        "ready": document["verdict"] == "ready",
        "cause": cause.get("cause") or None,
        "check": cause.get("check"),
        "gpu_count": len(host.get("gpus") or ()) or (0 if none_there else None),
        "gpu_products": products,
        "contract": contract_state(document),
        "taken_at": document.get("taken_at"),
        "error": None,
        **{fact: host.get(key) or None for fact, key in _OF_HOST.items()},
    }
