from datetime import date, datetime, timedelta, timezone

from gpucheck.cli.sources import load
from gpucheck.contract import read_contract
from gpucheck.evaluate import evaluate
from gpucheck.model.fact import Reason
from gpucheck.model.report import Report
from gpucheck.render._worst import worst_first
from tests.builders import a_gpu, a_host, unavailable
from tests.checks.contract.agreed import NOTHING, said
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
    assert said(SLUG, NOTHING) == [("skip", "host", "the contract tolerates nothing")]


def report(text: str) -> Report:
    hot = (a_gpu(0, temperature_celsius=95, temperature_slowdown_celsius=90), a_gpu(1))
    return evaluate(a_host({"nvml.gpus": hot}), tables(), contract=read_contract(text, "c.toml"))


def test_what_is_tolerated_counts_for_nothing() -> None:
    assert report(NOTHING).verdict.value == "not_ready"
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


def test_what_follows_from_a_tolerated_cause_stands_on_its_own() -> None:
    """Else nothing would be told of it but the first line: it would be folded under what is tolerated."""
    host, contract = load("@mismatch"), read_contract(a_toleration(9999, "GC212"), "c.toml")
    before, after = evaluate(host, tables()), evaluate(host, tables(), contract=contract)
    assert [f.check for f in (before.cause, after.cause) if f is not None] == ["GC212", "GC215"]
    told = {f.check: f for f in after.findings}
    assert told["GC212"].tolerated
    assert (told["GC215"].because_of, told["GC221"].because_of) == ((), ("GC215",))
    note = "It follows from GC212, which the contract tolerates."
    assert told["GC215"].detail == f"The NVML library and the kernel module are of different versions. {note}"
    assert told["GC301"].because_of == ("GC215",)
    assert note not in told["GC301"].detail  # not known is not known, for the reason that it has
    (entry,) = worst_first(after)
    assert entry.finding.check == "GC215"
    assert {"GC221", "GC301", "GC411"} <= {f.check for f in entry.consequences}


def test_a_cause_tolerated_on_one_gpu_explains_nothing_of_another() -> None:
    lost = {"uuid": unavailable(Reason.GPU_LOST), "name": unavailable(Reason.GPU_LOST)}
    host = a_host({"nvml.gpus": (a_gpu(0, **lost), a_gpu(1, **lost))})
    product = '[gpus]\nproduct = "NVIDIA*"\n'
    contract = read_contract(product + a_toleration(3, "GC302", "gpu 0"), "c.toml")
    found = evaluate(host, tables(), contract=contract).findings
    assert {f.subject: (f.status.value, f.because_of) for f in found if f.check == "GC902"} == {
        "gpu 0": ("unknown", ()),
        "gpu 1": ("unknown", ("GC302",)),
    }
