#!/usr/bin/python
# SPDX-License-Identifier: Apache-2.0
"""Judges a host with gpucheck and returns its report; gpucheck runs in a child with a deadline."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: gpucheck
short_description: Judge whether a host is ready to run NVIDIA GPU containers
version_added: 1.0.0
description:
  - Runs C(gpucheck doctor) on the host and returns its report, the verdict, the root cause and flat facts.
  - Changes nothing and gives the same answer in check mode.
  - gpucheck runs in a child process with a deadline, so that neither a driver that hangs nor a crash of
    gpucheck leaves the task without an answer.
options:
  executable:
    description:
      - The words that start gpucheck on the host. One word is the path of a C(gpucheck.pyz) or of a
        command. Several words are a command line, such as C([/opt/venv/bin/python, -m, gpucheck]).
      - By default the command C(gpucheck) is looked for on E(PATH) and in C(/usr/local/bin), then
        C(/opt/gpucheck/gpucheck.pyz), where the role P(gpucheck.host.gpucheck_host#role) puts it, then a
        module of the Python that Ansible uses there.
      - A file whose name ends in C(.pyz) is run by the Python that Ansible uses there.
    type: list
    elements: str
    default: []
  contract:
    description:
      - Path, on the host, of the contract that says what the host must have. V(none) is for none.
      - By default C(/etc/gpucheck/gpucheck.toml) holds, where there is one.
    type: str
  contract_content:
    description:
      - The text of a contract, for hosts that have no file of it.
      - A lookup of the plugin P(ansible.builtin.file#lookup) reads it from the controller.
    type: str
  images:
    description: References of images that are to run on the host.
    type: list
    elements: str
    default: []
  offline:
    description: Ask no registry about O(images), the local engine only; pull none with O(run).
    type: bool
    default: false
  run:
    description: Start a container too, of the first image or of a small one, and see which GPUs it gets.
    type: bool
    default: false
  gpus:
    description:
      - The GPUs for the container of O(run), as C(docker run --gpus) takes them. All of them by default.
      - A text or number is one selection, whatever commas it holds; a list is several.
    type: raw
  only:
    description: Judge by these checks only. Ids, beginnings of ids, slugs or categories.
    type: list
    elements: str
    default: []
  skip:
    description: Leave these checks out.
    type: list
    elements: str
    default: []
  quick:
    description: Look for at most 4 seconds and ask no registry.
    type: bool
    default: false
  timeout:
    description: Seconds for looking at the host.
    type: float
    default: 30
  deadline:
    description:
      - Seconds after which gpucheck is ended if it has not answered. Then the task fails.
      - By default O(timeout) (with O(quick) at most 4) and 30 more, and with O(run) another 600 unless
        O(offline), since an image may have to be pulled.
    type: float
  fail_on:
    description:
      - From which finding on the task fails. V(never) leaves the decision to the play, which registers the
        result.
      - V(fail), V(warn) and V(unknown) fail too where readiness could not be determined. What is not known is
        never taken as sound.
      - The task always fails where gpucheck gives no answer, or the contract cannot be used.
    type: str
    choices: [never, fail, warn, unknown]
    default: never
attributes:
  check_mode:
    description: Gives the same answer in check mode.
    support: full
  diff_mode:
    description: Changes nothing, so there is no difference to show.
    support: none
  platform:
    description: Linux.
    support: full
    platforms: linux
requirements:
  - Python 3.10 or newer on the host
  - gpucheck on the host
author:
  - gpucheck contributors
seealso:
  - module: ansible.builtin.setup
    description: Gathers C(ansible_local.gpucheck), where the role has installed the fact script.
"""

EXAMPLES = r"""
- name: Judge this host
  gpucheck.host.gpucheck:
  register: gpu

- name: Stop where the driver is not as it should be
  ansible.builtin.assert:
    that: gpu.ready
    fail_msg: "{{ gpu.msg }}"

- name: Fail unless the host keeps the contract
  gpucheck.host.gpucheck:
    contract_content: "{{ lookup('ansible.builtin.file', 'gpu-node.toml') }}"
    fail_on: fail

- name: Judge with the single file, before anything is installed
  gpucheck.host.gpucheck:
    executable: /root/gpucheck.pyz
    quick: true

- name: Start a container with two GPUs and see whether it gets them
  gpucheck.host.gpucheck:
    run: true
    images: nvidia/cuda:12.4.1-base-ubuntu22.04
    gpus: '"device=0,1"'
    fail_on: fail
"""

