"""Host text at its worst, and plans that are full of it."""

from dataclasses import replace
from typing import Any

from gpucheck.model.finding import Finding, Remedy, Status
from gpucheck.model.plan import Plan
from gpucheck.planning import make_plan
from tests.planning.plans import a_finding, a_plan, a_report

# each is one word of a command, and may be printed
WORDS = (
    "$(touch /tmp/owned)", "`id`", "'; id; '", '"; id; "', "a b  c", "*", "?", "~", "~/x", "!", "-rf", "--", "#", "&", "|",
    "\\", "\\n", "%s", "${HOME}", "{{ lookup('pipe', 'id') }}", "{% raw %}", "{# x #}", "{{", "}}", "%}", "!unsafe", "a: b",
    "- a", "‘’“”", "é", "日本", "no", "yes", "null", "0644", "1e3", "x" * 400, "word " * 80, "=", "a=b", "",
)  # fmt: skip
# no word, only text: it may end a line, hide, or look like a directive
TEXTS = (
    "a\nrm -rf /\n", "a\r\nb", "\x1b[31m", "\x00", "\u202e", "\u2028rm -rf /", "\udcff",
    "shellcheck disable=all", "\nshellcheck disable=SC2086\n", "noqa: all", "yamllint disable", "{{ 1/0 }}", "{% endraw %}",
    "$(id)", "`id`", "'", '"', "EOF", "\\", "%s%n", "*/", "-->", "x" * 3000, "", " ",
)  # fmt: skip

HOSTNAME = "it's $(id)`id`\nrm -rf / {{ 1/0 }} %s \u202e"


def commands_plan() -> Plan:
    """Return a plan whose commands hold every word."""
    argvs = [("sudo", "nvidia-ctk", "config", word, "end") for word in WORDS]
    return a_plan(a_finding("GC401", Remedy("Write them.", tuple(argvs), changes="It.", undo=tuple(argvs))))


def texts_plan() -> Plan:
    """Return a plan with steps of every form, in which every text stands at every place."""
    report = a_report(*(finding for text in TEXTS for finding in _findings(text)), overrides=TEXTS)
    return make_plan(replace(report, host=replace(report.host, hostname=HOSTNAME)))


def _findings(text: str) -> list[Finding]:
    command, restart = ("sudo", "mkdir", text or "x"), ("sudo", "systemctl", "restart", "docker")
    said = Remedy(
        f"Do it: {text}", (("sudo", "nvidia-ctk", "config"),), changes=text, undo=(command,), undo_note=text,
        interrupts=text, url=text,
    )  # fmt: skip
    shapes = [
        said, replace(said, commands=(("sudo", "systemctl", "enable", "x"), restart)),
        replace(said, commands=(restart,)), replace(said, commands=(command,), by_hand=True), None,
        replace(said, commands=(("sudo", "modprobe", "nvidia"),), needs_reboot=True),
        replace(said, commands=(("sudo", "nvidia-smi", "-pm", "1"),)),
    ]  # fmt: skip
    about: dict[str, Any] = {"title": text, "subject": text, "detail": text, "cause": text}
    unknown = a_finding("GC204", status=Status.UNKNOWN, **about)
    follows = a_finding("GC301", status=Status.WARN, because_of=("GC401",), **about)
    return [*(a_finding("GC401", shape, **about) for shape in shapes), unknown, follows]
