"""Callback for ansible-playbook: writes what happened to $RECORDED, a JSON document per line."""

import json
import os
from typing import Any

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: recorded
type: aggregate
short_description: Writes what happened to a file
description: For tests.
"""


class CallbackModule(CallbackBase):  # type: ignore[misc]
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "recorded"

    def _write(self, **event: Any) -> None:
        with open(os.environ["RECORDED"], "a", encoding="utf-8") as file:  # noqa: PTH123
            file.write(json.dumps(event, default=str) + "\n")

    def _told(self, kind: str, result: Any) -> None:
        task = result._task.get_name().rpartition(" : ")[2]
        self._write(kind=kind, host=result._host.get_name(), task=task, result=result._result)

    def v2_runner_on_ok(self, result: Any) -> None:
        self._told("ok", result)

    def v2_runner_on_failed(self, result: Any, ignore_errors: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002
        self._told("failed", result)

    def v2_runner_on_unreachable(self, result: Any) -> None:
        self._told("unreachable", result)

    def v2_playbook_on_stats(self, stats: Any) -> None:
        hosts = {host: stats.summarize(host) for host in stats.processed}
        self._write(kind="stats", hosts=hosts)
