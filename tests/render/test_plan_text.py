"""A plan as text: what is said, to the letter, and nothing active in it."""

from gpucheck.model.finding import Finding, Remedy, Status
from gpucheck.planning import make_plan
from gpucheck.render import Options, plan_text
from tests.planning import hostile
from tests.planning.plans import a_finding, a_plan, a_report

RESTART = ("sudo", "systemctl", "restart", "docker")


def text(*findings: Finding) -> str:
    return plan_text.render(a_plan(*findings), Options(unicode=True))


def test_nothing_to_fix() -> None:
    assert text(a_finding(status=Status.PASS)) == "Nothing to fix.\n"


def test_the_whole_of_a_small_plan() -> None:
    configure = Remedy(
        "Add the runtime and restart Docker.", (("sudo", "nvidia-ctk", "x y"), RESTART), changes="It adds it.",
        undo=(("sudo", "rm", "/x"),), interrupts="Containers stop.", url="https://example.org",
    )  # fmt: skip
    by_hand = Remedy("Seat the card.", changes="The card.", needs_reboot=True)
    shown = text(
        a_finding("GC509", configure),
        a_finding("GC513", because_of=("GC509",), title="no way in"),
        a_finding("GC101", by_hand, subject="pci 1"),
        a_finding("GC302", title="it is lost", subject="gpu 0"),
        a_finding("GC204", status=Status.UNKNOWN, detail="not permitted"),
    )
    assert shown == (
        """\
To mend node17: 1 step, 1 restart; 1 by hand.
  Nothing is executed: the commands are yours to run, in this order.

By hand on node17

- Seat the card. (needs a reboot)                                                              GC101
      for  pci 1: GC101 is wrong
      does The card.

1. Add the runtime and restart Docker.                                                         GC509
      for  GC509 is wrong
         $ sudo nvidia-ctk 'x y'
      does It adds it.
      undo $ sudo rm /x
      ends GC513
      see  https://example.org

2. Restart docker.
      for  step 1
         $ sudo systemctl restart docker
      does docker starts anew and reads its configuration.
      stop Containers stop.
      undo A restart cannot be undone.

Without a remedy that gpucheck knows
  ✗ GC302: gpu 0: it is lost

Not known
  ? GC204: GC204 is wrong (not permitted)

What 'ends' lists is expected to end with its step. Run gpucheck doctor again to see.
"""
    )


def test_without_anything_to_do_the_unknown_leads() -> None:
    shown = text(a_finding("GC204", status=Status.UNKNOWN))
    assert shown.startswith("Nothing to fix in what could be looked at.\n\nNot known\n")


def test_what_has_no_remedy_is_said_first() -> None:
    assert text(a_finding("GC302")).startswith("1 finding without a remedy that gpucheck knows.\n")


def test_how_a_plan_came_about_is_said() -> None:
    report = a_report(a_finding("GC302"), overrides=("GPUCHECK_ONLY=GC302",), root="/mnt", redacted=True)
    assert plan_text.render(make_plan(report), Options()).splitlines()[1:4] == [
        "  override in force: GPUCHECK_ONLY=GC302",
        "  planned from the files below /mnt, for the host that they are of",
        "  the snapshot was redacted",
    ]


def test_nothing_of_a_host_reaches_the_terminal() -> None:
    shown = plan_text.render(hostile.texts_plan(), Options(unicode=True))
    assert [c for c in shown if not c.isprintable() and c != "\n"] == []
    assert plan_text.render(hostile.texts_plan(), Options()).isascii()


def test_hundreds_of_unknowns_are_counted() -> None:
    shown = text(*(a_finding("GC204", status=Status.UNKNOWN, title=f"no {n}") for n in range(99)))
    assert "… and 59 more; --format json has them all" in shown
