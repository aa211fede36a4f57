"""Report -> Plan: ordered, each command once, restarts and the reboot after all that need them. Pure."""

from collections.abc import Iterable
from dataclasses import replace

from gpucheck.model.finding import Status
from gpucheck.model.plan import Action, Command, CommandKind, Plan, Step
from gpucheck.model.report import Report, Verdict
from gpucheck.planning.commands import command_of
from gpucheck.planning.conflicts import settled
from gpucheck.planning.drafts import Draft, drafts_of, in_order
from gpucheck.planning.faults import Selection, faults_of, grouped, unknown_of
from gpucheck.planning.finishing import reboot, restarts

# what is the same however often it is done, and needs nothing that a later step brings
_ONCE = {CommandKind.INSTALL, CommandKind.CONFIGURE, CommandKind.LOAD}


def make_plan(report: Report, selection: Selection | None = None) -> Plan:
    """Return what would mend the host of a report; ``selection`` says of which checks."""
    chosen = selection or Selection()
    faults = faults_of(report, chosen)
    kept, postponed = settled(drafts_of(faults))
    drafts = in_order(kept)
    unknown = grouped(unknown_of(report, chosen))
    nothing_judged = report.verdict is Verdict.UNDETERMINED and not faults and not unknown
    return Plan(
        data_version=report.data_version,
        taken_at=report.taken_at,
        root=report.root,
        redacted=report.redacted,
        host=report.host,
        steps=_steps([d for d in drafts if not d.is_by_hand], on_wsl=_is_wsl(report)),
        by_hand=tuple(_by_hand(draft) for draft in drafts if draft.is_by_hand),
        postponed=grouped(postponed),
        without_remedy=grouped(f.finding for f in faults if f.finding.remedy is None),
        unknown=unknown,
        undetermined=nothing_judged or any(finding.decides for finding in unknown),
        overrides=report.overrides,
    )


def _is_wsl(report: Report) -> bool:
    return report.host.virtualization.startswith("wsl")


def _steps(drafts: list[Draft], *, on_wsl: bool) -> tuple[Step, ...]:
    """Return the steps: remedies, what they need restarted, the reboot, and what has to wait for that."""
    reboots = any(draft.reboots for draft in drafts)
    late = [draft for draft in drafts if reboots and draft.needs_driver and not draft.reboots]
    early = [draft for draft in drafts if draft not in late]
    steps = Numbered()
    steps.add(early)
    if reboots:
        steps.finish(reboot(early, steps.numbers, on_wsl=on_wsl))
    else:
        steps.finish(*restarts(early, steps.numbers))
    steps.add(late)
    steps.finish(*restarts(late, steps.numbers))
    return tuple(steps.done)


class Numbered:
    """Steps as they are numbered, and which number does what."""

    def __init__(self) -> None:
        self.done: list[Step] = []
        self.numbers: dict[int, int] = {}  # id of a draft -> its step
        self._by_command: dict[Command, int] = {}

    def add(self, drafts: Iterable[Draft]) -> None:
        """Add a step for each draft that does something of its own."""
        for draft in drafts:
            new = tuple(c for c in draft.doing if c.kind not in _ONCE or c not in self._by_command)
            if new:
                self._append(draft, new)
            elif draft.doing:
                self._join(draft, self._by_command[draft.doing[-1]])

    def finish(self, *steps: Step) -> None:
        """Add restarts or a reboot."""
        for step in steps:
            self.done.append(replace(step, number=len(self.done) + 1))

    def _append(self, draft: Draft, commands: tuple[Command, ...]) -> None:
        number = len(self.done) + 1
        self.numbers[id(draft)] = number
        self._by_command.update(dict.fromkeys(commands, number))
        self.done.append(_step(draft, number, commands))

    def _join(self, draft: Draft, number: int) -> None:
        """Have a step that runs the same commands mend this fault too."""
        step = self.done[number - 1]
        self.numbers[id(draft)] = number
        self.done[number - 1] = replace(
            step,
            reasons=(*step.reasons, *grouped(draft.findings)),
            ends=tuple(dict.fromkeys((*step.ends, *grouped(draft.ends)))),
            needs_reboot=step.needs_reboot or draft.reboots,
        )


def _by_hand(draft: Draft) -> Step:
    remedy_commands = tuple(c for c in draft.commands if c.kind is not CommandKind.LOOK)
    return replace(
        _step(draft, 0, remedy_commands), interrupts=draft.remedy.interrupts, needs_reboot=draft.reboots
    )


def _step(draft: Draft, number: int, commands: tuple[Command, ...]) -> Step:
    remedy = draft.remedy
    ends_later = draft.reboots or bool(draft.restarts)  # its interruption is that of the restart or reboot
    return Step(
        number=number,
        action=Action.REMEDY,
        summary=remedy.summary,
        reasons=grouped(sorted(draft.findings, key=lambda f: f.status is not Status.FAIL)),
        commands=commands,
        changes=remedy.changes,
        undo=tuple(command_of(argv) for argv in remedy.undo if argv),
        undo_note=remedy.undo_note,
        interrupts="" if ends_later else remedy.interrupts,
        needs_reboot=draft.reboots,
        looks=draft.looks,
        ends=grouped(draft.ends),
        url=remedy.url,
    )
