"""GC601: images asked about, through the real evaluator and rules."""

import re
from pathlib import Path
from typing import Any

import pytest

from gpucheck.checks.image.image_runs import CHECK
from gpucheck.compat import verdict
from gpucheck.evaluate import evaluate
from gpucheck.model.finding import Finding, Status
from gpucheck.model.host import HostSnapshot
from gpucheck.model.image import ImageNeed, NeedSource
from gpucheck.model.judgement import ImageVerdict, Judgement
from gpucheck.model.report import Report, Verdict
from tests.builders import a_gpu, a_host
from tests.checks.judge import tables
from tests.compat.needs import a_reference, an_image, requires
from tests.hosts import example

NEWER = an_image(
    "13.4.1",
    reference=a_reference("13.4.1-base-ubuntu24.04"),
    requirements=requires("13.4"),
    compat_driver="615.61",
)
CPU_ONLY = an_image(cuda="", gpu="none", family="", reference=a_reference("24.04", "library/ubuntu"))
NOT_KNOWN = an_image(
    cuda="", gpu="", source=NeedSource.NONE, tried=("local engine: not there", "registry: 401")
)


def judged(host: HostSnapshot, *needs: ImageNeed) -> Report:
    return evaluate(host, tables(), needs=needs)


def findings(host: HostSnapshot, *needs: ImageNeed) -> list[Finding]:
    found = [f for f in judged(host, *needs).findings if f.check == "GC601"]
    assert not [f.detail for f in found if f.status is Status.ERROR]
    for finding in found:
        if finding.status in {Status.WARN, Status.FAIL}:
            assert finding.cause in tables().causes
            assert finding.evidence
            assert finding.remedy or finding.because_of
    return found


@pytest.mark.parametrize(
    ("need", "changes", "expected"),
    [
        (an_image("12.4.1"), {}, ("pass", "")),
        (CPU_ONLY, {}, ("pass", "")),
        (NOT_KNOWN, {}, ("unknown", "")),
        (NEWER, {}, ("fail", "require_check_too_strict")),
        (an_image(architectures=("arm64",)), {}, ("fail", "image_wrong_architecture")),
        (an_image(gpu="amd", cuda=""), {}, ("fail", "image_for_other_vendor")),
        (an_image(missing=True, published=False), {}, ("fail", "image_tag_removed")),
        (
            an_image("12.8", sass=("9.0",), ptx=(), framework="pytorch 2.11 cu128"),
            {"nvml.gpus": (a_gpu(0), a_gpu(1, name="Tesla V100-SXM2-32GB", compute_capability="7.0"))},
            ("warn", "gpu_too_old_for_build"),
        ),
    ],
)
def test_a_verdict_becomes_a_finding(
    need: ImageNeed, changes: dict[str, Any], expected: tuple[str, str]
) -> None:
    (finding,) = findings(a_host(changes), need)
    assert (finding.status.value, finding.cause) == expected
    assert finding.subject == need.reference.text
    assert need.reference.text in finding.title


def test_no_image_no_finding() -> None:
    report = judged(a_host())
    assert not [f for f in report.findings if f.check == "GC601"]
    assert report.images == ()


def test_several_images_each_judged_once_and_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    real = verdict.judge

    def counting(need: ImageNeed, *rest: Any) -> Judgement:
        asked.append(need.cuda)
        return real(need, *rest)

    monkeypatch.setattr("gpucheck.compat.judged.judge", counting)
    report = judged(a_host(), an_image("12.4.1"), NEWER)
    assert [image.verdict for image in report.images] == [ImageVerdict.RUNS, ImageVerdict.REFUSED]
    assert asked[:2] == ["12.4.1", "13.4.1"]
    assert asked.count("12.4.1") == asked.count("13.4.1") == 1


def test_an_image_that_fails_makes_the_host_not_ready_and_leads() -> None:
    report = judged(a_host(), NEWER)
    assert report.verdict is Verdict.NOT_READY
    assert report.cause is not None
    assert report.cause.check == "GC601"


def test_an_image_of_which_nothing_is_known_leaves_it_open() -> None:
    report = judged(a_host(), NOT_KNOWN)
    assert report.verdict is Verdict.UNDETERMINED
    (finding,) = (f for f in report.findings if f.check == "GC601")
    assert finding.detail == "local engine: not there · registry: 401"


def test_a_host_fault_leads_and_the_image_is_judged_for_the_host_that_will_be() -> None:
    report = judged(example("mismatch"), an_image("12.4.1"), NEWER, CPU_ONLY)
    assert report.cause is not None
    assert report.cause.check == "GC212"
    fine, newer, cpu = (f for f in report.findings if f.check == "GC601")
    assert fine.status is Status.PASS
    assert fine.title == (
        "nvidia/cuda:12.4.1-base-ubuntu22.04: CUDA 12.4.1, native on driver 580.178.04, once GC212 is fixed"
    )
    # its own fault, which no reboot mends
    assert (newer.status, newer.because_of) == (Status.FAIL, ())
    assert not cpu.title.endswith("fixed")


def test_several_host_faults_are_all_named() -> None:
    changes = {"driver.module_version": "550.144.03"}
    gone = {name: value for name, value in _no_toolkit().items() if name.startswith("toolkit.")}
    (finding,) = findings(a_host(changes | gone), an_image("12.4.1"))
    assert finding.title.endswith(", once GC212 and GC401 are fixed")


def _no_toolkit() -> dict[str, Any]:
    from tests.hosts import no_toolkit

    return no_toolkit()


def test_without_a_driver_nothing_can_be_told_and_that_is_why() -> None:
    (finding,) = findings(example("no-driver"), an_image("12.4.1"))
    assert finding.status is Status.UNKNOWN
    assert "GC201" in finding.because_of


def test_what_is_unknown_of_the_image_itself_is_no_fault_of_the_host() -> None:
    (finding,) = findings(example("no-driver"), NOT_KNOWN)
    assert (finding.status, finding.because_of) == (Status.UNKNOWN, ())


def test_a_fault_the_host_shares_is_folded_under_it() -> None:
    (finding,) = findings(example("no-gpu"), an_image("12.4.1"))
    assert (finding.status, finding.cause, finding.because_of) == (Status.FAIL, "no_nvidia_gpu", ("GC101",))


def test_a_crash_of_the_rules_is_an_error_of_one_image(monkeypatch: pytest.MonkeyPatch) -> None:
    real = verdict.judge

    def crashing(need: ImageNeed, *rest: Any) -> Judgement:
        if need.cuda == "12.4.1":
            raise KeyError("x")
        return real(need, *rest)

    monkeypatch.setattr("gpucheck.compat.judged.judge", crashing)
    report = judged(a_host(), an_image("12.4.1"), an_image("12.6.3"))
    broken, fine = (f for f in report.findings if f.check == "GC601")
    assert broken.status is Status.ERROR
    assert "KeyError" in broken.title
    assert fine.status is Status.PASS
    assert [image.verdict for image in report.images] == [ImageVerdict.UNKNOWN, ImageVerdict.RUNS]


def test_every_cause_the_rules_can_give_is_declared() -> None:
    # the rules name their causes as literals
    folder = Path(verdict.__file__).parent
    given = {
        c
        for path in folder.glob("*.py")
        for c in re.findall(r'cause(?:=|: str = )"([a-z_0-9]+)"', path.read_text())
    }
    assert given
    assert given <= set(CHECK.causes)
