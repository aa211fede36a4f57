"""One message is recognised whatever it is wrapped in: logs, quotes, codings."""

import html
import json
from collections.abc import Callable

import pytest

from gpucheck.explaining.blocks import Text
from tests.explaining.texts import explained

MESSAGES = {
    "toolkit_not_installed": (
        'docker: Error response from daemon: could not select device driver "" with capabilities: [[gpu]].'
    ),
    "image_cuda_newer_than_driver": (
        "docker: Error response from daemon: failed to create task for container: OCI runtime create failed: "
        "error running prestart hook #0: exit status 1, stdout: , stderr: Auto-detected mode as 'legacy'\n"
        "nvidia-container-cli: requirement error: unsatisfied condition: cuda>=12.4, please update your driver "
        "to a newer version, or use an earlier cuda container: unknown\n"
    ),
    "gpu_fell_off_bus": "[ 123.4] NVRM: Xid (PCI:0000:3b:00): 79, pid=1234, name=python, GPU has fallen off.",
}


def each(text: str, form: Callable[[str], str]) -> str:
    return "\n".join(map(form, text.split("\n")))


WRAPPINGS: dict[str, Callable[[str], Text]] = {
    "CRLF": lambda t: t.replace("\n", "\r\n"),
    "UTF-16": lambda t: [t.encode("utf-16")],
    "UTF-16 without a mark": lambda t: [t.encode("utf-16-le")],
    "UTF-8 with a mark": lambda t: [t.encode("utf-8-sig")],
    "compose": lambda t: each(t, "\x1b[36mweb-1  |\x1b[0m {}".format),
    "kubelet": lambda t: each(t, "2026-11-25T10:00:00.123456789Z stderr F {}".format),
    "syslog": lambda t: each(t, "Nov 25 10:11:12 gpu1 dockerd[812]: {}".format),
    "docker's json-file": lambda t: each(t, lambda x: json.dumps({"log": x + "\n", "stream": "stderr"})),
    "journalctl -o json": lambda t: each(t, lambda x: json.dumps({"_PID": "7", "MESSAGE": x})),
    "journalctl -o json, bytes": lambda t: json.dumps({"MESSAGE": list(t.encode())}),
    "logfmt": lambda t: f"level=error msg={json.dumps(t)}",
    "JSON in JSON": lambda t: json.dumps(json.dumps({"error": t})),
    "Python": lambda t: f"RuntimeError: {t.encode()!r}",
    "Markdown": lambda t: f"> ```\n{each(t, '> {}'.format)}\n> ```",
    "HTML": lambda t: f"<pre>{html.escape(t)}</pre>",
    "HTML twice": lambda t: html.escape(html.escape(t)),
    "diff": lambda t: each(t, "+{}".format),
    "capitals": str.upper,
    "hard blanks": lambda t: t.replace(" ", "\u00a0"),
    "German around it": lambda t: f"Fehler – Gerät läuft nicht:\n{t}\nBitte prüfen!",
    "Chinese around it": lambda t: f"错误：容器无法启动\n{t}\n谢谢",
    "one long line": lambda t: "x " * 300_000 + t.replace("\n", " ") + " y" * 300_000,
}


@pytest.mark.parametrize("wrapping", WRAPPINGS)
@pytest.mark.parametrize("label", MESSAGES)
def test_the_message_is_recognised(label: str, wrapping: str) -> None:
    found = explained(WRAPPINGS[wrapping](MESSAGES[label])).best
    assert found is not None
    assert found.cause == label
    assert found.clues[0].quote
