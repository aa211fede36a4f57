"""The report for people at a terminal."""

import re
from dataclasses import replace

import pytest

from gpucheck.model.finding import Category, Evidence, Finding, Remedy, Status
from gpucheck.model.report import Report, Verdict
from gpucheck.render import terminal
from gpucheck.render._options import Options
from tests.render import reports

ANSI = re.compile(r"\x1b\[[0-9;]*m")


def test_not_ready_in_plain_ascii() -> None:
    assert terminal.render(reports.NOT_READY, Options(width=100)).splitlines() == [
        "FAIL Not ready: libraries 550.163.01, module 550.144.03. Reboot, or reload the module.         GC212",
        "  node17 - Ubuntu 24.04.3 LTS - kernel 6.8.0-49-generic - 2 x NVIDIA A100-PCIE-40GB - driver",
        "  550.144.03 - CUDA 12.4 - Docker 28.5.2 - toolkit 1.17.8",
        "",
        "Hardware",
        "  ok 2 x NVIDIA A100-PCIE-40GB on PCI",
        "",
        "Driver",
        "  FAIL libraries 550.163.01, module 550.144.03                         GC212 driver_library_mismatch",
        "      seen libraries.libnvidia_ml.version: 550.163.01 (right: 550.144.03) -",
        "           /usr/lib/libnvidia-ml.so.550.163.01",
        "      why  the package was upgraded under the running module, 2 h ago",
        "      fix  Reboot, or reload the module. (needs a reboot)",
        "         $ sudo systemctl reboot",
        "      so   NVML does not answer - 1 check could not look (GC215 GC302)",
        "",
        "GPUs",
        "  ! gpu 0-2, 5: the hardware slows this GPU down: hw_slowdown            GC314 gpu_hardware_slowdown",
        "      fix  Check power and cooling.",
        "      see  https://example.org/slowdown",
        "",
        "Not read",
        "  ? could not tell whether the kernel log holds no Xid: messages: this user may not read it    GC313",
        "  ERROR gpucheck itself failed in this check; please report it: KeyError: 'x'                  GC404",
        "",
        "2 ok - 1 to fix - 1 follows from it - 1 warning - 2 not read - 1 failed inside gpucheck - 1 does not",
        "apply - 0.19 s",
    ]


def test_verbose_shows_every_check() -> None:
    text = terminal.render(reports.NOT_READY, Options(width=100, verbose=True))
    assert "  ok x86_64 " in text
    assert "  - not WSL " in text


def test_what_a_good_headline_brings_with_it_is_told_below_it() -> None:
    told = replace(reports.HEADLINE, detail="They need a driver.")
    quiet = replace(reports.QUIET, detail="Not told.")
    report = reports.a_report(told, quiet, verdict=Verdict.READY)
    lines = terminal.render(report, Options()).splitlines()
    assert lines[lines.index("Hardware") + 1 :][:2] == [
        "  ok 2 x NVIDIA A100-PCIE-40GB on PCI",
        "      They need a driver.",
    ]
    assert "      Not told." not in lines


@pytest.mark.parametrize(
    ("report", "first"),
    [
        (reports.READY, "ok Ready for GPU containers."),
        (
            reports.READY_WITH_NOTES,
            "ok Ready for GPU containers (1 not read); 1 warning: gpu 0: the hardware slows this GPU down:",
        ),
        (reports.UNDETERMINED, "? Could not determine: 1 check could not look."),
        (reports.EMPTY, "? Could not determine: nothing could be judged."),
    ],
)
def test_the_first_line_answers(report: Report, first: str) -> None:
    assert terminal.render(report, Options()).splitlines()[0] == first


def test_the_first_line_tells_the_cause_before_the_symptom() -> None:
    report = replace(reports.NOT_READY, lead="an upgrade replaced the libraries (libraries 2, module 1)")
    assert (
        terminal.render(report, Options(width=200))
        .splitlines()[0]
        .startswith(
            "FAIL Not ready: an upgrade replaced the libraries (libraries 2, module 1). Reboot, or reload the module. "
        )
    )


