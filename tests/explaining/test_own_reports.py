"""gpucheck's own reports in a text: of several hosts, behind what others put before each line, and cut off."""

from functools import cache

import pytest

from gpucheck.evaluate import evaluate
from gpucheck.model.choices import Format
from gpucheck.render import Options, render
from tests.explaining.texts import explained, named, shipped
from tests.hosts import example

MISMATCH, NO_DRIVER, FM = "driver_library_mismatch", "driver_not_installed", "fabricmanager_version_mismatch"
FORMS = (Format.TERMINAL, Format.MARKDOWN, Format.JSON, Format.JUNIT, Format.TAP, Format.GITHUB)


@cache
def report(name: str, form: Format = Format.TERMINAL) -> str:
    return render(evaluate(example(name), shipped()), form, Options(width=100))


def lead(name: str) -> str:
    cause = evaluate(example(name), shipped()).cause
    assert cause is not None
    return cause.cause


@pytest.mark.parametrize("form", FORMS)
def test_a_fleet_in_the_order_in_which_its_hosts_appear(form: Format) -> None:
    hosts = ("no-driver", "dgx-h100", "mismatch", "fabric-manager", "mismatch")
    text = "\n".join(f"--- {name} ---\n{report(name, form)}" for name in hosts)
    leads = [lead("no-driver"), lead("mismatch"), lead("fabric-manager")]
    assert named(text)[:3] == [(cause, "certain") for cause in leads]
    assert {confidence for _, confidence in named(text)[3:]} <= {"possible"}, "what else they complain of"


@pytest.mark.parametrize("form", FORMS)
def test_other_lines_of_the_report_name_nothing(form: Format) -> None:
    assert named(report("mismatch", form)) == [(MISMATCH, "certain")]
    assert named(report("dgx-h100", form)) == []


@pytest.mark.parametrize("prefix", ["node17 | ", "2026-11-25T10:00:00.1234567Z ", "Nov 25 10:00:00 ci[17]: "])
def test_what_a_log_puts_before_each_line(prefix: str) -> None:
    for form in (Format.TERMINAL, Format.TAP, Format.GITHUB, Format.MARKDOWN):
        text = "".join(f"{prefix}{line}\n" for line in report("mismatch", form).splitlines())
        assert named(text) == [(MISMATCH, "certain")], form


def test_the_host_is_named() -> None:
    (match,) = explained(report("mismatch")).matches
    assert match.why.startswith('gpucheck on node17 says "Not ready: ')
    (match,) = explained(report("mismatch", Format.JSON)).matches
    assert match.why.startswith('gpucheck on node17 says "Not ready: ')
    assert match.remedy is not None


def test_text_around_a_report_is_read_too_and_stands_behind_it() -> None:
    error = "docker: Error response from daemon: unknown or invalid runtime name: nvidia.\n"
    alone = named(error)
    assert alone
    found = named(f"{error}then I ran gpucheck doctor:\n{report('no-driver')}\nWhat now?\n")
    assert found[0] == (lead("no-driver"), "certain")
    assert alone[0][0] in [cause for cause, _ in found[1:]]
    assert "certain" not in [confidence for _, confidence in found[1:]]


def test_a_line_that_is_quoted() -> None:
    (line,) = [row for row in report("mismatch").splitlines() if row.endswith(f" {MISMATCH}")]
    assert named(line)[0] == (MISMATCH, "likely")
    assert named(f"gpucheck says: (GC212 `{MISMATCH}`)\n")[0] == (MISMATCH, "likely")
    assert named("GC212 something_else_entirely\n") == []


def test_a_first_line_alone_is_read_as_any_text() -> None:
    first = report("mismatch").partition("\n\n")[0]
    assert named(first)[0][0] == MISMATCH


@pytest.mark.parametrize("form", FORMS)
def test_a_report_that_is_cut_off_costs_nothing(form: Format) -> None:
    text = report("mismatch", form)
    for size in range(0, len(text), max(1, len(text) // 12)):
        found = named(text[:size] + "\n")
        assert [cause for cause, confidence in found if confidence == "certain"] in ([], [MISMATCH])


def test_a_report_in_pieces() -> None:
    data = report("mismatch", Format.JSON).encode()
    for size in (7, 1000, 65_536):
        pieces = [data[start : start + size] for start in range(0, len(data), size)]
        assert [(m.cause, m.confidence.value) for m in explained(pieces).matches] == [(MISMATCH, "certain")]


def test_words_that_only_look_like_a_report() -> None:
    text = 'pod "web" FAIL Not ready: containers with unready status: [web]\nNVRM: Xid (PCI:0000:17:00): 79\n'
    assert named(text)[0][0] == "gpu_fell_off_bus"


def test_many_reports_are_bounded() -> None:
    text = "".join(report("mismatch", Format.GITHUB) for _ in range(3_000))
    assert named(text)[0] == (MISMATCH, "certain")