RETURN = r"""
report:
  description: The whole report, C(gpucheck.report/1); null where gpucheck gave none.
  returned: always
  type: dict
verdict:
  description: V(ready), V(not_ready) or V(undetermined).
  returned: always
  type: str
  sample: not_ready
ready:
  description: Whether the verdict is V(ready).
  returned: always
  type: bool
cause:
  description: The root cause; null where nothing is wrong, or none is known.
  returned: always
  type: dict
  sample:
    check: GC212
    cause: driver_library_mismatch
    title: libraries 580.178.04, module 580.95.05
findings:
  description: What is wrong or could not be looked at, the worst first and what is tolerated last.
  returned: always
  type: list
  elements: dict
contract:
  description: The contract in force, and whether it is met.
  returned: always
  type: dict
  contains:
    file:
      description: Where the contract is; V(stdin) for O(contract_content); null where none is in force.
      type: str
    state:
      description: V(met), V(not_met) or V(undetermined); null where no contract is in force.
      type: str
fails_on:
  description: The values of O(fail_on) with which this result fails the task.
  returned: always
  type: list
  elements: str
  sample: [fail, warn, unknown]
exit_code:
  description: The exit code of gpucheck, negative for a signal; null where it was not started or did not end.
  returned: always
  type: int
stderr:
  description: The end of what gpucheck wrote to stderr.
  returned: always
  type: str
cmd:
  description: The whole command line.
  returned: always
  type: list
  elements: str
executable:
  description: The words that start gpucheck on this host, as given or as found.
  returned: always
  type: list
  elements: str
  sample: [/usr/local/bin/gpucheck]
msg:
  description: The verdict in one line, or why there is none.
  returned: always
  type: str
ansible_facts:
  description: Facts of the host, those that C(gpucheck facts) prints too. What is not known is null.
  returned: when gpucheck gave a report
  type: dict
  contains:
    gpucheck:
      description: Flat facts.
      type: dict
      sample:
        schema: gpucheck.facts/1
        verdict: ready
        ready: true
        cause: null
        check: null
        driver_version: 580.95.05
        cuda_version: "13.0"
        gpu_count: 2
        gpu_products: [Tesla T4]
        toolkit_version: 1.19.1
        engine: Docker 28.5.2
        contract: met
        taken_at: 1795000000
        error: null
"""

import os
import signal
from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.gpucheck.host.plugins.module_utils import report as reports
from ansible_collections.gpucheck.host.plugins.module_utils.child import MAX_OUTPUT, Ended, run
from ansible_collections.gpucheck.host.plugins.module_utils.places import NotFoundError, command

_QUICK = 4.0  # seconds, as --quick has it
_MARGIN = 30.0  # to start, to end what hangs, to judge: on a busy host with the single file
_PULL = 600.0  # as gpucheck has it for an image
_SHELL_SIGNAL = 128  # a shell's exit code for a command that a signal ended
_ARGUMENTS = {
    "executable": {"type": "list", "elements": "str", "default": []},
    "contract": {"type": "str"},
    "contract_content": {"type": "str"},
    "images": {"type": "list", "elements": "str", "default": []},
    "offline": {"type": "bool", "default": False},
    "run": {"type": "bool", "default": False},
    "gpus": {"type": "raw"},
    "only": {"type": "list", "elements": "str", "default": []},
    "skip": {"type": "list", "elements": "str", "default": []},
    "quick": {"type": "bool", "default": False},
    "timeout": {"type": "float", "default": 30.0},
    "deadline": {"type": "float"},
    "fail_on": {"type": "str", "choices": ["never", "fail", "warn", "unknown"], "default": "never"},
}


