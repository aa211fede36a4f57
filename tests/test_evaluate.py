"""The evaluator: signals become findings, crashes are contained, causes lead."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from gpucheck.checks._base import Check, NotApplicable
from gpucheck.evaluate import evaluate
from gpucheck.model.choices import FailOn
from gpucheck.model.fact import Reason
from gpucheck.model.finding import Category, Finding
from gpucheck.model.gpu import Gpu
from gpucheck.model.host import HostSnapshot
from gpucheck.model.report import Report, Verdict, exit_code
from gpucheck.tables import Tables, load_tables
from tests.builders import a_gpu, a_host, absent, unavailable


def a_check(number: str, rule: Any, *, gpu: bool = False, **parts: Any) -> Check:
    check = Check(
        id=f"GC{number}", slug=f"check_{number}", category=Category.DRIVER, title="all is well",
        meaning="Means.", causes=("nouveau_loaded",), **parts,
    )  # fmt: skip
    if gpu:
        check.judges_gpu(lambda g, h, t: rule(check, g))
    else:
        check.judges_host(lambda h, t: rule(check, h))
    return check


def passes(check: Check, _: HostSnapshot) -> Iterator[Finding]:
    yield check.passed("fine")


def fails(check: Check, _: HostSnapshot) -> Iterator[Finding]:
    yield check.failed("broken", cause="nouveau_loaded")


def warns(check: Check, _: HostSnapshot) -> Iterator[Finding]:
    yield check.warned("soon", cause="nouveau_loaded")


def needs_version(check: Check, host: HostSnapshot) -> Iterator[Finding]:
    yield check.passed(host.driver.module_version.require())


def crashes(check: Check, _: HostSnapshot) -> Iterator[Finding]:
    yield check.passed("before")
    raise KeyError("oops")


def report(host: HostSnapshot, *checks: Check) -> Report:
    return evaluate(host, load_tables(), checks)


def test_unavailable_is_unknown_and_names_fact_and_reason() -> None:
    host = a_host({"driver.module_version": unavailable(Reason.TIMEOUT, "no answer within 5 s")})
    (finding,) = report(host, a_check("201", needs_version)).findings
    assert finding.status.value == "unknown"
    assert finding.title == "could not tell whether all is well"
    assert finding.detail == "module version: no answer within 5 s"
    assert finding.evidence[0].fact == "driver.module_version"
    assert finding.evidence[0].observed == "unavailable (timeout)"


def test_absent_is_skipped_and_names_the_places() -> None:
    host = a_host({"driver.module_version": absent("/sys/module/nvidia/version")})
    (finding,) = report(host, a_check("201", needs_version)).findings
    assert finding.status.value == "skip"
    assert finding.title == "does not apply: no module version"
    assert finding.evidence[0].source == "/sys/module/nvidia/version"


def test_unsupported_is_skipped() -> None:
    host = a_host({"driver.module_version": unavailable(Reason.UNSUPPORTED)})
    assert [f.status.value for f in report(host, a_check("201", needs_version)).findings] == ["skip"]


def test_a_crash_is_an_error_and_the_others_go_on() -> None:
    found = report(a_host(), a_check("201", crashes), a_check("202", passes)).findings
    assert [(f.check, f.status.value) for f in found] == [
        ("GC201", "pass"),
        ("GC201", "error"),
        ("GC202", "pass"),
    ]
    assert found[1].detail == "KeyError: 'oops'"


def test_an_undeclared_cause_is_a_crash_of_the_check() -> None:
    def rule(check: Check, _: HostSnapshot) -> Iterator[Finding]:
        yield check.failed("x", cause="invented")

    (finding,) = report(a_host(), a_check("201", rule)).findings
    assert finding.status.value == "error"


def test_not_applicable_is_skipped_with_its_words() -> None:
    def rule(check: Check, _: HostSnapshot) -> Iterator[Finding]:
        raise NotApplicable("nothing here")
        yield check.passed("never")

    (finding,) = report(a_host(), a_check("201", rule)).findings
    assert (finding.status.value, finding.title) == ("skip", "nothing here")


def test_each_gpu_is_judged_alone() -> None:
    def rule(check: Check, gpu: Gpu) -> Iterator[Finding]:
        yield check.passed(gpu.name.require())

    lost = a_gpu(0, name=unavailable(Reason.GPU_LOST, "GPU is lost"))
    host = a_host({"nvml.gpus": (lost, a_gpu(1))})
    found = report(host, a_check("301", rule, gpu=True)).findings
    assert [(f.subject, f.status.value) for f in found] == [("gpu 0", "unknown"), ("gpu 1", "pass")]
    assert found[0].evidence[0].fact == "nvml.gpus[0].name"


def test_gpu_checks_without_a_list_of_gpus_say_so_once() -> None:
    host = a_host({"nvml.gpus": unavailable(Reason.DRIVER_NOT_LOADED, "Driver Not Loaded")})
    (finding,) = report(host, a_check("301", lambda c, g: iter(()), gpu=True)).findings
    assert (finding.subject, finding.status.value) == ("host", "unknown")


def test_the_lead_is_the_failure_nothing_explains() -> None:
    root = a_check("212", fails)
    consequence = a_check("201", fails, because_of=("GC212",))
    result = report(a_host(), consequence, root)
    assert result.cause is not None
    assert result.cause.check == "GC212"
    assert next(f for f in result.findings if f.check == "GC201").because_of == ("GC212",)


def test_only_failures_explain() -> None:
    result = report(a_host(), a_check("201", warns), a_check("202", fails, because_of=("GC201",)))
    assert [f.because_of for f in result.findings] == [(), ()]


def test_what_one_gpu_suffers_explains_nothing_about_another() -> None:
    def lost(check: Check, gpu: Gpu) -> Iterator[Finding]:
        if gpu.index == 1:
            yield check.failed("lost", cause="nouveau_loaded")

    def unread(check: Check, _: Gpu) -> Iterator[Finding]:
        yield check.unknown("not read")

    def host_wide(check: Check, _: HostSnapshot) -> Iterator[Finding]:
        yield check.failed("two answer", cause="nouveau_loaded")

    checks = (
        a_check("301", lost, gpu=True),
        a_check("302", unread, gpu=True, because_of=("GC301",)),
        a_check("303", host_wide, because_of=("GC301",)),
        a_check("304", unread, gpu=True, because_of=("GC303",)),
    )
    found = {(f.check, f.subject): f.because_of for f in report(a_host(), *checks).findings}
    assert found["GC302", "gpu 0"] == ()
    assert found["GC302", "gpu 1"] == ("GC301",)
    assert found["GC303", "host"] == ("GC301",)
    assert found["GC304", "gpu 0"] == ("GC303",)


def test_passing_findings_are_not_explained_away() -> None:
    result = report(a_host(), a_check("201", fails), a_check("202", passes, because_of=("GC201",)))
    assert [f.because_of for f in result.findings] == [(), ()]


def unknown_rule(check: Check, _: HostSnapshot) -> Iterator[Finding]:
    yield check.unknown("no idea")


@pytest.mark.parametrize(
    ("checks", "verdict", "codes"),
    [
        ([("201", passes, True)], Verdict.READY, (0, 0, 0, 0)),
        ([("201", warns, True)], Verdict.READY, (1, 0, 0, 0)),
        ([("201", passes, True), ("202", unknown_rule, True)], Verdict.UNDETERMINED, (3, 3, 1, 0)),
        ([("201", passes, True), ("202", unknown_rule, False)], Verdict.READY, (0, 0, 1, 0)),
        ([("201", fails, True), ("202", unknown_rule, True)], Verdict.NOT_READY, (1, 1, 1, 0)),
        ([("201", crashes, True)], Verdict.UNDETERMINED, (4, 4, 1, 0)),
        ([("201", needs_version, True)], Verdict.UNDETERMINED, (3, 3, 3, 0)),
    ],
)
def test_verdicts_and_exit_codes(checks: Any, verdict: Verdict, codes: tuple[int, ...]) -> None:
    host = a_host({"driver.module_version": absent()})  # so that needs_version is skipped
    result = report(host, *(a_check(n, rule, decides=decides) for n, rule, decides in checks))
    assert result.verdict is verdict
    options = (FailOn.WARN, FailOn.FAIL, FailOn.UNKNOWN, FailOn.NEVER)
    assert tuple(exit_code(result, option) for option in options) == codes


def test_tables_are_given_to_the_rules() -> None:
    seen: list[Tables] = []
    check = Check("GC201", "s", Category.DRIVER, "t", "m.", ("nouveau_loaded",))

    @check.judges_host
    def rule(host: HostSnapshot, tables: Tables) -> Iterator[Finding]:
        seen.append(tables)
        yield check.passed("x")

    tables = load_tables()
    evaluate(a_host(), tables, (check,))
    assert seen == [tables]


def test_a_symptom_is_put_behind_what_it_stands_for() -> None:
    assert report(a_host(), a_check("201", fails)).lead == ""
    found = report(a_host(), a_check("201", fails, symptom=True))
    meaning = "the kernel's own driver nouveau owns the GPU, so the NVIDIA driver cannot have it"
    assert found.lead == f"{meaning} (broken)"
    assert found.cause is not None
    assert found.cause.title == "broken"


def fails_by(title: str, cause: str) -> Any:
    def rule(check: Check, _: HostSnapshot) -> Iterator[Finding]:
        yield replace(check.failed(title), cause=cause)

    return rule


@pytest.mark.parametrize(
    ("title", "cause", "lead"),
    [
        (
            "error (9)",
            "wsl_gpu_in_tcc_mode",
            "Windows runs the card in TCC mode, which WSL cannot use; error (9)",
        ),
        ("error 9", "driver_error_unexplained", ""),
        ("error 9", "no_such_label", ""),
    ],
)
def test_what_a_symptom_stands_for(title: str, cause: str, lead: str) -> None:
    assert report(a_host(), a_check("201", fails_by(title, cause), symptom=True)).lead == lead
