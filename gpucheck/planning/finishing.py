"""What several steps need once, after them: restarts of services, and the reboot."""

from collections.abc import Iterator, Sequence

from gpucheck.model.plan import Action, Command, CommandKind, Step
from gpucheck.planning.drafts import Draft
from gpucheck.planning.faults import grouped

_REBOOT = Command(("systemctl", "reboot"), as_root=True, kind=CommandKind.REBOOT)
_WSL_SHUTDOWN = Command(("wsl.exe", "--shutdown"), as_root=False, kind=CommandKind.REBOOT)
_EFFECT = "What the steps before it installed or configured takes effect."
_ENDS_ALL = "Every process and every container on this host ends."
_WSL_ENDS_ALL = "Every running WSL distribution ends."


def restarts(drafts: Sequence[Draft], numbers: dict[int, int]) -> Iterator[Step]:
    """Yield one step per command that restarts something; units are read anew before they are restarted."""
    commands = dict.fromkeys(command for draft in drafts for command in draft.restarts)
    for command in sorted(commands, key=lambda c: "daemon-reload" not in c.argv):
        needing = [draft for draft in drafts if command in draft.restarts]
        unit = command.argv[-1].removesuffix(".service") if command.argv[-1] != "daemon-reload" else ""
        summary = f"Restart {unit}." if unit else "Have systemd read its units anew."
        changes = (
            f"{unit} starts anew and reads its configuration." if unit else "systemd reads its units anew."
        )
        interrupts = _joined(d.remedy.interrupts for d in needing) if unit else ""
        yield _step(command, Action.RESTART, needing, numbers, (summary, changes, interrupts))


def reboot(drafts: Sequence[Draft], numbers: dict[int, int], *, on_wsl: bool) -> Step:
    """Return the step of the reboot that drafts need; services are restarted by it."""
    needing = [draft for draft in drafts if draft.reboots]
    # drafts that only restart something are served by it as well
    needing += [draft for draft in drafts if not draft.reboots and draft.restarts]
    command, ends = (_WSL_SHUTDOWN, _WSL_ENDS_ALL) if on_wsl else (_REBOOT, _ENDS_ALL)
    interrupts = _joined(d.remedy.interrupts for d in needing if d.reboots) or ends
    summary = "Shut WSL down and start it again." if on_wsl else "Reboot."
    return _step(command, Action.REBOOT, needing, numbers, (summary, _EFFECT, interrupts))


def _step(
    command: Command,
    action: Action,
    needing: Sequence[Draft],
    numbers: dict[int, int],
    texts: tuple[str, str, str],
) -> Step:
    """Return a step; remedies that consist of it alone give it their words, and their faults."""
    alone = [draft for draft in needing if id(draft) not in numbers]
    summary, changes, interrupts = texts
    word = "restart" if action is Action.RESTART else "reboot"
    return Step(
        number=0,
        action=action,
        summary=_joined(draft.remedy.summary for draft in alone) or summary,
        reasons=grouped(finding for draft in alone for finding in draft.findings),
        commands=(command,),
        changes=_joined(draft.remedy.changes for draft in alone) or changes,
        undo=(),
        undo_note=f"A {word} cannot be undone.",
        interrupts=interrupts,
        needs_reboot=action is Action.REBOOT,
        looks=tuple(dict.fromkeys(look for draft in alone for look in draft.looks)),
        needed_by=tuple(sorted({numbers[id(draft)] for draft in needing if id(draft) in numbers})),
        ends=grouped(finding for draft in alone for finding in draft.ends),
        url=next((draft.remedy.url for draft in alone if draft.remedy.url), ""),
    )


def _joined(texts: Iterator[str]) -> str:
    return " ".join(dict.fromkeys(filter(None, texts)))
