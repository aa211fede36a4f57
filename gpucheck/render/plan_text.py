"""A plan for people at a terminal."""

from collections.abc import Iterator

from gpucheck.model.finding import Status
from gpucheck.model.plan import Action, Plan, PlanFinding, Step
from gpucheck.render._lines import COLOURS, Line, detail, line, sign, written
from gpucheck.render._options import Options
from gpucheck.render._outline import shown_subjects
from gpucheck.render._plan_words import (
    about,
    checks_of,
    headed,
    host_name,
    numbers,
    opening,
    remarks,
    typed,
    unknowns,
)
from gpucheck.render._text import visible

_MAX_SHOWN = 40  # of one kind; a host with more of them has one cause


def render(plan: Plan, options: Options) -> str:
    """Return the plan as terminal text, wrapped to ``options.width``."""
    return written(_lines(plan, options), options)


def _lines(plan: Plan, options: Options) -> Iterator[Line]:
    yield line("", opening(plan), style="bold")
    if plan.steps or plan.by_hand:
        yield line("  ", "Nothing is executed: the commands are yours to run, in this order.", style="dim")
    for remark in remarks(plan):
        yield line("  ", remark, style="yellow")
    urgent = tuple(step for step in plan.by_hand if _mends_failure(step))
    yield from _by_hand(urgent, plan)
    for step in plan.steps:
        yield from _step(step, f"{step.number}. ")
    if any(step.action is Action.REBOOT for step in plan.steps[:-1]):
        yield Line()
        yield line("", "The steps behind the reboot need what it brings.", style="dim")
    yield from _by_hand(tuple(step for step in plan.by_hand if step not in urgent), plan)
    yield from _listed("Without a remedy that gpucheck knows", plan.without_remedy, options)
    yield from _listed("For a later plan: run gpucheck fix again when this is done", plan.postponed, options)
    yield from _unknown(plan, options)
    if any(step.ends for step in (*plan.steps, *plan.by_hand)):
        yield Line()
        ends = "What 'ends' lists is expected to end with its step. Run gpucheck doctor again to see."
        yield line("", ends, style="dim")


def _mends_failure(step: Step) -> bool:
    return any(reason.status is Status.FAIL for reason in step.reasons)


def _by_hand(steps: tuple[Step, ...], plan: Plan) -> Iterator[Line]:
    if steps:
        yield Line()
        yield line("", f"By hand on {host_name(plan)}", style="bold")
    for step in steps[:_MAX_SHOWN]:
        yield from _step(step, "- ")


def _step(step: Step, lead: str) -> Iterator[Line]:
    yield Line()
    note = " (needs a reboot)" if step.needs_reboot and step.action is Action.REMEDY else ""
    yield line(lead, step.summary + note, checks_of(step.reasons), "bold")
    for reason in step.reasons:
        yield detail("for", headed(shown_subjects(list(reason.subjects)), reason.title))
    if step.needed_by:
        word = "step" if len(step.needed_by) == 1 else "steps"
        yield detail("for", f"{word} {numbers(step.needed_by)}")
    for command in step.commands:
        yield Line("         $ ", visible(typed(command), 4000), style="bold", wrap=False)
    yield detail("does", step.changes or "not known")
    if step.interrupts:
        yield detail("stop", step.interrupts)
    for command in step.undo:
        yield Line("      undo $ ", visible(typed(command), 4000), wrap=False, lead_style="dim")
    if step.undo_note:
        yield detail("undo", step.undo_note)
    for command in step.looks:
        yield Line("      look $ ", visible(typed(command), 4000), wrap=False, lead_style="dim")
    if step.ends:
        yield detail("ends", checks_of(step.ends))
    if step.url:
        yield detail("see", step.url)


def _listed(title: str, findings: tuple[PlanFinding, ...], options: Options) -> Iterator[Line]:
    if findings:
        yield Line()
        yield line("", title, style="bold")
    for finding in findings[:_MAX_SHOWN]:
        yield line(f"  {sign(finding.status, options)} ", about(finding), "", "", COLOURS[finding.status])
    if len(findings) > _MAX_SHOWN:
        yield line("  ", f"… and {len(findings) - _MAX_SHOWN} more; --format json has them all")


def _unknown(plan: Plan, options: Options) -> Iterator[Line]:
    found = unknowns(plan)
    if found:
        yield Line()
        yield line("", "Not known", style="bold")
    for text in found[:_MAX_SHOWN]:
        yield line(f"  {sign(Status.UNKNOWN, options)} ", text, "", "", COLOURS[Status.UNKNOWN])
    if len(found) > _MAX_SHOWN:
        yield line("  ", f"… and {len(found) - _MAX_SHOWN} more; --format json has them all")
