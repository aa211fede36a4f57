"""A plan as a shell script for any POSIX sh: it stops before a reboot, and leaves that to its reader.

Host text stands in single quotes or in comments of one line, in which control characters are spelled out.
Every comment begins with words of ours, so that none becomes a directive to a linter.
"""

import shlex
from collections.abc import Iterator

from gpucheck.model.plan import Action, Command, Plan, Step
from gpucheck.render._options import Options
from gpucheck.render._plan_words import (
    MAX_COMMENT,
    below_home,
    lead,
    left,
    notes,
    opening,
    remarks,
    typed,
    unknowns,
)
from gpucheck.render._text import visible
from gpucheck.version import __version__

_AS_ROOT = """\
as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    else
        sudo -- "$@"
    fi
}
"""
_BEGIN = """\
current=0
begin() {
    current=$1
    printf '\\n[%s] %s\\n' "$1" "$2"
}
ended() {
    status=$?
    if [ "$status" -ne 0 ]; then
        printf 'step %s ended with %s; the steps behind it were not done\\n' "$current" "$status" >&2
    fi
}
trap ended EXIT
"""
_NOT_AS_ROOT = """\
if [ "$(id -u)" -eq 0 ]; then
    echo 'start this as the user whose engine it is; sudo is called where root is needed' >&2
    exit 2
fi
"""
_OTHER_HOST = """\
if [ "$(uname -n)" != %s ] && [ -z "${ANY_HOST:-}" ]; then
    echo "made for another host than $(uname -n); ANY_HOST=1 runs it all the same" >&2
    exit 2
fi
"""


def render(plan: Plan, options: Options) -> str:  # noqa: ARG001 - one signature for all formats
    """Return the plan as the text of a script, with a final newline."""
    blocks = ["\n".join(_head(plan)) + "\n", *_functions(plan), "\n".join(_body(plan)) + "\n"]
    return "\n".join(blocks)


def shell_word(word: str) -> str:
    """Return a word quoted for sh; a home directory that a remedy names is that of who runs the script."""
    home = below_home(word)
    if home is None:
        return shlex.quote(word)
    return f'{home[0]}"$HOME"/{shlex.quote(home[1])}'


def _head(plan: Plan) -> Iterator[str]:
    yield "#!/bin/sh"
    yield _comment(
        "plan", f"made by gpucheck {__version__} (data {plan.data_version}); it executed nothing of this"
    )
    yield _comment("host", opening(plan))
    for remark in remarks(plan):
        yield _comment("note", remark)
    for text in unknowns(plan):
        yield _comment("not known", text)
    yield "# shellcheck disable=SC1003,SC1112,SC2016 # text in single quotes is text"
    yield "set -eu"


def _functions(plan: Plan) -> Iterator[str]:
    """Yield the helpers that are needed, and a function per step."""
    commands = [command for step in plan.steps for command in step.commands]
    if plan.steps and plan.host and plan.host.hostname:
        yield _OTHER_HOST % _quoted(plan.host.hostname)
    if any(_is_users_own(command) for command in commands):
        yield _NOT_AS_ROOT
    if plan.steps:
        yield _BEGIN
    if any(command.as_root for step in _run_here(plan) for command in step.commands):
        yield _AS_ROOT
    for step in _run_here(plan):
        yield "\n".join([*_comments(step), f"step_{step.number}() {{", *_inside(step), "}"]) + "\n"
    if left(plan):
        yield "\n".join(_left(plan)) + "\n"


def _is_users_own(command: Command) -> bool:
    """Return whether a command is about an engine that a user runs: root would do it to another one."""
    return not command.as_root and command.argv[0] in {"systemctl", "nvidia-ctk"}


def _run_here(plan: Plan) -> list[Step]:
    return [step for step in plan.steps if step.action is not Action.REBOOT]


def _inside(step: Step) -> Iterator[str]:
    yield f"    begin {step.number} {_quoted(lead(step.summary))}"
    for command in step.commands:
        yield f"    {_command(command)}"


def _command(command: Command) -> str:
    return " ".join((["as_root"] if command.as_root else []) + [shell_word(word) for word in command.argv])


def _comments(step: Step) -> Iterator[str]:
    yield _comment(f"step {step.number}" if step.number else "by hand", step.summary)
    for label, text in notes(step):
        yield _comment(f"  {label}", text)


def _left(plan: Plan) -> Iterator[str]:
    """Yield the function that says what is left to do by hand; its commands are comments."""
    for step in plan.by_hand:
        yield from _comments(step)
        for command in step.commands:
            yield _comment("  command", typed(command))
    yield "left_to_you() {"
    for kind, text in left(plan):
        yield f"    printf '{kind}: %s\\n' {_quoted(text)}"
    yield "}"


def _body(plan: Plan) -> Iterator[str]:
    """Yield what runs: all steps, or those before and those behind a reboot."""
    place = next((n for n, step in enumerate(plan.steps) if step.action is Action.REBOOT), None)
    rest = ["left_to_you"] if left(plan) else []
    if not plan.steps:
        yield from rest or [f"printf '%s\\n' {_quoted(opening(plan))}"]
        return
    if place is None:
        yield from [*_calls(plan.steps), *rest]
        return
    yield from _guarded(plan, place, rest)


def _guarded(plan: Plan, place: int, rest: list[str]) -> Iterator[str]:
    """Yield a choice by the first argument: none, or after-reboot."""
    reboot, behind = plan.steps[place], plan.steps[place + 1 :]
    yield from _comments(reboot)
    yield "case ${1:-} in"
    yield "'')"
    yield from (f"    {call}" for call in [*_calls(plan.steps[:place]), *rest])
    now = f"{reboot.summary} Now: {typed(reboot.commands[0])}"
    yield f"    printf '\\n[{reboot.number}] %s\\n' {_quoted(now)}"
    yield f"    printf '    %s\\n' {_quoted(reboot.interrupts)}"
    if behind:
        yield "    printf 'then start this again, to go on: sh %s after-reboot\\n' \"$0\""
    yield "    ;;"
    if behind:
        yield "after-reboot)"
        yield from (f"    {call}" for call in _calls(behind))
        yield "    ;;"
    yield "*)"
    yield f"    echo {shlex.quote('takes no argument' + (', or after-reboot' if behind else ''))} >&2"
    yield "    exit 2"
    yield "    ;;"
    yield "esac"


def _calls(steps: tuple[Step, ...]) -> list[str]:
    return [f"step_{step.number}" for step in steps]


def _comment(label: str, text: str) -> str:
    # the label is ours: no comment can begin with the name of a linter
    return f"# {label}: {visible(text, MAX_COMMENT)}"


def _quoted(text: str) -> str:
    return shlex.quote(visible(text, MAX_COMMENT))
