"""Words that the forms of a plan share."""

import re
from collections.abc import Iterable

from gpucheck.model.plan import Action, Command, Plan, PlanFinding, Step
from gpucheck.render._outline import quoted, shown_subjects
from gpucheck.render._text import visible

MAX_COMMENT = 1000  # characters of one comment line
_HOME = re.compile(r"(--[a-z-]+=)?~/([^{}]*)")


def typed(command: Command) -> str:
    """Return a command as a person would type it."""
    return " ".join(quoted(word) for word in (("sudo",) if command.as_root else ()) + command.argv)


def below_home(word: str) -> tuple[str, str] | None:
    """Return what stands before and behind the home directory that a remedy's word names (--config=~/…)."""
    found = _HOME.fullmatch(word)
    return (found[1] or "", found[2]) if found else None


def lead(text: str) -> str:
    """Return the first sentence of a text."""
    return re.split(r"(?<=[.!?;])\s", text.strip(), maxsplit=1)[0].rstrip(";")


def about(finding: PlanFinding) -> str:
    """Return a finding in a line: its check, its cause, its subjects, what it says."""
    subject = shown_subjects(list(finding.subjects))
    label = " ".join(filter(None, (finding.check, finding.cause)))
    return f"{label}: {headed(subject, finding.title)}"


def headed(subject: str, title: str) -> str:
    """Return a title with its subjects before it, unless it names the subject itself."""
    return f"{subject}: {title}" if subject and subject not in title else title


def purpose(step: Step) -> list[str]:
    """Return what a step is for: findings, or the steps that need it."""
    lines = [about(reason) for reason in step.reasons]
    if step.needed_by:
        lines.append(f"needed by {'step' if len(step.needed_by) == 1 else 'steps'} {numbers(step.needed_by)}")
    return lines


def notes(step: Step) -> list[tuple[str, str]]:
    """Return what is to be known of a step as (label, text), the label empty for a further line of it."""
    lines = [("for", text) for text in purpose(step)]
    lines.append(("changes", step.changes))
    lines.append(("interrupts", step.interrupts))
    lines += [("undo", typed(command)) for command in step.undo]
    lines.append(("undo", step.undo_note))
    lines += [("look", typed(command)) for command in step.looks]
    lines.append(("ends too", checks_of(step.ends)))
    lines.append(("see", step.url))
    return [(label, text) for label, text in lines if text]


def checks_of(findings: Iterable[PlanFinding]) -> str:
    """Return the checks of findings, each once; empty where there are none."""
    return " ".join(dict.fromkeys(finding.check for finding in findings))


def numbers(steps: Iterable[int]) -> str:
    """Return numbers in a row."""
    return ", ".join(map(str, steps))


def opening(plan: Plan) -> str:
    """Return the sentence that says what the plan is."""
    remedies = sum(step.action is Action.REMEDY for step in plan.steps)
    restarts = sum(step.action is Action.RESTART for step in plan.steps)
    reboots = any(step.action is Action.REBOOT for step in plan.steps)
    parts = [_some(remedies, "step"), _some(restarts, "restart"), "a reboot" if reboots else ""]
    doing = " and ".join(filter(None, [", ".join(filter(None, parts[:2])), parts[2]]))
    hand = f"{len(plan.by_hand)} by hand" if plan.by_hand else ""
    if doing or hand:
        return f"To mend {host_name(plan)}: {'; '.join(filter(None, [doing, hand]))}."
    if plan.without_remedy:
        return f"{_some(len(plan.without_remedy), 'finding')} without a remedy that gpucheck knows."
    if plan.unknown:
        return "Nothing to fix in what could be looked at."
    return "Could not determine: nothing could be judged." if plan.undetermined else "Nothing to fix."


def host_name(plan: Plan) -> str:
    """Return the name of the plan's host, or 'this host'."""
    name = plan.host.hostname if plan.host else ""
    return visible(name, 64) or "this host"


def left(plan: Plan) -> list[tuple[str, str]]:
    """Return what a script leaves to its reader, as (what kind, text)."""
    lines = [("by hand", step.summary) for step in plan.by_hand]
    lines += [("no remedy known", about(finding)) for finding in plan.without_remedy]
    return lines + [("for a later plan", about(finding)) for finding in plan.postponed]


def remarks(plan: Plan) -> list[str]:
    """Return what a reader must know about how the plan came about."""
    found = [f"override in force: {setting}" for setting in plan.overrides]
    if plan.root != "/":
        found.append(f"planned from the files below {plan.root}, for the host that they are of")
    return found + ["the snapshot was redacted"] * plan.redacted


def unknowns(plan: Plan) -> list[str]:
    """Return what is not known, a line per finding."""
    return [about(finding) + (f" ({finding.detail})" if finding.detail else "") for finding in plan.unknown]


def _some(number: int, word: str) -> str:
    return "" if not number else f"1 {word}" if number == 1 else f"{number} {word}s"
