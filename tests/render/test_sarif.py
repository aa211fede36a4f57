"""SARIF 2.1.0, read back by a model of it and held to what the standard requires of the parts we use."""

import json
from dataclasses import replace
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from sarif_pydantic import Sarif

from gpucheck.model.finding import Evidence, Finding
from gpucheck.render import sarif
from gpucheck.render._options import Options
from tests.render import reports

TEXT = {"type": "object", "required": ["text"], "properties": {"text": {"type": "string", "minLength": 1}}}
# required properties and closed sets of https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["version", "runs"],
    "properties": {
        "version": {"const": "2.1.0"},
        "runs": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["tool"],
                "properties": {
                    "tool": {
                        "type": "object",
                        "required": ["driver"],
                        "properties": {
                            "driver": {
                                "type": "object",
                                "required": ["name"],
                                "properties": {
                                    "rules": {
                                        "type": "array",
                                        "uniqueItems": True,
                                        "items": {
                                            "type": "object",
                                            "required": ["id"],
                                            "properties": {"shortDescription": TEXT, "helpUri": {"pattern": "^https://"}},
                                        },
                                    }
                                },
                            }
                        },
                    },
                    "invocations": {"items": {"type": "object", "required": ["executionSuccessful"]}},
                    "results": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "required": ["message", "locations", "ruleId"],
                            "properties": {
                                "message": TEXT,
                                "level": {"enum": ["none", "note", "warning", "error"]},
                                "suppressions": {
                                    "items": {"required": ["kind"], "properties": {"kind": {"enum": ["inSource", "external"]}}}
                                },
                                "locations": {
                                    "minItems": 1,
                                    "items": {
                                        "required": ["physicalLocation"],
                                        "properties": {
                                            "physicalLocation": {
                                                "required": ["artifactLocation", "region"],
                                                "properties": {
                                                    "artifactLocation": {
                                                        "properties": {"uri": {"type": "string", "pattern": "^[!-~]+$"}}
                                                    },
                                                    "region": {"properties": {"startLine": {"minimum": 1}}},
                                                },
                                            }
                                        },
                                    },
                                },
                            },
                        },
                    },
                },
            },
        },
    },
}  # fmt: skip


def read(text: str) -> Any:
    data = json.loads(text)
    Draft202012Validator(SCHEMA).validate(data)
    Sarif.model_validate_json(text)
    rules = {rule["id"] for rule in data["runs"][0]["tool"]["driver"]["rules"]}
    assert {result["ruleId"] for result in data["runs"][0]["results"]} <= rules
    return data["runs"][0]


def about(source: str, fact: str = "docker.daemon_json", **more: Any) -> Finding:
    return replace(reports.MISMATCH, evidence=(Evidence(fact, "x", "", source),), **more)


@pytest.mark.parametrize("name", reports.EVERY)
def test_every_report_is_read(name: str) -> None:
    text = sarif.render(reports.EVERY[name], Options())
    assert text.isascii()
    read(text)


@pytest.mark.parametrize(
    ("source", "place"),
    [
        ("/etc/docker/daemon.json", ("file:///etc/docker/daemon.json", 1)),
        ("/etc/docker/daemon.json:7", ("file:///etc/docker/daemon.json", 7)),
        ("/var/run/cdi/nvidia.yaml", ("file:///var/run/cdi/nvidia.yaml", 1)),
        ("/usr/lib/systemd/system/docker.service:3", ("file:///usr/lib/systemd/system/docker.service", 3)),
        # no configuration that somebody wrote
        ("/etc/ld.so.cache", None),
        ("/lib/modules", None),
        ("/usr/lib/x86_64-linux-gnu/libcuda.so.580.95.05", None),
        ("/usr/bin/nvidia-ctk", None),
        ("/proc/sys/x.conf", None),
        ("/etc/a b/ü.toml", ("file:///etc/a%20b/%C3%BC.toml", 1)),
        ("/proc/driver/nvidia/version", None),
        ("/run/docker.sock", None),
        ("NVML", None),
        ("nvidia-smi --query", None),
    ],
)
def test_a_finding_is_shown_where_it_is_about_a_file(source: str, place: tuple[str, int] | None) -> None:
    finding = about(source)
    results = read(sarif.render(reports.a_report(finding, cause=finding), Options()))["results"]
    assert [
        (
            result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"],
            result["locations"][0]["physicalLocation"]["region"]["startLine"],
        )
        for result in results
    ] == ([place] if place else [])


@pytest.mark.parametrize(
    ("source", "place"),
    [
        ("gpucheck.toml:12", ("gpucheck.toml", 12)),
        ("./ci/my contract:3", ("ci/my%20contract", 3)),  # relative to the project, as code scanning wants it
        ("/etc/gpucheck/gpucheck.toml:1", ("file:///etc/gpucheck/gpucheck.toml", 1)),
        ("stdin:3", None),
    ],
)
def test_a_term_is_shown_where_it_stands(source: str, place: tuple[str, int] | None) -> None:
    finding = about(source, "contract.gpus.count")
    earlier = Evidence("docker.daemon_json", "x", "", "/etc/docker/daemon.json")
    finding = replace(finding, evidence=(earlier, *finding.evidence) if place else finding.evidence)
    results = read(sarif.render(reports.a_report(finding, cause=finding), Options()))["results"]
    places = [result["locations"][0]["physicalLocation"] for result in results]
    assert [(p["artifactLocation"]["uri"], p["region"]["startLine"]) for p in places] == (
        [place] if place else []
    )


def test_two_terms_of_one_gpu_are_two_results() -> None:
    both = [about("gpucheck.toml:1", f"contract.health.{name}", subject="gpu 0") for name in ("a", "b")]
    results = read(sarif.render(reports.a_report(*both, cause=both[0]), Options()))["results"]
    assert len({result["partialFingerprints"]["gpucheck/1"] for result in results}) == 2


def test_a_result() -> None:
    finding = about("/etc/docker/daemon.json", tolerated="known (until 2026-12-01)")
    run = read(sarif.render(reports.a_report(finding, reports.QUIET, cause=finding), Options()))
    (result,) = run["results"]
    assert (result["ruleId"], result["level"]) == ("GC212", "error")
    assert result["message"]["text"].startswith(
        "libraries 550.163.01, module 550.144.03\ncause: driver_library"
    )
    assert result["suppressions"] == [{"kind": "external", "justification": "known (until 2026-12-01)"}]
    assert run["tool"]["driver"]["rules"][0]["name"] == "libraries_match_module"


def test_a_run_that_could_not_judge() -> None:
    run = read(sarif.failure(reports.HOSTILE, 2, "0.1.0"))
    assert run["results"] == []
    (invocation,) = run["invocations"]
    assert (invocation["executionSuccessful"], invocation["exitCode"]) == (False, 2)
