"""JUnit XML, read back by an XML Schema validator and a parser of XML."""

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import xmlschema

from gpucheck.model.choices import FailOn
from gpucheck.model.finding import Status
from gpucheck.model.report import Verdict, exit_code
from gpucheck.render import junit
from gpucheck.render._options import Options
from tests.render import reports

SCHEMA = xmlschema.XMLSchema(Path(__file__).parents[1] / "vectors" / "junit.xsd")
OUTCOMES = ("failure", "error", "skipped")


def outcomes(text: str) -> dict[str, str]:
    found = {}
    for case in ET.fromstring(text).iter("testcase"):
        kind = next((child.tag for child in case if child.tag in OUTCOMES), "ok")
        found[case.attrib["name"]] = kind
    return found


@pytest.mark.parametrize("fail_on", FailOn)
@pytest.mark.parametrize("name", reports.EVERY)
def test_every_report_fits_jenkins_schema_and_says_what_the_exit_code_says(
    name: str, fail_on: FailOn
) -> None:
    report = reports.EVERY[name]
    text = junit.render(report, Options(fail_on=fail_on))
    assert text.isascii()
    SCHEMA.validate(text)
    root = ET.fromstring(text)
    bad = int(root.attrib["failures"]) + int(root.attrib["errors"])
    if fail_on is not FailOn.NEVER:
        assert bool(bad) is bool(exit_code(report, fail_on))
    suites = root.findall("testsuite")
    for key in ("tests", "failures", "errors"):
        assert int(root.attrib[key]) == sum(int(suite.attrib[key]) for suite in suites)
    tests = [(case.attrib["classname"], case.attrib["name"]) for case in root.iter("testcase")]
    assert int(root.attrib["tests"]) == len(tests) == len(set(tests))
    assert len([name for suite, name in tests if suite != "gpucheck.gpucheck"]) == len(report.findings)


def test_how_each_finding_stands() -> None:
    text = junit.render(reports.NOT_READY, Options())
    assert outcomes(text) == {
        "GC101 nvidia_gpu_present": "ok",
        "GC109 wsl_driver_present": "skipped",
        "GC111 architecture_supported": "ok",
        "GC212 libraries_match_module": "failure",
        "GC215 nvml_answers": "failure",
        "GC302 kernel_log_without_xid": "skipped",  # not read because of GC215: that one is told
        "GC313 kernel_log_without_xid": "error",
        **{f"GC314 no_hardware_slowdown [gpu {n}]": "ok" for n in (0, 1, 2, 5)},
        "GC404 no_legacy_nvidia_docker": "error",
    }
    strict = outcomes(junit.render(reports.NOT_READY, Options(fail_on=FailOn.WARN)))
    assert strict["GC314 no_hardware_slowdown [gpu 5]"] == "failure"


def test_several_findings_of_one_subject_have_names_of_their_own() -> None:
    """GitLab and Jenkins take tests of one name for one."""
    twice = reports.a_report(reports.QUIET, reports.MISMATCH, reports.MISMATCH, cause=reports.MISMATCH)
    assert outcomes(junit.render(twice, Options())) == {
        "GC111 architecture_supported": "ok",
        "GC212 libraries_match_module": "failure",
        "GC212 libraries_match_module (2)": "failure",
    }


def test_nothing_judged_is_no_success() -> None:
    skipped = reports.a_report(reports.SKIPPED, verdict=Verdict.UNDETERMINED)
    text = junit.render(skipped, Options())
    assert outcomes(text) == {"GC109 wsl_driver_present": "skipped", "gpucheck verdict": "error"}
    assert 'message="Could not determine: nothing could be judged."' in text


def test_what_a_reader_sees_of_a_failure() -> None:
    root = ET.fromstring(junit.render(reports.NOT_READY, Options()))
    (case,) = (c for c in root.iter("testcase") if c.attrib["name"].startswith("GC212"))
    failure = case.find("failure")
    assert failure is not None
    assert failure.attrib == {
        "message": "libraries 550.163.01, module 550.144.03",
        "type": "driver_library_mismatch",
    }
    assert failure.text == (
        "cause: driver_library_mismatch\n"
        "seen: libraries.libnvidia_ml.version = 550.163.01 (right: 550.144.03),"
        " from /usr/lib/libnvidia-ml.so.550.163.01\n"
        "why: the package was upgraded under the running module, 2 h ago\n"
        "fix: Reboot, or reload the module.\n"
        "  sudo systemctl reboot"
    )
    suite = next(s for s in root.iter("testsuite") if s.attrib["name"] == "gpucheck.driver")
    assert suite.attrib["hostname"] == "node17"
    assert {p.attrib["name"]: p.attrib["value"] for p in suite.iter("property")}["verdict"] == "not_ready"


def test_what_is_tolerated_is_skipped_and_says_why() -> None:
    text = junit.render(reports.TOLERATED, Options())
    assert outcomes(text)["GC212 libraries_match_module"] == "skipped"
    assert "tolerated: until the window (until 2026-12-01)" in text


def test_a_run_that_could_not_judge_is_an_error() -> None:
    text = junit.failure(f"cannot read {reports.HOSTILE}", 2, "0.1.0")
    SCHEMA.validate(text)
    (error,) = ET.fromstring(text).iter("error")
    assert error.attrib["type"] == "exit_2"
    assert error.attrib["message"].startswith("cannot read a\\x1b[31mb")


def test_a_status_more_would_be_noticed() -> None:
    assert {s.value for s in Status} == {"pass", "warn", "fail", "unknown", "skip", "error"}
