"""Runs one check of the contract on the healthy host with some facts changed."""

from importlib import import_module
from typing import Any

from gpucheck.contract import read_contract
from gpucheck.evaluate import evaluate
from gpucheck.model.finding import Finding, Status
from tests.builders import a_host
from tests.checks.judge import tables

NOTHING = 'schema = "gpucheck.contract/1"\n'  # a contract that asks for nothing


def judge(slug: str, text: str, changes: dict[str, Any] | None = None) -> list[Finding]:
    """Return the findings of one check for a contract that reads ``text``."""
    check = import_module(f"gpucheck.checks.contract.{slug}").CHECK
    contract = read_contract(text, "gpucheck.toml")
    findings = list(evaluate(a_host(changes), tables(), (check,), contract=contract).findings)
    for finding in findings:
        assert finding.status is not Status.ERROR, finding.detail
        if finding.status in {Status.WARN, Status.FAIL}:
            assert finding.cause == "contract_not_met"
            assert finding.remedy
            assert "gpucheck.toml:" in finding.remedy.summary
            assert finding.evidence[-1].source.startswith("gpucheck.toml:")
        assert all(e.fact and e.source for e in finding.evidence), finding.evidence
    return findings


def said(slug: str, text: str, changes: dict[str, Any] | None = None) -> list[tuple[str, str, str]]:
    """Return (status, subject, title) of each finding."""
    return [(f.status.value, f.subject, f.title) for f in judge(slug, text, changes)]