def test_the_first_line_names_the_gpus_it_is_about() -> None:
    failed = [replace(finding, status=Status.FAIL) for finding in reports.WARNED]
    text = terminal.render(reports.a_report(*failed, cause=failed[0]), Options(width=200))
    assert text.startswith(
        "FAIL Not ready: gpu 0-2, 5: the hardware slows this GPU down: hw_slowdown. Check power"
    )


def test_an_ellipsis_does_not_end_the_advice() -> None:
    finding = replace(reports.MISMATCH, remedy=Remedy("Create them with 'mig -cgi A,... -C'. Then run it."))
    text = terminal.render(reports.a_report(finding, cause=finding), Options(width=200))
    assert "module 550.144.03. Create them with 'mig -cgi A,... -C'. " in text.splitlines()[0]


def test_several_warnings_are_counted() -> None:
    report = reports.a_report(*reports.WARNED, replace(reports.WARNED[0], title="hot"), verdict=Verdict.READY)
    lines = terminal.render(report, Options()).splitlines()
    assert lines[0] == "ok Ready for GPU containers (2 warnings)."
    assert lines[-1].startswith("0 ok - 2 warnings - ")


def test_an_address_in_the_title_is_not_put_before_it() -> None:
    finding = replace(reports.MISMATCH, subject="pci 0000:17:00.0", title="0000:17:00.0 fell off the bus")
    text = terminal.render(reports.a_report(finding, cause=finding), Options())
    assert "  FAIL 0000:17:00.0 fell off the bus " in text


def test_signs_where_the_terminal_has_them() -> None:
    text = terminal.render(reports.NOT_READY, Options(unicode=True))
    assert text.startswith("✗ Not ready: ")
    assert "  ✓ 2 × NVIDIA" in text


def test_colours_change_nothing_but_colour() -> None:
    plain = terminal.render(reports.NOT_READY, Options(unicode=True))
    coloured = terminal.render(reports.NOT_READY, Options(unicode=True, colour=True))
    assert ANSI.search(coloured)
    assert ANSI.sub("", coloured) == plain


@pytest.mark.parametrize("options", [Options(), Options(unicode=True), Options(colour=True, unicode=True)])
def test_host_text_cannot_act_on_the_terminal(options: Options) -> None:
    text = ANSI.sub("", terminal.render(reports.HOSTILE_REPORT, options))
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", text)
    assert "a\\x1b[31mb\\x07c\\x9b2Jd\\u202ee\\x00f" in text
    if not options.unicode:
        assert text.isascii()


def test_what_formed_the_report_is_said() -> None:
    text = terminal.render(reports.HOSTILE_REPORT, Options())
    assert "override in force: GPUCHECK_X=" in text
    assert "judged from the files below /mnt" in text
    assert "the snapshot was redacted" in text


def test_thousands_of_findings_stay_readable() -> None:
    lines = terminal.render(reports.MANY, Options()).splitlines()
    assert len(lines) < 400
    assert "  ... and 4960 more; --format json has them all" in lines


@pytest.mark.parametrize("width", [40, 80, 200])
def test_lines_fit_the_width(width: int) -> None:
    lines = terminal.render(reports.READY_WITH_NOTES, Options(width=width)).splitlines()
    assert max(map(len, lines)) <= width


def test_one_reason_is_said_once() -> None:
    unread = [
        Finding(
            f"GC2{number:02}", "slug", Category.DRIVER, Status.UNKNOWN, f"could not tell {number}",
            detail=f"fact {number}: only a running host can tell",
            evidence=(Evidence("a.b", "unavailable (not_live)", "", "only a running host can tell"),),
        )
        for number in range(12)
    ]  # fmt: skip
    report = reports.a_report(*unread, verdict=Verdict.UNDETERMINED)
    lines = terminal.render(report, Options()).splitlines()
    assert "  ? 12 checks could not look: only a running host can tell" in lines
    assert "    GC200 GC201 GC202 GC203 GC204 GC205 GC206 GC207 and 4 more" in lines


def test_commands_are_never_broken() -> None:
    command = ("sudo", "nvidia-ctk", *("--set=nvidia-container-cli.some-long-key=value",) * 4)
    finding = replace(reports.MISMATCH, remedy=Remedy("Do it.", (command,)))
    text = terminal.render(reports.a_report(finding, cause=finding), Options(width=60))
    assert "         $ " + " ".join(command) in text.splitlines()
