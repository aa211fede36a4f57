"""``gpucheck facts``: a flat document for ``ansible_local``, in time even where a driver hangs.

A fact script runs at every gather, and one that hangs, or prints no JSON, breaks the gather:
https://docs.ansible.com/ansible/latest/playbook_guide/playbooks_vars_facts.html#facts-d-or-local-facts
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gpucheck.system.output import write_document
from gpucheck.system.process import age_seconds
from gpucheck.system.workers import Outcome, Task, run_all

if TYPE_CHECKING:  # loaded in the child only
    from gpucheck.model.report import HostSummary, Report

SCHEMA = "gpucheck.facts/1"
SECONDS = 5.0  # from the start of the process to its end
_ENDING = 1.5  # of them to end what hangs, and to write
_JUDGING = 1.0  # of them to judge what was seen
_LEAST = 0.3  # where the start itself took most of the time
_NOT_KNOWN: dict[str, Any] = {
    "schema": SCHEMA,
    "verdict": "undetermined",
    "ready": False,
    "cause": None,
    "check": None,
    "driver_version": None,
    "cuda_version": None,
    "gpu_count": None,
    "gpu_products": [],
    "toolkit_version": None,
    "engine": None,
    "contract": None,
    "taken_at": None,
    "error": None,
}


@dataclass(frozen=True, slots=True)
class FactsRequest:
    """What is looked at, and until when."""

    contract: str
    source: str
    look: float  # seconds for the probes


def run_facts(contract: str, source: str) -> int:
    """Print the facts; return 0 also where there are none."""
    limit = max(SECONDS - _ENDING - age_seconds(), _LEAST)
    request = FactsRequest(contract, source, max(limit - _JUDGING, _LEAST))
    task = Task("facts", lambda: _parts(request), limit, limit=limit, has_children=True)
    write_document(json.dumps(_assembled(run_all([task])["facts"])) + "\n", "")
    return 0


def _assembled(outcome: Outcome) -> dict[str, Any]:
    facts = dict(_NOT_KNOWN)
    for part in outcome.parts:
        facts |= part
    if outcome.ended != "done":
        facts["error"] = outcome.detail
    return facts


def _parts(request: FactsRequest) -> Iterator[dict[str, Any]]:
    """Run in the child: say what the host is, and then what is to be said about it."""
    from gpucheck.cli.contracts import ContractRequest, find_contract
    from gpucheck.tables import load_tables

    contract = find_contract(ContractRequest(request.contract, other_host=bool(request.source)))
    host, tables = _look(request), load_tables()
    from gpucheck.summary import summarize

    yield {"taken_at": host.meta.taken_at, **_of_host(summarize(host, tables))}
    from gpucheck.evaluate import evaluate

    yield facts_of(evaluate(host, tables, contract=contract))


def _look(request: FactsRequest) -> Any:
    if request.source:
        from gpucheck.cli.sources import load

        return load(request.source)
    from gpucheck.collect import collect
    from gpucheck.system.host import host_system

    return collect(host_system("/"), request.look)


def facts_of(report: "Report") -> dict[str, Any]:
    """Return the flat facts of a report; what is not known is None."""
    cause, facts = report.cause, _of_host(report.host)
    if not facts["gpu_products"] and any(f.check == "GC101" and f.status == "fail" for f in report.findings):
        facts["gpu_count"] = 0  # looked, and there is none
    return facts | {
        "verdict": report.verdict.value,
        "ready": report.verdict.value == "ready",
        "cause": (cause.cause or None) if cause else None,
        "check": cause.check if cause else None,
        "contract": _contract(report),
        "taken_at": report.taken_at,
    }


def _of_host(host: "HostSummary") -> dict[str, Any]:
    return {
        "driver_version": host.driver or None,
        "cuda_version": host.cuda or None,
        "gpu_count": len(host.gpus) or None,
        "gpu_products": list(dict.fromkeys(host.gpus)),
        "toolkit_version": host.toolkit or None,
        "engine": host.engine or None,
    }


def _contract(report: "Report") -> str | None:
    """Return met, not_met or undetermined for the contract's terms and the images asked for; None without."""
    if not report.contract:
        return None
    judged = [f for f in report.findings if f.category in {"contract", "image"} and not f.tolerated]
    statuses = {f.status.value for f in judged}
    if "fail" in statuses:
        return "not_met"
    return "undetermined" if statuses & {"unknown", "error"} else "met"