def main() -> None:
    """Run gpucheck and print the one JSON document."""
    module = AnsibleModule(
        argument_spec=_ARGUMENTS,
        mutually_exclusive=[("contract", "contract_content")],
        supports_check_mode=True,
    )
    asked = module.params
    try:
        executable = command(asked["executable"])
    except NotFoundError as error:
        module.fail_json(msg=str(error), **_told(None, [], asked["executable"]), **reports.answer(None))
    words = [*executable, *options(asked)]
    ended = run(words, asked["contract_content"], deadline(asked), module.tmpdir)
    told = _told(ended, words, executable)
    try:
        document = document_of(ended)
    except ValueError as error:
        module.fail_json(msg=why_not(ended, str(error), deadline(asked)), **told, **reports.answer(None))
    told |= reports.answer(document)
    if document["error"]:
        module.fail_json(msg=_line(f"gpucheck: {document['error'].get('message')}"), **told)
    facts = {"gpucheck": reports.flat_facts(document)}
    if asked["fail_on"] in told["fails_on"]:
        module.fail_json(msg=sentence(document), ansible_facts=facts, **told)
    module.exit_json(msg=sentence(document), ansible_facts=facts, **told)


def _told(ended: Ended | None, words: list[str], executable: list[str]) -> dict[str, Any]:
    return {
        "changed": False,
        # not named rc: Ansible takes a result with another rc than 0 for a failure
        "exit_code": ended.rc if ended else None,
        "stderr": _text(ended.stderr) if ended else "",
        "cmd": words,
        "executable": executable,
    }


def options(asked: dict[str, Any]) -> list[str]:
    """Return the words behind the command."""
    words = ["doctor", "--format", "json", "--output", "-", "--timeout", f"{asked['timeout']:g}"]
    words += [f"--{name}" for name in ("quick", "offline", "run") if asked[name]]
    for option, key in (("--image", "images"), ("--only", "only"), ("--skip", "skip")):
        words += [f"{option}={value}" for value in asked[key]]
    words += [f"--gpus={value}" for value in selections(asked["gpus"])]
    if asked["contract_content"] is not None:
        words.append("--contract=-")
    elif asked["contract"] == "none":
        words.append("--contract=none")
    elif asked["contract"]:
        words.append(f"--contract={os.path.abspath(os.path.expanduser(asked['contract']))}")
    return words


def selections(given: Any) -> list[str]:
    """Return the selections of GPUs as texts; the commas of one are its own."""
    if given is None:
        return []
    return [str(item) for item in given] if isinstance(given, list) else [str(given)]


def deadline(asked: dict[str, Any]) -> float:
    """Return the seconds that gpucheck has."""
    if asked["deadline"] is not None:
        return float(asked["deadline"])
    looking = min(asked["timeout"], _QUICK) if asked["quick"] else asked["timeout"]
    return float(looking) + _MARGIN + (_PULL if asked["run"] and not asked["offline"] else 0.0)


def document_of(ended: Ended) -> dict[str, Any]:
    """Return the report; raises ValueError for none."""
    if ended.how != "exited":
        raise ValueError(ended.how)
    return reports.parse(ended.stdout)


def why_not(ended: Ended, printed: str, seconds: float) -> str:
    """Return in one line why there is no report."""
    if ended.how == "not_started":
        return f"gpucheck could not be started: {_text(ended.stderr)}"
    if ended.how == "timeout":
        stuck = "" if ended.rc is not None else "; it does not end either"
        return f"gpucheck gave no answer within {seconds:g} s and was ended{stuck}"
    if ended.how == "too_much":
        return f"gpucheck was ended: it printed more than {MAX_OUTPUT >> 20} MiB, which is no report"
    lines = _text(ended.stderr).splitlines() or [""]
    said = f"; its last words: {lines[-1][:300]}" if lines[-1] else ""
    return f"gpucheck {_way_out(ended.rc or 0)} and printed {printed} where a report was to come{said}"


def _way_out(code: int) -> str:
    number = -code if code < 0 else code - _SHELL_SIGNAL
    try:
        name = signal.Signals(number).name
    except ValueError:
        return f"exited with {code}"
    return f"was ended by signal {number} ({name})"


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace").strip()


def sentence(document: dict[str, Any]) -> str:
    """Return the verdict in one line, with what led to it."""
    verdict = {"ready": "ready", "not_ready": "not ready"}.get(document["verdict"], "could not determine")
    if document["verdict"] == "ready":
        return verdict
    about = document["cause"] or next(iter(reports.worst_first(document)), {})
    parts = [str(about[key]) for key in ("title", "detail") if about.get(key)]
    return _line(": ".join([verdict, *parts])) + (f" ({about['check']})" if about.get("check") else "")


def _line(text: str) -> str:
    return " ".join(text.split())


if __name__ == "__main__":
    main()
