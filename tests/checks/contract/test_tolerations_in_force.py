from datetime import date, datetime, timedelta, timezone

from gpucheck.contract import read_contract
from gpucheck.evaluate import evaluate
from gpucheck.model.report import Report
from tests.builders import a_gpu, a_host
from tests.checks.contract.agreed import said
from tests.checks.judge import tables

SLUG = "tolerations_in_force"


def day(offset: int) -> date:
    taken = datetime.fromtimestamp(a_host().meta.taken_at, timezone.utc).date()
    return taken + timedelta(days=offset)


def a_toleration(offset: int, check: str = "GC303", subject: str = "") -> str:
    about = f'subject = "{subject}"\n' if subject else ""
    return f'[[tolerate]]\ncheck = "{check}"\n{about}reason = "moving house"\nuntil = {day(offset)}\n'


def test_a_toleration_holds_to_the_end_of_its_day() -> None:
    assert said(SLUG, a_toleration(0)) == [("pass", "host", "1 in force")]
    assert said(SLUG, a_toleration(-1)) == [
        ("warn", "GC303", f"GC303 was tolerated until {day(-1)} and counts again")
    ]
    assert said(SLUG, a_toleration(-1, subject="gpu 1") + a_toleration(5)) == [
        ("warn", "GC303", f"GC303 of gpu 1 was tolerated until {day(-1)} and counts again")
    ]
    assert said(SLUG, "") == [("skip", "host", "the contract tolerates nothing")]


def report(text: str) -> Report:
    hot = (a_gpu(0, temperature_celsius=95, temperature_slowdown_celsius=90), a_gpu(1))
    return evaluate(a_host({"nvml.gpus": hot}), tables(), contract=read_contract(text, "c.toml"))


def test_what_is_tolerated_counts_for_nothing() -> None:
    assert report("").verdict.value == "not_ready"
    spared = report(a_toleration(3, "GC315"))
    assert (spared.verdict.value, spared.cause, spared.counts["fail"]) == ("ready", None, 0)
    (finding,) = (f for f in spared.findings if f.tolerated)
    assert (finding.check, finding.status.value) == ("GC315", "fail")
    assert finding.tolerated == f"moving house (until {day(3)})"


def test_of_one_subject_only() -> None:
    assert report(a_toleration(3, "GC315", "gpu 0")).verdict.value == "ready"
    assert report(a_toleration(3, "GC315", "gpu 1")).verdict.value == "not_ready"


def test_what_was_tolerated_counts_again() -> None:
    past = report(a_toleration(-1, "GC315"))
    assert past.verdict.value == "not_ready"
    assert past.cause is not None
    assert past.cause.check == "GC315"
