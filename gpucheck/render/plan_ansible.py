"""A plan as an Ansible playbook with one play, for the host that the plan was made for.

Only modules of ansible.builtin are used. It never reboots unless gpucheck_reboot is set. Host text stands
in double-quoted scalars that are marked unsafe where Jinja would read something in them.
"""

import textwrap
from collections.abc import Iterator
from itertools import chain

from gpucheck.model.plan import Action, Command, Plan, Step
from gpucheck.render._ansible_modules import Task, task_of
from gpucheck.render._options import Options
from gpucheck.render._plan_words import (
    MAX_COMMENT,
    below_home,
    host_name,
    lead,
    left,
    notes,
    opening,
    remarks,
    typed,
    unknowns,
)
from gpucheck.render._text import visible
from gpucheck.render._yaml_text import Template, Value, comment, key_and_value, scalar
from gpucheck.version import __version__

_REBOOT = "gpucheck_reboot | default(false) | bool"
_BEHIND = f"({_REBOOT}) or 'after_reboot' in ansible_run_tags"
_SAME_HOST = "ansible_facts['nodename'] == gpucheck_made_for"
_ANY_HOST = "not (gpucheck_any_host | default(false) | bool)"


def render(plan: Plan, options: Options) -> str:  # noqa: ARG001 - one signature for all formats
    """Return the plan as the text of a playbook, with a final newline."""
    return "\n".join(chain(_head(plan), _play(plan))).rstrip("\n") + "\n"


def _head(plan: Plan) -> Iterator[str]:
    yield "---"
    yield from comment(
        "", "plan", f"made by gpucheck {__version__} (data {plan.data_version}), which executed nothing"
    )
    yield from comment("", "host", opening(plan))
    for remark in remarks(plan):
        yield from comment("", "note", remark)
    for text in unknowns(plan):
        yield from comment("", "not known", text)


def _play(plan: Plan) -> Iterator[str]:
    hostname = plan.host.hostname if plan.host else ""
    yield f"- name: {scalar(_name(f'Mend {host_name(plan)} as gpucheck planned'))}"
    yield """  hosts: "{{ gpucheck_hosts | default('localhost') }}\""""
    yield f"  gather_facts: {'true' if plan.steps else 'false'}"
    if plan.steps and hostname:
        yield "  vars:"
        yield from key_and_value("    ", "gpucheck_made_for", hostname)
    yield "  tasks:"
    if plan.steps and hostname:
        yield from _right_host()
    yield from _tasks(plan)
    yield from _left(plan)


def _right_host() -> Iterator[str]:
    yield "    - name: Make sure that this is the host that the plan was made for"
    yield "      ansible.builtin.assert:"
    yield "        that:"
    yield f"          - {_SAME_HOST}"
    yield f"      when: {_ANY_HOST}"
    yield "      tags: [always]"
    yield ""


def _tasks(plan: Plan) -> Iterator[str]:
    """Yield the steps; those before and behind a reboot as blocks that can be asked for by a tag."""
    place = next((n for n, step in enumerate(plan.steps) if step.action is Action.REBOOT), len(plan.steps))
    before, reboot, behind = plan.steps[:place], plan.steps[place : place + 1], plan.steps[place + 1 :]
    tag = "before_reboot" if reboot else ""
    for step in before:
        yield from _step(step, tag)
    for step in reboot:
        yield from _reboot(step)
    for step in behind:
        yield from _step(step, "after_reboot")


def _step(step: Step, tag: str) -> Iterator[str]:
    yield from _comments(step)
    for command in step.commands:
        yield from _task(step, command, tag)


def _task(step: Step, command: Command, tag: str) -> Iterator[str]:
    task = task_of(command)
    name = _name(f"Step {step.number} - {_clipped(' '.join(command.argv))}")
    rules = " ".join(filter(None, [task.noqa, "jinja" if any("{" in word for word in command.argv) else ""]))
    yield f"    - name: {scalar(name)}" + (f"  # noqa: {rules}" if rules else "")
    yield from _module(task)
    for key, value in task.keywords.items():
        yield from key_and_value("      ", key, value)
    if command.as_root:
        yield "      become: true"
    if tag == "after_reboot":
        yield f"      when: {_BEHIND}"
    if tag:
        yield f"      tags: [{tag}]"
    yield ""


def _module(task: Task) -> Iterator[str]:
    yield f"      ansible.builtin.{task.module}:"
    for key, value in task.arguments.items():
        yield from key_and_value("        ", key, _at_home(value))


def _reboot(step: Step) -> Iterator[str]:
    yield from _comments(step)
    command = step.commands[0]
    if command.argv[0] == "systemctl":
        yield f"    - name: Step {step.number} - reboot, where gpucheck_reboot is set"
        yield "      ansible.builtin.reboot:"
        yield "      become: true"
        yield f"      when: {_REBOOT}"
        yield "      tags: [before_reboot]"
        yield ""
    yield f"    - name: Step {step.number} - say that a reboot is left"
    yield from _message([f"{lead(step.summary)} Now: {typed(command)}", step.interrupts])
    yield f"      when: not ({_REBOOT})"
    yield "      tags: [before_reboot]"
    yield ""


def _left(plan: Plan) -> Iterator[str]:
    """Yield what is left to do by hand, or that there is nothing to do."""
    lines = [f"{kind}: {text}" for kind, text in left(plan)]
    for step in plan.by_hand:
        yield from _comments(step)
    if lines or not plan.steps:
        yield f"    - name: {'Say what is left' if lines else 'Say what was found'}"
        yield from _message(lines or [opening(plan)])


def _message(lines: list[str]) -> Iterator[str]:
    yield "      ansible.builtin.debug:"
    yield from key_and_value("        ", "msg", tuple(_spoken(visible(text, MAX_COMMENT)) for text in lines))


def _comments(step: Step) -> Iterator[str]:
    yield from comment("    ", f"step {step.number}" if step.number else "by hand", step.summary)
    for label, text in notes(step):
        yield from comment("    ", f"  {label}", text)
    if not step.number:
        for command in step.commands:
            yield from comment("    ", "  command", typed(command))


def _name(text: str) -> str:
    """Return a name of a play or task: one line, in which Jinja reads nothing."""
    return _spoken(visible(text))


def _spoken(text: str) -> str:
    """Return a text for people in which Jinja reads nothing; linters read it in unsafe text too."""
    return text.replace("{", "(").replace("}", ")")


def _clipped(text: str) -> str:
    return textwrap.shorten(text, 90, placeholder=" …")


def _at_home(value: Value) -> Value:
    """Return words with the home directory that a remedy names as Ansible knows it."""
    if isinstance(value, tuple):
        return tuple(_word(word) for word in value)
    return value if isinstance(value, bool) else _word(value)


def _word(word: str) -> str:
    home = below_home(word)
    return word if home is None else Template(f"{home[0]}{{{{ ansible_facts['user_dir'] }}}}/{home[1]}")
